using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>An Asterisk that was asked on its control socket.</summary>
/// <param name="Id">The container's id.</param>
/// <param name="Error">Why no answer came; null when one did.</param>
/// <param name="Answer">The answer; null when none came.</param>
internal sealed record AskedAsterisk(string Id, ProbeError? Error, AsteriskAnswer? Answer);

/// <summary>What came of asking the Asterisks of containers on their control sockets.</summary>
/// <param name="Asked">In the order in which they answered.</param>
/// <param name="Error">Why none could be asked; null when they were.</param>
internal sealed record AsteriskReading(IReadOnlyList<AskedAsterisk> Asked, ProbeError? Error)
{
    /// <summary>Whether none was asked because this user may not and no option demands it. Default: false.</summary>
    internal bool IsOutOfReach { get; init; }
}

/// <summary>Asks every Asterisk that runs in a container whose services are evaluated, on its control socket.</summary>
internal static class AsteriskProbe
{
    private const string Superuser = "root";

    /// <summary>Asks.</summary>
    /// <returns>Null when there is none to be asked.</returns>
    internal static AsteriskReading? Read(IWorld world, OpenvzSettings settings, NodeReading reading, string socket)
    {
        Dictionary<string, string> byPath = [];
        foreach (ContainerProcesses container in WatchedContainers.WithAsterisk(settings, reading))
        {
            byPath[reading.RootOf(container.Id, settings) + socket] = container.Id;
        }

        if (byPath.Count == 0)
        {
            return null;
        }

        if (!settings.NamesAsteriskSocket && world.UserName != Superuser)
        {
            return new AsteriskReading([], null) { IsOutOfReach = true };
        }

        string[] roots = [.. byPath.Keys.Select(path => path[..^socket.Length])];
        Answer answer = world.Ask(new ContainedSocketsQuestion(roots, socket, AsteriskAnswer.Question));
        List<AskedAsterisk> asked = [];
        ContainedSocketsQuestion.Visit(answer, (path, content, failure) =>
        {
            if (byPath.GetValueOrDefault(Encoding.UTF8.GetString(path)) is { } id)
            {
                asked.Add(Heard(world, id, content, failure));
            }
        });
        return new AsteriskReading(asked, answer.Outcome == Outcome.Answered ? null : ProbeError.Of("the control sockets", answer));
    }

    private static AskedAsterisk Heard(IWorld world, string id, ReadOnlySpan<byte> content, string? failure)
    {
        AsteriskAnswer answer = AsteriskAnswer.Parse(content);

        // An old one says that it does not know the question, and waits for another one.
        if (failure is null || answer.Service == AsteriskService.TooOld)
        {
            return new AskedAsterisk(id, null, answer);
        }

        ProbeError error = ProbeError.OfFile($"Asterisk in container {id}", failure);
        return new AskedAsterisk(
            id,
            failure == "No such file or directory" ? error with { Kind = ProbeErrorKind.Missing }
                : error.Kind == ProbeErrorKind.Denied ? error with { Caller = Caller.Of(world) }
                : error,
            null);
    }
}
