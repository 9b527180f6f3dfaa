using Ringfree.Monitoring.Plugins.SansayHa;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>A real pair's recording belongs into the folder as it comes.</summary>
public sealed class SansayRecordingsTests() : RecordingsTests<SansayHaCheck>(fewest: 5);
