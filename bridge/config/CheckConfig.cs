using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The verb check-config: every problem of the config, of the files that it names and of the folders, one a line with its cure. It judges
/// for serve's user and for the scheduler's, whoever runs it.
/// </summary>
internal static class CheckConfig
{
    private const string Elsewhere = "not checked here: enable_environment_macros in the scheduler's own config; access control lists; "
        + "whether PagerDuty takes the key (pagerduty-bridge send-test)";

    public static int Run(string configFile)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is not { } config)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        IReadOnlyList<SecretPlace> secrets = Secrets.Places(config);
        Installation installation = Installation.Judge(config, Path.GetFullPath(configFile), secrets, Look, AccountFiles.OfThisMachine());
        List<string> unknown = [.. installation.Unknown];
        var hidden = new HashSet<string>(installation.Hidden, StringComparer.Ordinal);
        foreach (SecretPlace secret in secrets)
        {
            if (secret.IsCredential && ProcessContext.EnvironmentBytes("CREDENTIALS_DIRECTORY") is null)
            {
                unknown.Add($"{secret.Path}: systemd passes it only to the unit");
            }
            else if (!secret.IsCredential && secret.IsClosedToThisUser)
            {
                hidden.Add(secret.Path);
            }
            else
            {
                secret.Check(problems);
            }
        }

        List<string> wrong = [.. problems.All.Select(problem => problem.ToString()), .. installation.Problems];
        var steps = new StepsFile(config.StepsPath);
        steps.RefreshAsync(CancellationToken.None).GetAwaiter().GetResult();
        if (steps.Complaint is { } complaint)
        {
            wrong.Add(complaint);
        }

        unknown.AddRange(hidden.Select(path => $"{path}: this user may not read it, run check-config as root"));
        string notChecked = string.Concat(unknown.Select(line => $"not checked: {line}\n"));
        if (wrong.Count > 0)
        {
            StandardStreams.Error($"{string.Join('\n', wrong)}\n{notChecked}");
            return ExitCode.Usage;
        }

        string verdict = hidden.Count == 0 ? "is good" : "has no mistake that this user can see";
        StandardStreams.Output($"{configFile} {verdict}: {Users(installation)}\n{notChecked}{Elsewhere}\n");
        return hidden.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static string Users(Installation installation) => installation.IsOnlyWatch
        ? "this host only runs watch, there is no spool"
        : $"serve runs as {installation.Serve?.Name ?? "a user that /etc/passwd does not know"}, "
            + $"notify as {installation.Scheduler?.Name ?? "the scheduler's user"}";

    private static PathLook Look(string path) => new(KernelFile.Look(path, out int error), error);
}
