using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge;

/// <summary>How a failed call of libc is said.</summary>
internal static class KernelCall
{
    /// <summary>Throws when a call failed.</summary>
    /// <exception cref="IOException">The message holds the action and the kernel's reason.</exception>
    public static void Require(int result, string action)
    {
        if (result < 0)
        {
            throw Failure(action);
        }
    }

    /// <summary>The failure of the last call, with the kernel's reason; <see cref="Exception.HResult"/> is the kernel's number.</summary>
    public static IOException Failure(string action)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"cannot {action}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }
}
