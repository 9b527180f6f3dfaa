namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>Walks every state that any order of inputs can lead to, breadth first, and asserts what must always be true.</summary>
/// <typeparam name="TState">A state of the world around the fleet.</typeparam>
/// <typeparam name="TShape">The same with everything dropped that decides nothing: two states of one shape behave alike.</typeparam>
internal sealed class Walk<TState, TShape>(
    Func<TState, TShape> shapeOf, Func<TState, IEnumerable<(string Input, TState Next)>> successors, Func<TState, string?> violation)
    where TShape : notnull
{
    private readonly Dictionary<TShape, (TState State, TShape From, string Input)> seen = [];
    private readonly Queue<(TState State, TShape Shape)> waiting = [];

    /// <summary>The shortest story of each invariant that does not hold.</summary>
    public Dictionary<string, string> Violations { get; } = new(StringComparer.Ordinal);

    /// <summary>How many inputs were tried.</summary>
    public long Tried { get; private set; }

    /// <returns>The number of shapes; -1 when they are more than <paramref name="most"/>.</returns>
    public int Run(TState start, int most)
    {
        Visit(start, shapeOf(start), "");
        while (waiting.Count > 0 && seen.Count < most)
        {
            (TState state, TShape shape) = waiting.Dequeue();
            foreach ((string input, TState next) in successors(state))
            {
                Tried++;
                Visit(next, shape, input);
            }
        }

        return waiting.Count == 0 ? seen.Count : -1;
    }

    private void Visit(TState state, TShape from, string input)
    {
        TShape shape = shapeOf(state);
        if (!seen.TryAdd(shape, (state, from, input)))
        {
            return;
        }

        if (violation(state) is { } broken)
        {
            var story = new List<string>();
            for (TShape at = shape; seen[at].Input.Length > 0; at = seen[at].From)
            {
                story.Insert(0, seen[at].Input);
            }

            Violations.TryAdd(broken, $"{broken}\n{string.Join('\n', story)}\n{state}");
        }

        waiting.Enqueue((state, shape));
    }
}
