using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// An absolute path whose components may be wildcards, cut into what stands before the first wildcard and the steps behind it: wildcards,
/// and the literal runs between them.
/// </summary>
internal sealed class PathPattern
{
    private const string Digits = "[0-9]*";

    private readonly List<string> steps = [];

    internal PathPattern(string pattern)
    {
        string[] components = pattern.Split('/', StringSplitOptions.RemoveEmptyEntries);
        int first = Array.FindIndex(components, IsWildcardText);
        int fixedPart = first < 0 ? components.Length - 1 : first;
        Base = "/" + string.Join('/', components[..fixedPart]);
        string literal = "";
        foreach (string component in components[fixedPart..])
        {
            if (!IsWildcardText(component))
            {
                literal += (literal.Length > 0 ? "/" : "") + component;
                continue;
            }

            if (literal.Length > 0)
            {
                steps.Add(literal);
            }

            literal = "";
            steps.Add(component);
        }

        if (literal.Length > 0)
        {
            steps.Add(literal);
        }
    }

    /// <summary>The folder before the first wildcard; without a wildcard the folder that holds the file.</summary>
    internal string Base { get; }

    internal int Steps => steps.Count;

    internal bool IsWildcard(int step) => IsWildcardText(steps[step]);

    /// <summary>The literal run at a step; empty when there is none or it is a wildcard.</summary>
    internal byte[] Literal(int step) => step < steps.Count && !IsWildcard(step) ? Encoding.UTF8.GetBytes(steps[step]) : [];

    internal bool Matches(int step, ReadOnlySpan<byte> name)
    {
        if (steps[step] == Digits)
        {
            return name.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
        }

        string wildcard = steps[step];
        int star = wildcard.IndexOf('*', StringComparison.Ordinal);
        ReadOnlySpan<byte> before = Encoding.UTF8.GetBytes(wildcard[..star]);
        ReadOnlySpan<byte> after = Encoding.UTF8.GetBytes(wildcard[(star + 1)..]);
        bool isHidden = name[0] == (byte)'.' && before.IsEmpty;
        return !isHidden && name.Length >= before.Length + after.Length && name.StartsWith(before) && name.EndsWith(after);
    }

    private static bool IsWildcardText(string component) => component.Contains('*', StringComparison.Ordinal);
}
