using System.Text;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.OverSsh;

/// <summary>
/// Judges the way to the node. A connection that is refused, cut or never answered is CRITICAL for the check of the way itself and UNKNOWN
/// for a command behind it, as with check_nrpe and its -u: the way's own service pages. A key that is not the expected one is UNKNOWN for
/// both.
/// </summary>
internal sealed class WayJudge(
    Destination destination, KnownHosts known, string identityPath, string knownHostsPath, bool isOwnFile, Options options)
{
    internal Finding Judge(SshAnswer answer)
    {
        Status broken = options.Argument is null ? Status.Critical : Status.Unknown;
        Status silent = options.Argument is null ? Status.Critical : options.TimeoutStatus;
        string before = options.Argument is { } name ? $"{name} did not run: " : "";
        (Status status, string sentence) = answer.Outcome switch
        {
            SshOutcome.Refused => (broken, $"{before}{destination} refuses the connection: the host has rebooted or its sshd died"),
            SshOutcome.Unreachable => (broken, $"{before}no way to {destination}: {answer.Detail}"),
            SshOutcome.Unresolved => (Status.Unknown, $"{before}the host of {destination} has no address: {answer.Detail}"),
            SshOutcome.Silent => (silent, $"{Ran(before, answer)}{destination} was silent: waited {Metric.Number(Math.Round(answer.Elapsed.TotalSeconds, 1))} s in vain for {answer.Detail}"),
            SshOutcome.CutOff => (broken, $"{options.Argument ?? "the check"} was cut off on {destination}: {answer.Detail}"),
            SshOutcome.TooLong => (Status.Unknown, $"{options.Argument ?? "run-check"} on {destination} does not stop talking: given up after {SshConnection.Longest} bytes"),
            SshOutcome.HostKeyRefused => (Status.Unknown, before + HostKey(answer.PresentedKey!)),
            SshOutcome.IdentityRefused => (Status.Unknown, $"{before}{destination} does not accept identity '{identityPath}' ({answer.Detail.TrimEnd('.')}); cure: put its line into the node's authorized_keys, and see the node's sshd log for the reason"),
            _ => (broken, $"{before}no SSH with {destination}: {answer.Detail}"),
        };

        // The first step of the concern is for a host that does not answer; the other sentences carry their own cure.
        bool isAway = answer.Outcome is SshOutcome.Refused or SshOutcome.Unreachable or SshOutcome.Silent or SshOutcome.CutOff or SshOutcome.Broken;
        return new Finding(status, sentence, isAway ? OverSshCheck.Agent : null);
    }

    internal static Report JudgeAgent(Destination destination, SshAnswer answer, Options options)
    {
        Metric time = options.Measure(OverSshCheck.Time, Math.Round(answer.Elapsed.TotalSeconds, 3), 0);
        byte[]? said = RelayedAnswer.BehindMark(answer.Output);
        string heard = Encoding.UTF8.GetString(said ?? []).Trim();
        if (answer.ExitCode == (int)Status.Critical && heard.StartsWith(RunCheck.Waits, StringComparison.Ordinal))
        {
            var waits = new Finding(Status.Critical, heard[RunCheck.Waits.Length..], OverSshCheck.Agent) { FirstStep = "" };
            return new Report([waits], [time]);
        }

        if (said is null || answer.ExitCode != 0)
        {
            string end = answer.Signal is { } signal ? $"ended by SIG{signal}" : $"exit code {answer.ExitCode}";
            string words = Encoding.UTF8.GetString(said ?? answer.Output).Trim() is { Length: > 0 } output ? output : answer.Error.Trim();
            return new Report(
                [new Finding(
                    Status.Unknown,
                    $"{destination} accepts the identity, but run-check does not answer ({end}{(words.Length > 0 ? $": {words[..Math.Min(words.Length, 120)]}" : "")}); cure: install the node's generated run-check and authorized_keys, and give {destination.User} the shell /bin/sh")],
                [time]);
        }

        string sentence = $"{destination} answers: {Encoding.UTF8.GetString(said).Trim()}";
        return new Report([new Finding(time.Status, time.Status == Status.Ok ? sentence : $"{sentence}, after {time.Spoken}", OverSshCheck.Agent)], [time]);
    }

    private string Ran(string before, SshAnswer answer) => answer.PresentedKey is not null && options.Argument is { } name && answer.Detail.EndsWith("command", StringComparison.Ordinal)
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
            return $"{shown}, which {knownHostsPath}:{withdrawn.Line} revokes: nothing was sent; cure: give the node a new host key, then: {fetch}";
        }

        if (known.Trusted.Count > 0)
        {
            string held = string.Join(", ", known.Trusted.Select(trusted => $"{trusted.Key.Type} in line {trusted.Line}"));
            return $"{shown}, not the known one ({held} of {knownHostsPath}): the node was installed anew, or somebody is in between; cure, {compare}: ssh-keygen -R '{host}' -f '{knownHostsPath}'; {fetch}";
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
