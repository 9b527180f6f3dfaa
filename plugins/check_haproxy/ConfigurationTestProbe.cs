using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Has HAProxy test the configurations on disk, as root: it loads the private keys. <c>-q</c>, because its messages quote the file, which
/// holds passwords: the exit code is all that is read: 0, 1, or 2 where nothing would
/// listen. RAN: HAProxy 2.6.12.
/// </summary>
internal static class ConfigurationTestProbe
{
    private const string Root = "root", Containers = "/usr/sbin/vzctl";

    private static readonly string[] Programs = ["/usr/sbin/haproxy", "/usr/local/sbin/haproxy", "/sbin/haproxy"];

    internal static IReadOnlyList<ConfigurationTest> Read(IWorld world, HaproxySettings settings) =>
    [
        .. settings.Configurations.GroupBy(Place.Of)
            .Select(files => Read(world, new ConfigurationTest(files.Key, [.. files], null, null), settings.Timeout * 0.8)),
    ];

    private static ConfigurationTest Read(IWorld world, ConfigurationTest test, TimeSpan limit)
    {
        string subject = $"the test of {string.Join(" and ", test.Files)}";
        if (world.UserName != Root)
        {
            return test with { Error = new ProbeError(subject, ProbeErrorKind.Denied, "") { Caller = Caller.Of(world) } };
        }

        string? program = test.Place.Container is not null
            ? Containers
            : Array.Find(Programs, path => world.Look(path).Kind == PathKind.File);
        if (program is null)
        {
            return test with { Error = new ProbeError(subject, ProbeErrorKind.NotInstalled, string.Join(", ", Programs)) };
        }

        IEnumerable<string> inside = test.Place.Container is { } container ? ["exec", container, "haproxy"] : [];
        Answer answer = world.Ask(new CommandQuestion(program, [.. inside, "-q", .. test.Arguments]) { Limit = limit });
        return answer.Outcome == Outcome.Answered ? test with { Code = answer.Code } : test with { Error = ProbeError.Of(subject, answer) };
    }
}
