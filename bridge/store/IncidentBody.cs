using System.Text.Json;
using System.Text.Json.Serialization;

namespace Ringfree.Monitoring.Bridge;

/// <summary>An incident as the store keeps it.</summary>
/// <param name="Format">1; a program that reads another one refuses it.</param>
/// <param name="Incident">The incident.</param>
internal sealed record IncidentBody(int Format, Incident Incident)
{
    /// <summary>The format that this program writes.</summary>
    public const int Newest = 1;

    public static string Write(Incident incident) =>
        JsonSerializer.Serialize(new IncidentBody(Newest, incident), IncidentBodyJson.Default.IncidentBody);

    /// <summary>Reads a body.</summary>
    /// <exception cref="StoreDamagedException">It is no incident, or one of another format.</exception>
    public static Incident Read(string key, long revision, string body)
    {
        try
        {
            IncidentBody? stored = JsonSerializer.Deserialize(body, IncidentBodyJson.Default.IncidentBody);
            return stored is { Format: Newest, Incident: { Members.Count: > 0 } incident } && incident.Key == key
                ? incident with { Revision = revision }
                : throw new StoreDamagedException($"the incident {key} has a format that this program does not know");
        }
        catch (Exception unreadable) when (unreadable is JsonException or NotSupportedException)
        {
            throw new StoreDamagedException($"the incident {key} cannot be read: {unreadable.Message}", unreadable);
        }
    }
}

/// <summary>What the store holds cannot be read: no retry helps, a start of serve rebuilds it.</summary>
internal sealed class StoreDamagedException : Exception
{
    public StoreDamagedException()
    {
    }

    public StoreDamagedException(string message)
        : base(message)
    {
    }

    public StoreDamagedException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>The JSON of the bodies, generated at build time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    IgnoreReadOnlyProperties = true,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(IncidentBody))]
internal sealed partial class IncidentBodyJson : JsonSerializerContext;
