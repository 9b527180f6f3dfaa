using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The verb check-config: every problem of the config and of the routing key file, one a line.</summary>
internal static class CheckConfig
{
    public static int Run(string configFile)
    {
        var problems = new Problems();
        if (Config.Load(configFile, problems) is { } config)
        {
            RoutingKey.Load(config.RoutingKeyFile, problems);
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
