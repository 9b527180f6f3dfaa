using System.Text;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What an Asterisk's control socket means by its answer.</summary>
internal enum AsteriskService
{
    /// <summary>It counts its channels.</summary>
    Serves,

    /// <summary>It answers with an error, or with something that no Asterisk says.</summary>
    Fails,

    /// <summary>Its cli_permissions.conf forbids the question.</summary>
    Forbids,

    /// <summary>It is older than 1.6.2 and does not know how to be asked.</summary>
    TooOld,
}

/// <summary>
/// The answer of Asterisk's control socket: a greeting, HOST/PID/VERSION, then what each command printed, without a mark between them.
/// Nothing of it is printed but names and states of registrations.
/// </summary>
/// <param name="Service">Whether it serves.</param>
/// <param name="Why">For one that fails: how, in a few words.</param>
/// <param name="Registrations">Those with providers; null when what was told of them could not be read.</param>
internal sealed record AsteriskAnswer(AsteriskService Service, string Why, IReadOnlyList<OutboundRegistration>? Registrations)
{
    private const string Channels = "core show channels count";
    private const string Sip = "sip show registry";
    private const string Pjsip = "pjsip show registrations";
    private const string Closing = "cli quit after ";

    // Most lines that are read: what a container answers is its own affair.
    private const int MostLines = 2000;

    /// <summary>
    /// The question. Counting channels takes the lock that a deadlocked Asterisk holds; behind "cli quit after" it runs each command that
    /// ends with a NUL and closes. Source: main/asterisk.c, netconsole: its buffer takes 512 bytes.
    /// </summary>
    internal const string Question = $"{Closing}{Channels}\0{Sip}\0{Pjsip}\0";

    /// <summary>Reads an answer.</summary>
    internal static AsteriskAnswer Parse(ReadOnlySpan<byte> bytes)
    {
        // The columns of its tables are counted in bytes.
        string[] lines = [.. Encoding.Latin1.GetString(bytes).Split('\n').Take(MostLines).Select(line => line.TrimEnd('\r'))];
        if (Refuses(lines, Closing + Channels))
        {
            return new AsteriskAnswer(AsteriskService.TooOld, "", []);
        }

        if (!Array.Exists(lines, IsCount))
        {
            return Array.Exists(lines, line => line.StartsWith("You don't have permission", StringComparison.Ordinal))
                ? new AsteriskAnswer(AsteriskService.Forbids, "", [])
                : new AsteriskAnswer(AsteriskService.Fails, WhyNot(lines), []);
        }

        // A channel driver that is not loaded has no such command, and no registrations.
        IReadOnlyList<OutboundRegistration>? sip =
            IsToldOf(lines, Sip, "Reg.Time", " SIP registrations.") ? OutboundRegistration.ParseSip(lines) : [];
        IReadOnlyList<OutboundRegistration>? pjsip =
            IsToldOf(lines, Pjsip, "<Registration/ServerURI", "Objects found: ") ? OutboundRegistration.ParsePjsip(lines) : [];
        return new AsteriskAnswer(AsteriskService.Serves, "", sip is null || pjsip is null ? null : [.. sip, .. pjsip]);
    }

    /// <summary>Whether any line is of the answer to a command: its table, or why there is none.</summary>
    private static bool IsToldOf(string[] lines, string command, string head, string end) => Array.Exists(
        lines,
        line => line.Contains(head, StringComparison.Ordinal) || line.Contains(end, StringComparison.Ordinal)
            || line.StartsWith($"You don't have permissions to run '{command}", StringComparison.Ordinal)
            || line.StartsWith($"Command '{command}", StringComparison.Ordinal));

    private static string WhyNot(string[] lines) =>
        Refuses(lines, Channels) ? $"it does not know '{Channels}'"
        : Array.Exists(lines, line => line.StartsWith($"Command '{Channels}", StringComparison.Ordinal)) ? $"'{Channels}' failed"
        : lines.All(line => line.Length == 0) ? "it closed without a word"
        : "it does not answer as an Asterisk does";

    private static bool Refuses(string[] lines, string command) =>
        Array.Exists(lines, line => line.StartsWith($"No such command '{command}", StringComparison.Ordinal));

    /// <summary>"12 active channels".</summary>
    private static bool IsCount(string line)
    {
        string[] words = line.Split(' ');
        return words is [var number, "active", "channel" or "channels"] && number.Length > 0 && number.All(char.IsAsciiDigit);
    }
}
