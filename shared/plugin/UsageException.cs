namespace Ringfree.Monitoring.Plugin;

/// <summary>What was asked for cannot be understood or allowed. The message quotes what was given and says what is accepted.</summary>
/// <param name="message">One sentence for the operator.</param>
public sealed class UsageException(string message) : Exception(message);
