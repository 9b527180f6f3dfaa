using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.OverSsh;

/// <summary>
/// The way to the node. A connection that is refused, cut or never answered is CRITICAL for the check of the way itself and UNKNOWN for a
/// command behind it, as with check_nrpe and its -u: the way's own service pages. A key that is not the expected one is UNKNOWN for both.
/// </summary>
internal sealed class WayEvaluation(
    Destination destination, KnownHosts known, string identityPath, string knownHostsPath, bool isOwnFile, ReportBuilder report)
{
    private readonly Options options = report.Options;

    private readonly ConcernReport agent = report.For(OverSshCheck.Agent);

    /// <summary>Why the command has not run.</summary>
    internal void EvaluateNoAnswer(SshAnswer answer)
    {
        Status broken = options.Argument is null ? Status.Critical : Status.Unknown;
        Status silent = options.Argument is null ? Status.Critical : options.TimeoutStatus;
        string before = options.Argument is { } name ? $"{name} did not run: " : "";
        string seconds = Metric.Number(Math.Round(answer.Elapsed.TotalSeconds, 1));
        (Status status, HeadlineKind kind, string sentence) = answer.Outcome switch
        {
            SshOutcome.Refused => (
                broken,
                OverSshHeadlines.Refused,
                $"{before}{destination} refuses the connection: the host has rebooted or its sshd died"),
            SshOutcome.Unreachable => (broken, OverSshHeadlines.Unreachable, $"{before}no way to {destination}: {answer.Detail}"),
            SshOutcome.Unresolved => (
                Status.Unknown, OverSshHeadlines.Unresolved, $"{before}the host of {destination} has no address: {answer.Detail}"),
            SshOutcome.Silent => (
                silent,
                OverSshHeadlines.Silent,
                $"{Ran(before, answer)}{destination} was silent: waited {seconds} s for {answer.Detail}"),
            SshOutcome.CutOff => (
                broken, OverSshHeadlines.CutOff, $"{options.Argument ?? "the check"} was cut off on {destination}: {answer.Detail}"),
            SshOutcome.TooLong => (
                Status.Unknown,
                OverSshHeadlines.TooLong,
                $"{options.Argument ?? "run-check"} on {destination} does not stop talking: given up after {SshConnection.Longest} bytes"),
            SshOutcome.HostKeyRefused => (Status.Unknown, OverSshHeadlines.HostKeyUnknown, before + HostKey(answer.PresentedKey!)),
            SshOutcome.IdentityRefused => (
                Status.Unknown,
                OverSshHeadlines.IdentityRefused,
                $"{before}{destination} does not accept identity '{identityPath}' ({answer.Detail.TrimEnd('.')}); cure: put its line into "
                    + "the node's authorized_keys, and see the node's sshd log for the reason"),
            _ => (broken, OverSshHeadlines.NoSsh, $"{before}no SSH with {destination}: {answer.Detail}"),
        };
        agent.Problem(status, kind.With("HOST", destination.Host), sentence);
    }

    /// <summary>What run-check itself answered, without a command.</summary>
    internal void EvaluateAgent(SshAnswer answer)
    {
        Metric time = agent.Record(OverSshCheck.Time, Math.Round(answer.Elapsed.TotalSeconds, 3));
        byte[]? said = RelayedAnswer.BehindMark(answer.Output);
        string heard = Encoding.UTF8.GetString(said ?? []).Trim();
        if (answer.ExitCode == (int)Status.Critical && heard.StartsWith(RunCheck.Waits, StringComparison.Ordinal))
        {
            agent.Problem(Status.Critical, OverSshHeadlines.Waits, heard[RunCheck.Waits.Length..]);
        }
        else if (said is null || answer.ExitCode != 0)
        {
            string end = answer.Signal is { } signal ? $"ended by SIG{signal}" : $"exit code {answer.ExitCode}";
            string words = Encoding.UTF8.GetString(said ?? answer.Output).Trim() is { Length: > 0 } output ? output : answer.Error.Trim();
            string quoted = words.Length > 0 ? $": {words[..Math.Min(words.Length, 120)]}" : "";
            agent.Problem(
                Status.Unknown,
                OverSshHeadlines.NoRunCheck,
                $"{destination} accepts the identity, but run-check does not answer ({end}{quoted}); cure: install the node's generated "
                    + $"run-check and authorized_keys, and give {destination.User} the shell /bin/sh");
        }
        else if (time.Status == Status.Ok)
        {
            agent.Ok($"{destination} answers: {heard}");
        }
        else
        {
            agent.Problem(
                time.Status,
                OverSshHeadlines.Slow.With("HOST", destination.Host),
                $"{destination} answers: {heard}, after {time.Spoken}");
        }
    }

    private string Ran(string before, SshAnswer answer) =>
        answer.PresentedKey is not null && options.Argument is { } name && answer.Detail.EndsWith("command", StringComparison.Ordinal)
            ? $"{name} has not ended: "
            : before;

    private string HostKey(HostKey presented)
    {
        string host = destination.InKnownHosts;
        string shown = $"{destination} shows the host key {presented.Type} {presented.Fingerprint}";
        string port = destination.Port == Destination.UsualPort ? "" : $" -p {destination.Port}";
        string fetch = $"ssh-keyscan -t {ScanType(presented.Type)}{port} {destination.Host} >> '{knownHostsPath}'";
        string compare = $"{(isOwnFile ? "" : "as root, ")}once the node's own console shows the same (ssh-keygen -lf "
            + $"/etc/ssh/ssh_host_{ScanType(presented.Type)}_key.pub)";
        if (known.Revoked.FirstOrDefault(revoked => revoked.Key.IsSame(presented)) is { } withdrawn)
        {
            return $"{shown}, which {knownHostsPath}:{withdrawn.Line} revokes: nothing was sent; cure: give the node a new host key, "
                + $"then: {fetch}";
        }

        if (known.Trusted.Count > 0)
        {
            string held = string.Join(", ", known.Trusted.Select(trusted => $"{trusted.Key.Type} in line {trusted.Line}"));
            return $"{shown}, not the known one ({held} of {knownHostsPath}): the node was installed anew, or somebody is in between; "
                + $"cure, {compare}: ssh-keygen -R '{host}' -f '{knownHostsPath}'; {fetch}";
        }

        return known.AuthorityLine is { } line
            ? $"{shown}; {knownHostsPath}:{line} trusts a @cert-authority for it, which check_over_ssh does not; cure, {compare}: {fetch}"
            : $"{shown}, and {knownHostsPath} has no key for {host}; cure, {compare}: {fetch}";
    }

    private static string ScanType(string keyType) =>
        keyType.StartsWith("ecdsa-", StringComparison.Ordinal) ? "ecdsa"
        : keyType == "ssh-rsa" ? "rsa"
        : "ed25519";
}
