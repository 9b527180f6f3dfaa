using Ringfree.Monitoring.Plugins.Voipmon;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>A real server's recording belongs into the folder as it comes.</summary>
public sealed class VoipmonRecordingsTests() : RecordingsTests<VoipmonCheck>(fewest: 5);
