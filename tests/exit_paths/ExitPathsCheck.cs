using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Tests.ExitPaths;

/// <summary>A check that ends in every way in which a check can end, published as checks are.</summary>
public sealed class ExitPathsCheck : ICheck
{
    private static readonly Concern Paths = new("paths", "the named path is taken", "read the test");
    private static readonly MetricFacts Length = new("length", Unit.Bytes, "length of the padding", Paths);
    private static readonly CheckOption Path = new("--path", "NAME", "how to end");
    private static readonly CheckOption Argument = new("--argument", "TEXT", "what the path needs");

    public static Facts Facts { get; } = new()
    {
        Name = "check_exit_paths",
        Purpose = "ends in every way in which a check can end.",
        Concerns = [Paths],
        Metrics = [Length],
        MainMetric = Length,
        Options = [Path, Argument],
        RootIsNeededFor = "",
        Remembers = true,
    };

    public static Report Run(CheckRun run)
    {
        string argument = run.Options.Value(Argument) ?? "";
        switch (run.Options.Value(Path))
        {
            case "ok":
                run.Memory.Remember(Paths, [KeyValuePair.Create("ran", "yes")]);
                return Of(Status.Ok, "all is well", run);
            case "warning":
                return Of(Status.Warning, "something is odd", run);
            case "critical":
                return Of(Status.Critical, "something is broken", run);
            case "unknown":
                return Of(Status.Unknown, "something is not readable", run);
            case "throw":
                throw new InvalidOperationException("a bug | with a bar");
            case "throw-on-a-thread":
                var thread = new Thread(() => throw new InvalidOperationException("a bug elsewhere"));
                thread.Start();
                thread.Join();
                break;
            case "eat-memory":
                List<byte[]> eaten = [];
                while (true)
                {
                    eaten.Add(new byte[1 << 20]);
                }

            case "recurse":
                return Of(Status.Ok, Recurse(1).ToString(), run);
            case "block":
                File.ReadAllBytes(argument);
                break;
            case "spin":
                while (true)
                {
                    Thread.SpinWait(1000);
                }

            case "long":
                return new Report([new Finding(Status.Warning, "long"), .. Enumerable.Range(0, 3000).Select(number => new Finding(Status.Warning, $"finding {number} of many"))], []);
            case "ask":
                Answer answer = run.World.Ask(new SocketQuestion(SocketAddress.TryParse(argument)!, "show info\n"));
                return Of(answer.Outcome == Outcome.Answered ? Status.Ok : Status.Critical, $"{answer.Outcome} {answer.Reason}", run);
            case "mount":
                Answer mount = run.World.Ask(new MountQuestion(argument) { Limit = TimeSpan.FromSeconds(3) });
                return Of(MountStatus.Parse(mount) is null ? Status.Critical : Status.Ok, $"{mount.Outcome} {mount.Reason}", run);
            case "files":
                List<string> files = [];
                Answer end = run.World.Read(
                    new FilesQuestion(argument.Split(' ')) { MayHang = true, Limit = TimeSpan.FromSeconds(3) },
                    (path, content, failure) => files.Add($"{System.Text.Encoding.UTF8.GetString(path)} {failure ?? $"{content.Length} bytes"}"));
                return Of(end.Outcome == Outcome.Answered ? Status.Ok : Status.Critical, $"{end.Outcome} {end.Reason} {string.Join(", ", files.Order(StringComparer.Ordinal))}", run);
            case "files-together":
                IReadOnlyList<Answer> together = run.World.AskTogether(
                    [.. argument.Split(' ').Select(pattern => new FilesQuestion(pattern) { MayHang = true, LargestFile = 65_536 })]);
                string outcomes = string.Join(", ", together.Select(one => one.Outcome));
                return Of(together.Any(one => one.Outcome != Outcome.Answered) ? Status.Critical : Status.Ok, outcomes, run);
            case "command":
                Answer command = run.World.Ask(new CommandQuestion("/bin/sh", ["-c", argument]) { Limit = TimeSpan.FromSeconds(1) });
                return Of(command.Outcome == Outcome.Answered ? Status.Ok : Status.Critical, $"{command.Outcome} {command.Code} {command.Reason}", run);
        }

        return Report.Unknown("no such path");
    }

    private static Report Of(Status status, string sentence, CheckRun run) =>
        new([new Finding(status, sentence, Paths)], [run.Options.Measure(Length, 0)]);

    private static int Recurse(int depth) => depth <= 0 ? 0 : Recurse(depth + 1) + depth;
}
