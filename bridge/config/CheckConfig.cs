using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The verb check-config: every mistake in the text of the config and of the files that it names, one a line with its cure. Users, folders,
/// the scheduler and the ways out are doctor's.
/// </summary>
internal static class CheckConfig
{
    private const string Elsewhere = "not checked here: users, folders, the scheduler and the way to PagerDuty (pagerduty-bridge doctor)";

    public static int Run(string configFile)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is not { } config)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        (List<string> wrong, List<string> hidden, List<string> unknown) = Judge(config);
        unknown.AddRange(hidden.Select(path => $"{path}: this user may not read it, run check-config as root"));
        string notChecked = string.Concat(unknown.Select(line => $"not checked: {line}\n"));
        if (wrong.Count > 0)
        {
            StandardStreams.Error($"{string.Join('\n', wrong)}\n{notChecked}");
            return ExitCode.Usage;
        }

        string verdict = hidden.Count == 0 ? "is good" : "has no mistake that this user can see";
        StandardStreams.Output($"{configFile} {verdict}\n{notChecked}{Elsewhere}\n");
        return hidden.Count == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Adds what is wrong with the files that the config names.</summary>
    public static void JudgeFiles(Diagnosis diagnosis, Config config)
    {
        (List<string> wrong, List<string> hidden, List<string> unknown) = Judge(config);
        wrong.ForEach(line => diagnosis.AddWrong(line));
        hidden.ForEach(diagnosis.AddHidden);
        unknown.ForEach(diagnosis.AddUnknown);
    }

    private static (List<string> Wrong, List<string> Hidden, List<string> Unknown) Judge(Config config)
    {
        var problems = new Problems();
        var hidden = new List<string>();
        var unknown = new List<string>();
        foreach (SecretPlace secret in Secrets.Places(config))
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

        List<string> wrong = [.. problems.All.Select(problem => problem.ToString())];
        var steps = new StepsFile(config.StepsPath);
        steps.RefreshAsync(CancellationToken.None).GetAwaiter().GetResult();
        if (steps.Complaint is { } complaint)
        {
            wrong.Add(complaint);
        }

        return (wrong, hidden, unknown);
    }
}
