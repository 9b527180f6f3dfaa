using System.Collections.Concurrent;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A log that keeps its lines for the test.</summary>
internal sealed class LogLines : ILogEventSink
{
    private readonly ConcurrentQueue<string> lines = new();

    public LogLines() => Log = new Log(new LoggerConfiguration().WriteTo.Sink(this).CreateLogger());

    public Log Log { get; }

    public IReadOnlyCollection<string> Lines => lines;

    public void Emit(LogEvent logEvent) => lines.Enqueue(logEvent.RenderMessage());
}
