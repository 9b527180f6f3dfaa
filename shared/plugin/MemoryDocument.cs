using System.Text.Json;

namespace Ringfree.Monitoring.Plugin;

/// <summary>A finding that came from a change and stays raised for a while.</summary>
/// <param name="Key">What changed; one finding a key.</param>
/// <param name="Status">The status that it was raised with.</param>
/// <param name="Sentence">The sentence that it was raised with.</param>
/// <param name="Since">When it was first raised.</param>
/// <param name="Until">When it is dropped unless it is raised again.</param>
internal sealed record LatchedFinding(string Key, Status Status, string Sentence, DateTimeOffset Since, DateTimeOffset Until)
{
    /// <summary>What on-call does first. Default: null, the concern's.</summary>
    public string? FirstStep { get; init; }

    /// <summary>What on-call must not do. Default: empty, nothing.</summary>
    public string DoNot { get; init; } = "";
}

/// <summary>What one concern remembers.</summary>
internal sealed class ConcernMemory
{
    internal DateTimeOffset At { get; set; }

    internal Dictionary<string, string> Values { get; init; } = [];

    internal List<LatchedFinding> Latched { get; init; } = [];

    /// <summary>Since when each problem of the last run is there.</summary>
    internal Dictionary<string, DateTimeOffset> Problems { get; set; } = [];
}

/// <summary>
/// The stored form:
/// <c>{"version":1,"concerns":{NAME:{"at":TIME,"values":{KEY:TEXT},"latched":[LATCHED],"problems":{KEY:TIME}}}}</c>, LATCHED being
/// <c>{"key","status","sentence","since","until","first_step","do_not"}</c>,
/// times in ISO 8601 UTC, the last two and the problems only where there is something to say. Unknown keys are skipped; another version
/// counts as corrupt.
/// </summary>
internal static class MemoryDocument
{
    private const int Version = 1;

    /// <exception cref="JsonException">The bytes are not such a document.</exception>
    internal static Dictionary<string, ConcernMemory> Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes);
        Dictionary<string, ConcernMemory> concerns = [];
        bool known = false;
        Demand(reader.Read() && reader.TokenType == JsonTokenType.StartObject);
        while (NextProperty(ref reader) is { } name)
        {
            if (name == "version")
            {
                known = reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out int version) && version == Version;
            }
            else if (name == "concerns")
            {
                Demand(reader.TokenType == JsonTokenType.StartObject);
                while (NextProperty(ref reader) is { } concern)
                {
                    concerns[concern] = ParseConcern(ref reader);
                }
            }
            else
            {
                reader.Skip();
            }
        }

        Demand(known && !reader.Read());
        return concerns;
    }

    /// <returns>Null when the bytes are no such document.</returns>
    internal static Dictionary<string, ConcernMemory>? TryParse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Parse(bytes);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    internal static byte[] Print(IReadOnlyDictionary<string, ConcernMemory> concerns)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("version", Version);
            writer.WriteStartObject("concerns");
            foreach ((string name, ConcernMemory concern) in concerns)
            {
                PrintConcern(writer, name, concern);
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        return buffer.ToArray();
    }

    private static void PrintConcern(Utf8JsonWriter writer, string name, ConcernMemory concern)
    {
        writer.WriteStartObject(name);
        writer.WriteString("at", MemoryTime.Print(concern.At));
        writer.WriteStartObject("values");
        foreach ((string key, string value) in concern.Values)
        {
            writer.WriteString(key, value);
        }

        writer.WriteEndObject();
        writer.WriteStartArray("latched");
        foreach (LatchedFinding latched in concern.Latched)
        {
            writer.WriteStartObject();
            writer.WriteString("key", latched.Key);
            writer.WriteString("status", latched.Status.Word);
            writer.WriteString("sentence", latched.Sentence);
            writer.WriteString("since", MemoryTime.Print(latched.Since));
            writer.WriteString("until", MemoryTime.Print(latched.Until));
            if (latched.FirstStep is { } step)
            {
                writer.WriteString("first_step", step);
            }

            if (latched.DoNot.Length > 0)
            {
                writer.WriteString("do_not", latched.DoNot);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (concern.Problems.Count > 0)
        {
            writer.WriteStartObject("problems");
            foreach ((string key, DateTimeOffset since) in concern.Problems)
            {
                writer.WriteString(key, MemoryTime.Print(since));
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private static ConcernMemory ParseConcern(ref Utf8JsonReader reader)
    {
        ConcernMemory concern = new();
        Demand(reader.TokenType == JsonTokenType.StartObject);
        while (NextProperty(ref reader) is { } name)
        {
            switch (name)
            {
                case "at":
                    concern.At = Time(String(ref reader));
                    break;
                case "values":
                    Demand(reader.TokenType == JsonTokenType.StartObject);
                    while (NextProperty(ref reader) is { } key)
                    {
                        concern.Values[key] = String(ref reader);
                    }

                    break;
                case "latched":
                    Demand(reader.TokenType == JsonTokenType.StartArray);
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        concern.Latched.Add(ParseHeld(ref reader));
                    }

                    break;
                case "problems":
                    Demand(reader.TokenType == JsonTokenType.StartObject);
                    while (NextProperty(ref reader) is { } key)
                    {
                        concern.Problems[key] = Time(String(ref reader));
                    }

                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return concern;
    }

    private static LatchedFinding ParseHeld(ref Utf8JsonReader reader)
    {
        Dictionary<string, string> fields = [];
        Demand(reader.TokenType == JsonTokenType.StartObject);
        while (NextProperty(ref reader) is { } name)
        {
            fields[name] = String(ref reader);
        }

        string Field(string name) => fields.TryGetValue(name, out string? value) ? value : throw new JsonException($"'{name}' is missing");
        Status status = StatusOrder.Parse(Field("status")) ?? throw new JsonException("'status' is none");
        return new LatchedFinding(Field("key"), status, Field("sentence"), Time(Field("since")), Time(Field("until")))
        {
            FirstStep = fields.GetValueOrDefault("first_step"),
            DoNot = fields.GetValueOrDefault("do_not", ""),
        };
    }

    private static string? NextProperty(ref Utf8JsonReader reader)
    {
        Demand(reader.Read());
        if (reader.TokenType == JsonTokenType.EndObject)
        {
            return null;
        }

        string name = reader.GetString()!;
        Demand(reader.Read());
        return name;
    }

    private static string String(ref Utf8JsonReader reader)
    {
        Demand(reader.TokenType == JsonTokenType.String);
        return reader.GetString()!;
    }

    private static DateTimeOffset Time(string text) =>
        MemoryTime.Parse(text) ?? throw new JsonException("a time is not ISO 8601");

    private static void Demand(bool condition)
    {
        if (!condition)
        {
            throw new JsonException("the document is not of the known form");
        }
    }
}
