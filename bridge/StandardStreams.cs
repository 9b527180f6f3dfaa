using System.Text;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The only way to the program's standard output and error outside the log.</summary>
internal static class StandardStreams
{
    public static void Output(string text) => Libc.WriteStandard(1, Encoding.UTF8.GetBytes(text));

    public static void Error(string text) => Libc.WriteStandard(2, Encoding.UTF8.GetBytes(text));
}
