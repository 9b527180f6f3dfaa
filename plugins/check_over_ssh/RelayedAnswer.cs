using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.OverSsh;

/// <summary>From what the command said to what the scheduler gets: the same bytes and exit code, or a sentence that says why not.</summary>
internal static class RelayedAnswer
{
    /// <summary>The longest output that is passed on, in bytes: what NRPE's largest packet and Shinken's own limit hold.</summary>
    internal const int LongestOutput = 64 * 1024;

    private static readonly byte[] Mark = Encoding.ASCII.GetBytes(RunCheck.Mark);

    internal static Report Report(string name, Destination destination, SshAnswer answer, ReportBuilder report)
    {
        string what = $"{name} on {destination}";
        byte[] said = BehindMark(answer.Output) ?? answer.Output;
        if (said.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
        {
            string complaint = answer.Error.Trim() is { Length: > 0 } error ? $"; its error output: {error}" : " and no error output";
            report.For(OverSshCheck.Agent).Problem(
                Status.Unknown,
                OverSshHeadlines.SaidNothing.With("NAME", name),
                $"{what} said nothing on standard output ({End(answer)}){complaint}");
            return report.Build();
        }

        byte[] passed = Cut(said, answer.Length);
        if (answer.ExitCode is >= 0 and <= 3)
        {
            return Of((Status)answer.ExitCode.Value, passed);
        }

        string line = $"{OverSshCheck.Facts.LineName} UNKNOWN - {what} ended in no way that a check ends ({End(answer)}); what it said follows\n";
        return Of(Status.Unknown, [.. Encoding.UTF8.GetBytes(line), .. passed]);
    }

    /// <summary>What run-check's command said; null when run-check did not speak.</summary>
    internal static byte[]? BehindMark(byte[] output)
    {
        int mark = output.AsSpan().IndexOf(Mark);
        return mark < 0 ? null : output[(mark + Mark.Length)..];
    }

    private static Report Of(Status status, byte[] output) => new([new Finding(status, "")], []) { Relayed = output };

    private static string End(SshAnswer answer) => answer switch
    {
        { Signal: { } signal } => $"ended by SIG{signal}",
        { ExitCode: 124 } => "exit code 124: stopped at the node's time limit",
        { ExitCode: 137 } => "exit code 137: killed at the node's time limit, or for want of memory",
        { ExitCode: 126 or 127 } => $"exit code {answer.ExitCode}: the program cannot be run on the node",
        _ => $"exit code {answer.ExitCode}",
    };

    private static byte[] Cut(byte[] said, long whole)
    {
        if (said.Length <= LongestOutput && whole <= SshConnection.Kept)
        {
            return said;
        }

        byte[] notice = Encoding.ASCII.GetBytes($"\n... cut by check_over_ssh: {whole} bytes came, {LongestOutput} are passed on\n");
        return [.. said.AsSpan(0, Math.Min(said.Length, LongestOutput - notice.Length)), .. notice];
    }
}
