using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Probes;

/// <summary>What the numbers of the system's errors mean for a question.</summary>
internal static class SystemError
{
    internal static Outcome OutcomeOf(int error) => error switch
    {
        Libc.ENOENT or Libc.ENOTDIR => Outcome.Missing,
        Libc.ECONNREFUSED => Outcome.Refused,
        Libc.EACCES or Libc.EPERM => Outcome.Denied,
        Libc.ETIMEDOUT => Outcome.Silent,
        _ => Outcome.Failed,
    };

    internal static Answer AsAnswer(int error) => Answer.Without(OutcomeOf(error), Marshal.GetPInvokeErrorMessage(error));
}
