using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>Evaluates each concern with what could be read of it.</summary>
internal static class HaproxyEvaluation
{
    internal static Report Evaluate(HaproxySettings settings, HaproxyReading reading, ReportBuilder report)
    {
        // What is to be done about HAProxy is done where it runs.
        string[] sources = [.. reading.Stats.Select(source => source.Source.ToString())];
        ConcernReport process = report.For(HaproxyCheck.Process);
        report.For(HaproxyCheck.Certificates).Fit = Place.OfAll(settings.Bundles).In;
        foreach (StatsReading source in reading.Stats)
        {
            process.Fit = source.Source.Place.In;
            StatsEvaluation.Evaluate(source, settings, report);
        }

        process.Fit = Place.OfAll(sources).In;
        HaproxyStats[] answered = [.. reading.Stats.Select(source => source.Stats).OfType<HaproxyStats>()];
        if (answered.Length > 0)
        {
            EvaluateStats(settings, answered, sources, report);
        }

        if (settings.Judges(HaproxyCheck.Certificates))
        {
            EvaluateCertificates(settings, reading.Certificates, report);
        }

        if (settings.Judges(HaproxyCheck.Config))
        {
            ConfigurationTestEvaluation.Evaluate(reading.Tests, isAskedFor: IsChosen(settings), report);
        }

        if (report.Options.Verbosity >= 2)
        {
            reading.Stats.Select(Trace).ToList().ForEach(report.Trace);
        }

        return report.Build();
    }

    private static void EvaluateStats(HaproxySettings settings, HaproxyStats[] answered, string[] sources, ReportBuilder report)
    {
        if (settings.Judges(HaproxyCheck.Proxies))
        {
            ProxiesEvaluation.Evaluate(answered, sources, settings, report);
        }

        if (settings.Judges(HaproxyCheck.Traffic))
        {
            TrafficEvaluation.Evaluate(answered, sources, settings, report);
        }

        if (settings.Judges(HaproxyCheck.Process))
        {
            ProcessEvaluation.Evaluate(answered, sources, report);
        }
    }

    /// <summary>Where no option names a certificate, none was asked for, unless the concern itself was.</summary>
    private static void EvaluateCertificates(HaproxySettings settings, CertificatesReading? reading, ReportBuilder report)
    {
        bool isAskedFor = IsChosen(settings) || settings.ExpectedHosts.Count > 0;
        if (reading is not null)
        {
            CertificatesEvaluation.Evaluate(reading, settings, report);
        }
        else if (isAskedFor)
        {
            report.For(HaproxyCheck.Certificates).Problem(
                Status.Unknown,
                HaproxyHeadlines.NoneNamed,
                "no certificate is named; cure: --bundle for the bundles of haproxy.cfg ('crt'), --endpoint for what is served");
        }
    }

    private static bool IsChosen(HaproxySettings settings) => settings.Judged.Count < HaproxyCheck.Facts.Concerns.Length;

    private static string Trace(StatsReading reading) => reading.Stats is { } stats
        ? $"source {reading.Source}: HAProxy {stats.Info.Version}, pid {stats.Info.Pid}, {stats.Rows.Count} rows of show stat"
        : $"source {reading.Source}: no statistics";
}
