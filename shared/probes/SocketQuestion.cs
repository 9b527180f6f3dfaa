namespace Ringfree.Monitoring.Probes;

/// <summary>One question to a socket whose server answers and closes.</summary>
/// <param name="Address">Where to ask.</param>
/// <param name="Text">The bytes to send; ASCII.</param>
public sealed record SocketQuestion(SocketAddress Address, string Text) : Question
{
    /// <summary>How long a listener that is missing or refuses is asked again before that is believed. Default: zero, once.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.Zero;

    /// <summary>
    /// A folder that somebody else controls, such as the root of a container, with which the path begins: links are resolved inside it, so
    /// that none leads out of it. Default: null, the machine itself.
    /// </summary>
    public string? Within { get; init; }

    /// <inheritdoc/>
    public override string Kind => "sockets";

    /// <inheritdoc/>
    public override string What => $"the answer of {Address}";

    /// <inheritdoc/>
    public override string Print() => $"{Address}\n{Text}";

    /// <inheritdoc/>
    protected internal override IPendingAnswer Begin(Machine machine) => new DeferredAnswer(() => LocalSocket.Ask(this, machine.WaitFor(this)));
}
