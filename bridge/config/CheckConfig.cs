using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb check-config: every problem of the config and of the files of its secrets, one a line.</summary>
internal static class CheckConfig
{
    public static int Run(string configFile)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is { } config)
        {
            Secrets.Load(config, problems);
            if (new Spool(config.SpoolPath).Complaint() is { } complaint)
            {
                problems.Report(new Place(config.SpoolPath, 1, ""), complaint);
            }

            if (config.Watch is { } watch)
            {
                Secret.OneLine(watch.TokenFile, "a token", problems);
            }
        }

        if (problems.Any)
        {
            StandardStreams.Error($"{problems}\n");
            return ExitCode.Usage;
        }

        StandardStreams.Output($"{configFile} is good\n");
        return ExitCode.Done;
    }
}
