using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.OverSsh;

/// <summary>
/// Runs a named command on a node over SSH and passes on what it said, as check_nrpe does over NRPE. Without a name it is the check of the
/// way itself: sshd, host key, login and run-check.
/// </summary>
public sealed class OverSshCheck : ICheck
{
    internal static readonly Concern Agent = new(
        "agent",
        "sshd answers, shows the known host key, accepts the identity and runs run-check",
        "ping the host; if it answers, from its console: uptime; service sshd status (Debian kin: service ssh status)");

    internal static readonly MetricFacts Time = new("time", Unit.Seconds, "time until run-check has answered; judged without NAME only", Agent);

    internal static readonly CheckOption HostOption = new("--hostname", "[USER@]HOST[:PORT]", "where to connect, and as whom (default: this user, port 22)", ShortName: "-H");
    internal static readonly CheckOption PortOption = new("--port", "PORT", "the port, when -H has none", ShortName: "-p");
    internal static readonly CheckOption IdentityOption = new("--identity", "FILE", "private key without passphrase; of this user, mode 0600");
    internal static readonly CheckOption KnownHostsOption = new("--known-hosts", "FILE", "host keys in OpenSSH's format; no other key is accepted");

    /// <inheritdoc/>
    public static Facts Facts { get; } = new()
    {
        Name = "check_over_ssh",
        Purpose = "runs a named command on a node over SSH and passes on its output and exit code unchanged, as check_nrpe does over NRPE.",
        Concerns = [Agent],
        Metrics = [Time],
        MainMetric = Time,
        Options = [HostOption, PortOption, IdentityOption, KnownHostsOption],
        Argument = new CheckArgument(
            "NAME",
            "the command, one that was generated for the node; trouble on the way to it is UNKNOWN. Without NAME the way itself is checked: refused or silent is CRITICAL"),
        Relays = true,
        Deadline = TimeSpan.FromSeconds(30),
        TimeoutStatus = Status.Unknown,
        RootIsNeededFor = "",
    };

    /// <inheritdoc/>
    public static Report Run(CheckRun run)
    {
        Deadline deadline = new(run.Options.Timeout);
        Options options = run.Options;
        if (options.Argument is { } name && !RunCheck.IsName(name))
        {
            throw new UsageException($"'{name}' is no name of a command; accepted are {RunCheck.AcceptedNames}");
        }

        Destination destination = Destination.Parse(Demanded(options, HostOption), options.Value(PortOption), run.World.UserName);
        string identityPath = Demanded(options, IdentityOption);
        string knownHostsPath = Demanded(options, KnownHostsOption);
        byte[] identity = TrustedFile.Identity(identityPath);
        KnownHosts known;
        bool isOwnFile;
        try
        {
            known = KnownHosts.For(TrustedFile.KnownHosts(knownHostsPath, out isOwnFile), knownHostsPath, destination.InKnownHosts);
        }
        catch (KnownHostsException exception)
        {
            throw new UsageException(exception.Message);
        }

        SshAnswer answer = new SshConnection(destination, known, deadline).Run(identity, identityPath, options.Argument ?? "");
        ReportBuilder report = run.BeginReport();
        WayEvaluation way = new(destination, known, identityPath, knownHostsPath, isOwnFile, report);
        if (answer.Outcome != SshOutcome.Answered)
        {
            way.EvaluateNoAnswer(answer);
        }
        else if (options.Argument is null)
        {
            way.EvaluateAgent(answer);
        }
        else
        {
            return RelayedAnswer.Report(options.Argument, destination, answer, report);
        }

        return report.Build();
    }

    private static string Demanded(Options options, CheckOption option) => options.Value(option)
        ?? throw new UsageException($"{option.ShortName ?? option.Name} is missing; needed are -H [USER@]HOST[:PORT], --identity FILE and --known-hosts FILE");
}
