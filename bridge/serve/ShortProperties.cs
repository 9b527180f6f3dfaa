using Serilog.Core;
using Serilog.Events;

namespace Ringfree.Monitoring.Bridge;

/// <summary>Cuts the texts of a log event: names may have megabytes, and thousands of events wait in memory.</summary>
internal sealed class ShortProperties : ILogEventEnricher
{
    /// <summary>The longest text in characters.</summary>
    public const int MaxText = 2_000;

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        foreach ((string name, LogEventPropertyValue value) in logEvent.Properties.ToArray())
        {
            if (value is ScalarValue { Value: string { Length: > MaxText } text })
            {
                logEvent.AddOrUpdateProperty(new LogEventProperty(name, new ScalarValue(text[..MaxText] + "…")));
            }
        }
    }
}
