using System.Text.RegularExpressions;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// What the failures of stock services mean and what to do first: such plugins do not say it themselves, and words do not travel through
/// macros whole, so that a service carries only a key.
/// </summary>
internal sealed partial class Steps
{
    private const int LongestText = 1_000;

    private readonly IReadOnlyDictionary<string, Step> steps;

    private Steps(IReadOnlyDictionary<string, Step> steps) => this.steps = steps;

    public static Steps None { get; } = new(new Dictionary<string, Step>(StringComparer.Ordinal));

    /// <summary>Reads the text of steps.toml.</summary>
    /// <returns>None of them when there are problems.</returns>
    public static Steps Parse(string text, string file, Problems problems)
    {
        var found = new Dictionary<string, Step>(StringComparer.Ordinal);
        if (TomlFile.Parse(text, file, problems) is { } root)
        {
            foreach (TomlTable table in root.NamedTables("steps"))
            {
                found.Add(table.Name, Read(table, problems));
            }

            root.Finish();
        }

        return problems.Any ? None : new Steps(found);
    }

    /// <summary>What to tell the responder about a notification.</summary>
    /// <param name="event">It carries the key and the names that the texts leave open.</param>
    /// <param name="longOutput">The plugin's further lines.</param>
    /// <returns>Null when nothing is wrong, there is no such key, or the plugin says itself what to do first.</returns>
    public Advice? For(SchedulerEvent @event, string longOutput)
    {
        string output = $"{@event.Text("SERVICEOUTPUT", "HOSTOUTPUT")}\n{longOutput}";
        if (!@event.IsBad || !steps.TryGetValue(@event.Text("_SERVICESTEP", "_HOSTSTEP"), out Step? step) || OwnFirstStep().IsMatch(output))
        {
            return null;
        }

        Advice open = step.For(output);
        string host = @event.Host;
        string address = @event.Text("HOSTADDRESS");
        return new Advice(Filled(open.Meaning, host, address, ForeignText.Line), Filled(open.FirstStep, host, address, AsWord));
    }

    private static Step Read(TomlTable table, Problems problems)
    {
        Advice otherwise = ReadAdvice(table, problems);
        return new Step(otherwise, [.. table.Tables("cases").Select(one => ReadCase(one, problems))]);
    }

    private static StepCase ReadCase(TomlTable table, Problems problems) =>
        new(table.Text("output").Check(problems, Line).Value, ReadAdvice(table, problems));

    private static Advice ReadAdvice(TomlTable table, Problems problems) => new(
        table.Text("meaning").Check(problems, Line).Value,
        table.Text("first", "").Check(problems, text => text.Length == 0 ? null : Line(text)).Value);

    private static string? Line(string text) => text.Length is > 0 and <= LongestText && !text.Any(char.IsControl)
        ? null
        : $"given {text.Length} characters; accepted: 1 to {LongestText} characters in one line, no control characters";

    // A value that the text does not get leaves its place visible.
    private static string Filled(string text, string host, string address, Func<string, string> clean) => Open().Replace(text, match =>
    {
        string value = clean(match.ValueSpan is "{host}" ? host : address);
        return value.Length > 0 ? value : match.Value;
    });

    // It is typed into a shell: what is not plainly a name or an address does not get there.
    private static string AsWord(string name) => Word().IsMatch(name) ? name : "";

    [GeneratedRegex(@"\{(host|address)\}", RegexOptions.ExplicitCapture)]
    private static partial Regex Open();

    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._:-]{0,254}\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"^\s*first: ", RegexOptions.Multiline)]
    private static partial Regex OwnFirstStep();
}
