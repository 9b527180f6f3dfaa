using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Evaluates whether HAProxy would start with the configurations on disk: one that it refuses is an outage at its next start.
/// </summary>
internal static class ConfigurationTestEvaluation
{
    private const int Valid = 0, Refused = 1, WithoutListener = 2;

    /// <summary>Evaluates.</summary>
    /// <param name="tests">What was tested.</param>
    /// <param name="isAskedFor">Whether the concern was chosen, so that nothing to test is not well.</param>
    /// <param name="report">Takes what is found.</param>
    internal static void Evaluate(IReadOnlyList<ConfigurationTest> tests, bool isAskedFor, ReportBuilder report)
    {
        if (tests.Count == 0 && !isAskedFor)
        {
            return;
        }

        ConcernReport concern = report.For(HaproxyCheck.Config);
        if (tests.Count == 0)
        {
            concern.Problem(
                Status.Unknown, HaproxyHeadlines.NoConfiguration, "no configuration is named; cure: --config /etc/haproxy/haproxy.cfg");
        }

        foreach (ConfigurationTest test in tests)
        {
            concern.Fit = test.Place.In;
            Evaluate(test, concern, report.Options);
        }
    }

    private static void Evaluate(ConfigurationTest test, ConcernReport concern, Options options)
    {
        string files = string.Join(" and ", test.Files);
        switch (test)
        {
            case { Code: Valid }:
                concern.Ok($"HAProxy would start with {files}");
                concern.Summary($"HAProxy would start with {files}");
                break;
            case { Code: Refused or WithoutListener }:
                concern.Problem(
                    Status.Critical,
                    HaproxyHeadlines.ConfigurationRefused.About(files),
                    $"HAProxy would not start again with {files}: "
                        + (test.Code == Refused ? "it refuses the configuration" : "nothing in it listens")
                        + $"; '{test.Command}' says why");
                break;
            default:
                concern.Problem(Status.Unknown, HaproxyHeadlines.NotTested.About(files), $"{files} is not tested: {WhyNot(test, options)}");
                break;
        }
    }

    private static string WhyNot(ConfigurationTest test, Options options) => test.Error switch
    {
        null => $"'{test.Command}' ended with {test.Code}; cure: run it, and see whether HAProxy runs there at all",
        { Kind: ProbeErrorKind.Denied, Caller: { } caller } =>
            $"HAProxy loads private keys for it; cure: run the check through sudo, {Sudo.LineFor(caller, options)}",
        { Kind: ProbeErrorKind.NotInstalled } error =>
            $"there is no {error.Detail}; cure: leave --config out where HAProxy is not installed",
        { IsUnresponsive: true } error =>
            $"'{test.Command}' does not end: {error.Detail}; cure: it may wait for DNS, or need a longer --timeout",
        { } error => error.Detail,
    };
}
