using System.Text;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>When a process started, as /proc/PID/stat tells it.</summary>
internal static class ProcessStart
{
    private const int StartAfterName = 19;

    /// <summary>Field 22, in clock ticks after the boot. The name before it may hold anything, also brackets and blanks.</summary>
    /// <returns>Digits; empty when the text has no such field.</returns>
    internal static string Ticks(ReadOnlySpan<byte> stat)
    {
        string text = Encoding.UTF8.GetString(stat);
        string[] fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > StartAfterName ? fields[StartAfterName] : "";
    }
}
