using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>Runs a check as a program: facts, options, probe, verdict, one line, exit code.</summary>
public static class Host
{
    private static Facts? running;
    private static Status verdict = Status.Unknown;

    /// <summary>The whole life of a check's process. Never throws; every path ends with exit code 0 to 3.</summary>
    /// <typeparam name="TCheck">The check.</typeparam>
    /// <param name="arguments">The command line.</param>
    /// <returns>The exit code.</returns>
    public static int Run<TCheck>(string[] arguments)
        where TCheck : ICheck
    {
        StandardStreams.FillClosed();
        if (AbandonableProbe.TryRun(arguments))
        {
            return 0;
        }

        Guard.HoldSignals();
        byte[] output;
        try
        {
            running = TCheck.Facts;
            AppDomain.CurrentDomain.UnhandledException += (_, crash) => Crash(crash.ExceptionObject as Exception);
            output = Judge<TCheck>(arguments);
        }
        catch (Exception exception) when (exception is UsageException or ReplayException)
        {
            output = Unknown(exception.Message);
        }
        catch (Exception exception)
        {
            output = Unknown(CrashSentence(exception));
        }

        Tell(output);
        Libc.ExitNow((int)verdict);
        return (int)verdict;
    }

    /// <summary>Runs a check in this process against any world, for tests.</summary>
    /// <typeparam name="TCheck">The check.</typeparam>
    /// <param name="arguments">The command line.</param>
    /// <param name="world">The outside.</param>
    /// <returns>The whole output and the exit code.</returns>
    public static (string Output, int ExitCode) RunInside<TCheck>(string[] arguments, IWorld world)
        where TCheck : ICheck
    {
        try
        {
            (Request request, Options? options) = CommandLine.Parse(TCheck.Facts, arguments);
            if (request != Request.Run)
            {
                return (TextFor(request, TCheck.Facts), (int)Status.Unknown);
            }

            Report report = Report<TCheck>(world, options!);
            return (Encoding.UTF8.GetString(Renderer.Print(TCheck.Facts.LineName, report, options!.Verbosity)), (int)report.Status);
        }
        catch (Exception exception) when (exception is UsageException or ReplayException)
        {
            Report report = Plugin.Report.Unknown(exception.Message);
            return (Encoding.UTF8.GetString(Renderer.Print(TCheck.Facts.LineName, report, 0)), (int)Status.Unknown);
        }
    }

    private static byte[] Judge<TCheck>(string[] arguments)
        where TCheck : ICheck
    {
        (Request request, Options? options) = CommandLine.Parse(TCheck.Facts, arguments);
        if (request != Request.Run)
        {
            return Encoding.UTF8.GetBytes(TextFor(request, TCheck.Facts));
        }

        if (RootTrust.Applies && RootTrust.ObjectionToOwnProgram() is { } objection)
        {
            throw new UsageException(objection);
        }

        var deadline = new Deadline(options!.Timeout);
        Guard.Watch(TCheck.Facts, deadline, options.TimeoutStatus);
        Report report = Report<TCheck>(new LocalWorld(deadline, options.StateFolder), options);
        verdict = report.Status;
        return Renderer.Print(TCheck.Facts.LineName, report, options.Verbosity);
    }

    private static Report Report<TCheck>(IWorld machine, Options options)
        where TCheck : ICheck
    {
        using RecordingSink? sink = Recording.Begin(TCheck.Facts, options);
        IWorld world = Recording.WorldOf(options, sink, machine);
        Memory memory = TCheck.Facts.Remembers ? Memory.Open(TCheck.Facts, options, sink, world) : Memory.None;
        Report report = LocalTimes.Beside(memory.Close(TCheck.Run(new CheckRun(world, options, memory))), options.Zone);
        return options.Verbosity < 3 ? report : report with { Trace = [.. report.Trace, .. options.Describe()] };
    }

    private static string TextFor(Request request, Facts facts) => request == Request.Help
        ? Help.Text(facts)
        : $"{facts.Name} {typeof(Host).Assembly.GetName().Version!.ToString(3)} (ringfree-monitoring)\n";

    private static void Tell(byte[] output)
    {
        if (Guard.TakeOutput())
        {
            StandardStreams.Output(output);
        }
        else
        {
            // The guard ends the process; its line stands.
            Thread.CurrentThread.Join();
        }
    }

    private static void Crash(Exception? exception)
    {
        verdict = Status.Unknown;
        Tell(Unknown(CrashSentence(exception)));
        Libc.ExitNow((int)verdict);
    }

    private static string CrashSentence(Exception? exception) =>
        $"the check itself failed: {exception?.GetType().Name}: {exception?.Message}; please report this with the output of -vvv";

    private static byte[] Unknown(string sentence)
    {
        verdict = Status.Unknown;
        return Renderer.Print(running?.LineName ?? "CHECK", Plugin.Report.Unknown(sentence), 0);
    }
}
