namespace Ringfree.Monitoring.Tests.Support;

/// <summary>Under <c>make soak</c> (RINGFREE_SOAK=1) a repetition is ten times as long.</summary>
public static class Soak
{
    public static bool IsOn { get; } = Environment.GetEnvironmentVariable("RINGFREE_SOAK") == "1";

    public static int Times(int count) => IsOn ? count * 10 : count;
}
