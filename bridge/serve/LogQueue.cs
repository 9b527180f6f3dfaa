using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Compact;
using Serilog.Sinks.Async;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Carries log events to a slow output in the background, so that no page waits for a reader of the log. An event that finds the queue full
/// is dropped and counted, and the number is logged as soon as the output takes events again.
/// </summary>
internal sealed class LogQueue : IAsyncLogEventSinkMonitor, IDisposable
{
    /// <summary>The most events that wait.</summary>
    public const int MaxEvents = 2_000;

    /// <summary>How long the end of the program waits for an output that takes nothing.</summary>
    public static readonly TimeSpan FlushPatience = TimeSpan.FromSeconds(2);

#pragma warning disable CA2213 // it is disposed of, on a thread that a stuck output may hold
    private readonly Logger queue;
#pragma warning restore CA2213
    private IAsyncLogEventSinkInspector? inspector;

    /// <param name="output">Where events go; it may block.</param>
    public LogQueue(ILogger output)
    {
        queue = new LoggerConfiguration()
            .Enrich.With<ShortProperties>()
            .WriteTo.Async(
                background => background.Sink(new Reporting(output, () => Dropped)), MaxEvents, blockWhenFull: false, monitor: this)
            .CreateLogger();
        Log = new Log(queue, () => Dropped);
    }

    /// <summary>The log whose events are carried.</summary>
    public Log Log { get; }

    private long Dropped => inspector?.DroppedMessagesCount ?? 0;

    /// <summary>Compact JSON on standard output.</summary>
    public static LogQueue ToStandardOutput() =>
        new(new LoggerConfiguration().WriteTo.Console(new RenderedCompactJsonFormatter()).CreateLogger());

    public void StartMonitoring(IAsyncLogEventSinkInspector inspector) => this.inspector = inspector;

    public void StopMonitoring(IAsyncLogEventSinkInspector inspector)
    {
        // The count stays readable until the program ends.
    }

    /// <summary>Waits until what was logged is written, at most <see cref="FlushPatience"/>.</summary>
    public void Dispose() => Task.Run(() => queue.Dispose()).Wait(FlushPatience);

    /// <summary>Writes the events in the background, one at a time, and what was dropped meanwhile.</summary>
    private sealed class Reporting(ILogger output, Func<long> dropped) : ILogEventSink
    {
        private long reported;

        public void Emit(LogEvent logEvent)
        {
            output.Write(logEvent);
            long all = dropped();
            if (all > reported)
            {
                new Log(output).LinesDropped(all - reported);
                reported = all;
            }
        }
    }
}
