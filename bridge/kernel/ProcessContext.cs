using System.Runtime.InteropServices;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What this process was given: its environment as bytes, its user.</summary>
internal static class ProcessContext
{
    /// <summary>An environment variable's bytes as the kernel passed them, or null when it is not set. .NET would decode them with loss.</summary>
    public static unsafe byte[]? EnvironmentBytes(string name)
    {
        byte* value = Libc.Environment(name);
        return value is null ? null : MemoryMarshal.CreateReadOnlySpanFromNullTerminated(value).ToArray();
    }

    /// <summary>Sets a variable for native code: OpenSSL does not see what .NET's own Environment class sets.</summary>
    public static void SetEnvironmentVariable(string name, string value) => KernelCall.Require(Libc.SetEnvironment(name, value, 1), $"setenv {name}");

    /// <summary>The user that this process acts as.</summary>
    public static uint User() => Libc.EffectiveUser();
}
