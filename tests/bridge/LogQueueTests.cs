using System.Collections.Concurrent;
using System.Diagnostics;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class LogQueueTests
{
    [Fact]
    public async Task What_an_output_that_stops_does_not_take_is_dropped_counted_and_reported()
    {
        using var output = new Output();
        using var queue = new LogQueue(new LoggerConfiguration().WriteTo.Sink(output).CreateLogger());
        queue.Log.CanaryFailed("0");
        await PublishedBridge.Until(() => output.IsHeld, "the output stands", TimeSpan.FromMinutes(1));
        for (var i = 1; i <= LogQueue.MaxEvents + 5; i++)
        {
            queue.Log.CanaryFailed($"{i}");
        }

        Assert.Equal(5, queue.Log.DroppedLines);
        output.GoOn();
        await PublishedBridge.Until(() => output.Lines.Count == LogQueue.MaxEvents + 2, "all is written", TimeSpan.FromMinutes(1));
        Assert.Equal("5 log lines were dropped: standard output took none for too long", output.Lines.ElementAt(1));
        Assert.Equal($"the canary call was not accepted: {LogQueue.MaxEvents}", output.Lines.Last());
    }

    [Fact]
    public async Task The_end_waits_for_what_is_written_and_for_nothing_else()
    {
        using var output = new Output();
        var clock = Stopwatch.StartNew();
        using (var queue = new LogQueue(new LoggerConfiguration().WriteTo.Sink(output).CreateLogger()))
        {
            queue.Log.CanaryFailed("0");
            await PublishedBridge.Until(() => output.IsHeld, "the output stands", TimeSpan.FromMinutes(1));
        }

        Assert.InRange(clock.Elapsed, LogQueue.FlushPatience, TimeSpan.FromMinutes(1));
        output.GoOn();
        using (var queue = new LogQueue(new LoggerConfiguration().WriteTo.Sink(output).CreateLogger()))
        {
            queue.Log.CanaryFailed("1");
        }

        Assert.Equal("the canary call was not accepted: 1", output.Lines.Last());
    }

    [Fact]
    public void A_long_text_is_cut()
    {
        using var output = new Output();
        output.GoOn();
        using (var queue = new LogQueue(new LoggerConfiguration().WriteTo.Sink(output).CreateLogger()))
        {
            queue.Log.CanaryFailed(new string('x', 1_000_000));
        }

        Assert.Equal($"the canary call was not accepted: {new string('x', ShortProperties.MaxText)}…", Assert.Single(output.Lines));
    }

    /// <summary>Stands at the first event until it may go on.</summary>
    private sealed class Output : ILogEventSink, IDisposable
    {
        private readonly ManualResetEventSlim mayGoOn = new();
        public bool IsHeld { get; private set; }

        public ConcurrentQueue<string> Lines { get; } = new();

        public void Emit(LogEvent logEvent)
        {
            IsHeld = true;
            mayGoOn.Wait();
            Lines.Enqueue(logEvent.RenderMessage());
        }

        public void GoOn() => mayGoOn.Set();

        public void Dispose() => mayGoOn.Dispose();
    }
}
