namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>A node answered, but not with its statistics.</summary>
/// <param name="message">What it did instead, as the rest of a sentence that begins with the node's name: "answers with an empty
/// body".</param>
internal sealed class SansayException(string message) : Exception(message)
{
    /// <summary>True when it does not accept the user. Default: false.</summary>
    internal bool RefusesUser { get; init; }
}
