using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>What came of asking the Asterisks of containers on their control sockets.</summary>
/// <param name="Unanswered">By the container's id: why it did not answer; in the order in which they were asked.</param>
/// <param name="Error">Why none could be asked; null when they were.</param>
internal sealed record AsteriskReading(IReadOnlyList<(string Id, ProbeError Error)> Unanswered, ProbeError? Error);

/// <summary>Asks every Asterisk that runs in a container whose services are evaluated, on its control socket.</summary>
internal static class AsteriskProbe
{
    // Counting channels takes the lock that a deadlocked Asterisk holds; "cli quit after" makes it close behind its answer.
    private const string Question = "cli quit after core show channels count\0";

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

        string[] roots = [.. byPath.Keys.Select(path => path[..^socket.Length])];
        Answer answer = world.Ask(new ContainedSocketsQuestion(roots, socket, Question));
        List<(string Id, ProbeError Error)> unanswered = [];
        ContainedSocketsQuestion.Visit(answer, (path, content, failure) =>
        {
            if (byPath.GetValueOrDefault(Encoding.UTF8.GetString(path)) is { } id && (failure is not null || content.IsEmpty))
            {
                unanswered.Add((id, ErrorOf(world, id, failure)));
            }
        });
        return new AsteriskReading(unanswered, answer.Outcome == Outcome.Answered ? null : ProbeError.Of("the control sockets", answer));
    }

    private static ProbeError ErrorOf(IWorld world, string id, string? failure)
    {
        string subject = $"Asterisk in container {id}";
        ProbeError error = failure is null
            ? new ProbeError(subject, ProbeErrorKind.Malformed, "it closed without a word")
            : ProbeError.OfFile(subject, failure);
        return error.Kind == ProbeErrorKind.Denied ? error with { Caller = Caller.Of(world) } : error;
    }
}
