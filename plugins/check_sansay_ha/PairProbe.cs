using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>
/// Asks both nodes at once, each one question after the other, and once more when the pair looks split or headless. The times add up to
/// less than the check's own deadline: two readings, the pause between them, and the uptime.
/// </summary>
internal sealed class PairProbe(IWorld world, string credentials, NodeTrust trust, ApiChoice choice)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PatienceForSecondLook = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan PauseBeforeSecondLook = TimeSpan.FromSeconds(2.5);

    internal PairReading Read(IReadOnlyList<SansayNode> nodes)
    {
        NodeAsking[] askings = Ask(nodes, TimeSpan.Zero, Patience);
        NodeReading[] first = Readings(askings);
        if (!PairReading.LookInTransition(first))
        {
            AskUptime(askings);
            return new PairReading(Readings(askings), null);
        }

        askings = Ask(nodes, PauseBeforeSecondLook, PatienceForSecondLook);
        AskUptime(askings);
        return new PairReading(first, Readings(askings));
    }

    private static NodeReading[] Readings(NodeAsking[] askings) => [.. askings.Select(asking => asking.Reading!)];

    private NodeAsking[] Ask(IReadOnlyList<SansayNode> nodes, TimeSpan pause, TimeSpan patience)
    {
        NodeAsking[] askings = [.. nodes.Select(node => new NodeAsking(node, credentials, trust.Of(node), choice, pause, patience))];
        while (askings.Where(asking => asking.Reading is null).ToArray() is { Length: > 0 } open)
        {
            IReadOnlyList<Answer> answers = world.AskTogether([.. open.Select(asking => asking.Question)]);
            for (int index = 0; index < open.Length; index++)
            {
                open[index].Take(answers[index]);
            }
        }

        return askings;
    }

    private void AskUptime(NodeAsking[] askings)
    {
        NodeAsking[] told = [.. askings.Where(asking => asking.Reading!.Statistics is not null)];
        if (told.Length == 0)
        {
            return;
        }

        IReadOnlyList<Answer> answers = world.AskTogether([.. told.Select(asking => asking.SystemQuestion)]);
        for (int index = 0; index < told.Length; index++)
        {
            told[index].TakeSystem(answers[index]);
        }
    }
}
