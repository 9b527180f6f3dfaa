using System.Globalization;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>One thing that happens to an estate.</summary>
/// <param name="Kind">What.</param>
/// <param name="Host">To which host.</param>
/// <param name="Number">A random number for the rest.</param>
internal sealed record Act(string Kind, int Host, int Number)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Kind} {Host} {Number}");
}
