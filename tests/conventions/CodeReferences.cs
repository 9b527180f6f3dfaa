using System.Reflection;
using System.Reflection.Emit;

namespace Ringfree.Monitoring.Conventions.Tests;

/// <summary>What the code of a type refers to, in its signatures, local variables and bodies, those of its nested types included.</summary>
internal sealed class CodeReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> Known = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private readonly HashSet<Type> types = [];
    private readonly HashSet<string> members = [];

    private CodeReferences()
    {
    }

    /// <summary>Types; generic ones as their definitions.</summary>
    internal IReadOnlySet<Type> Types => types;

    /// <summary>Methods and fields, as TYPE.NAME without namespaces.</summary>
    internal IReadOnlySet<string> Members => members;

    internal static CodeReferences Of(Type type)
    {
        CodeReferences references = new();
        references.Add(type);
        return references;
    }

    private void Add(Type subject)
    {
        Take(subject.BaseType);
        foreach (Type contract in subject.GetInterfaces())
        {
            Take(contract);
        }

        foreach (FieldInfo field in subject.GetFields(Declared))
        {
            Take(field.FieldType);
        }

        foreach (MethodBase method in subject.GetMethods(Declared).Concat<MethodBase>(subject.GetConstructors(Declared)))
        {
            TakeSignature(method);
            if (method.GetMethodBody() is { } body)
            {
                foreach (LocalVariableInfo variable in body.LocalVariables)
                {
                    Take(variable.LocalType);
                }

                AddBody(method, body.GetILAsByteArray()!);
            }
        }

        foreach (Type nested in subject.GetNestedTypes(Declared))
        {
            Add(nested);
        }
    }

    /// <summary>Walks through the instructions. Source: ECMA-335, partition III.</summary>
    private void AddBody(MethodBase method, byte[] code)
    {
        Type[] typeArguments = method.DeclaringType!.GetGenericArguments();
        Type[] methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : [];
        int at = 0;
        while (at < code.Length)
        {
            short value = code[at++];
            if (value == 0xFE)
            {
                value = unchecked((short)(0xFE00 | code[at++]));
            }

            OpCode instruction = Known[value];
            if (instruction.OperandType
                is OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType)
            {
                Take(method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments)!);
            }

            at += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private void Take(MemberInfo member)
    {
        switch (member)
        {
            case Type type:
                Take(type);
                break;
            case FieldInfo field:
                Take(field.DeclaringType);
                Take(field.FieldType);
                members.Add($"{field.DeclaringType?.Name}.{field.Name}");
                break;
            case MethodBase method:
                Take(method.DeclaringType);
                TakeSignature(method);
                members.Add($"{method.DeclaringType?.Name}.{method.Name}");
                break;
        }
    }

    private void TakeSignature(MethodBase method)
    {
        foreach (ParameterInfo parameter in method.GetParameters())
        {
            Take(parameter.ParameterType);
        }

        if (method is MethodInfo { ReturnType: var returned })
        {
            Take(returned);
        }

        if (method.IsGenericMethod)
        {
            foreach (Type argument in method.GetGenericArguments())
            {
                Take(argument);
            }
        }
    }

    private void Take(Type? type)
    {
        if (type is null)
        {
            return;
        }

        if (type.HasElementType)
        {
            Take(type.GetElementType());
            return;
        }

        types.Add(type.IsGenericType ? type.GetGenericTypeDefinition() : type);
        foreach (Type argument in type.GetGenericArguments())
        {
            if (!types.Contains(argument))
            {
                Take(argument);
            }
        }
    }
}
