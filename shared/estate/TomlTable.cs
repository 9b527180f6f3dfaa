using Tomlyn.Syntax;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// A table of a strictly read file. Each getter asks for one key and reports what is wrong with it; a getter without a default refuses
/// an absent key. What a getter returns can always be used further, so that one run finds every problem.
/// </summary>
public sealed class TomlTable
{
    private readonly TomlTree tree;
    private readonly List<string> asked = [];
    private readonly Dictionary<string, Problem> missing = new(StringComparer.Ordinal);

    internal TomlTable(TomlTree tree, Place place, string name, TableOrigin origin)
    {
        this.tree = tree;
        Place = place;
        Name = name;
        Origin = origin;
    }

    /// <summary>The last part of the table's key: <c>node001</c> of <c>[hosts.node001]</c>; empty for the root.</summary>
    public string Name { get; }

    /// <summary>Where the table begins.</summary>
    public Place Place { get; internal set; }

    /// <summary>The keys that the file gives in this table, in the order of the file.</summary>
    public IEnumerable<string> Keys => Entries.Keys;

    internal TableOrigin Origin { get; set; }

    internal Dictionary<string, TomlEntry> Entries { get; } = new(StringComparer.Ordinal);

    /// <summary>A string that must be given.</summary>
    /// <param name="key">The key.</param>
    public Setting<string> Text(string key) => Read(key, null, "", AsText);

    /// <summary>A string.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value when the key is absent.</param>
    public Setting<string> Text(string key, string absent) => Read(key, absent, "", AsText);

    /// <summary>A string that may be absent, with no default: the value is then null.</summary>
    /// <param name="key">The key.</param>
    public Setting<string?> OptionalText(string key)
    {
        bool isGiven = Entries.ContainsKey(key);
        Setting<string> text = Text(key, "");
        return new Setting<string?>(isGiven ? text.Value : null, text.Place, isGiven, text.IsSound);
    }

    /// <summary>One of a few words that must be given.</summary>
    /// <param name="key">The key.</param>
    /// <param name="accepted">The words, in the order in which the complaint names them.</param>
    public Setting<string> Choice(string key, IReadOnlyCollection<string> accepted) =>
        Read(key, null, "", value => AsChoice(value, accepted));

    /// <summary>One of a few words.</summary>
    /// <param name="key">The key.</param>
    /// <param name="accepted">The words, in the order in which the complaint names them.</param>
    /// <param name="absent">The value when the key is absent.</param>
    public Setting<string> Choice(string key, IReadOnlyCollection<string> accepted, string absent) =>
        Read(key, absent, "", value => AsChoice(value, accepted));

    /// <summary>An integer that must be given.</summary>
    /// <param name="key">The key.</param>
    /// <param name="least">The least accepted value.</param>
    /// <param name="most">The greatest accepted value.</param>
    public Setting<long> Integer(string key, long least = long.MinValue, long most = long.MaxValue) =>
        ReadValue(key, null, value => AsInteger(value, least, most));

    /// <summary>An integer.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value when the key is absent.</param>
    /// <param name="least">The least accepted value.</param>
    /// <param name="most">The greatest accepted value.</param>
    public Setting<long> IntegerOr(string key, long absent, long least = long.MinValue, long most = long.MaxValue) =>
        ReadValue(key, absent, value => AsInteger(value, least, most));

    /// <summary>A finite number, written as an integer or with a fraction, that must be given.</summary>
    /// <param name="key">The key.</param>
    /// <param name="least">The least accepted value.</param>
    /// <param name="most">The greatest accepted value.</param>
    public Setting<double> Number(string key, double least = double.MinValue, double most = double.MaxValue) =>
        ReadValue(key, null, value => AsNumber(value, least, most));

    /// <summary>A finite number, written as an integer or with a fraction.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value when the key is absent.</param>
    /// <param name="least">The least accepted value.</param>
    /// <param name="most">The greatest accepted value.</param>
    public Setting<double> NumberOr(string key, double absent, double least = double.MinValue, double most = double.MaxValue) =>
        ReadValue(key, absent, value => AsNumber(value, least, most));

    /// <summary>True or false, which must be given.</summary>
    /// <param name="key">The key.</param>
    public Setting<bool> Boolean(string key) => ReadValue<bool>(key, null, AsBoolean);

    /// <summary>True or false.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value when the key is absent.</param>
    public Setting<bool> Boolean(string key, bool absent) => ReadValue<bool>(key, absent, AsBoolean);

    /// <summary>A duration such as <c>"15m"</c> that must be given: a whole number and one of ms, s, m, h, d.</summary>
    /// <param name="key">The key.</param>
    /// <param name="least">The least accepted duration; zero when null.</param>
    /// <param name="most">The greatest accepted duration; 100 years when null.</param>
    public Setting<TimeSpan> Duration(string key, TimeSpan? least = null, TimeSpan? most = null) =>
        ReadValue(key, null, value => AsDuration(value, least, most));

    /// <summary>A duration such as <c>"15m"</c>: a whole number and one of ms, s, m, h, d.</summary>
    /// <param name="key">The key.</param>
    /// <param name="absent">The value when the key is absent.</param>
    /// <param name="least">The least accepted duration; zero when null.</param>
    /// <param name="most">The greatest accepted duration; 100 years when null.</param>
    public Setting<TimeSpan> DurationOr(string key, TimeSpan absent, TimeSpan? least = null, TimeSpan? most = null) =>
        ReadValue(key, absent, value => AsDuration(value, least, most));

    /// <summary>A list of strings; absent, it is empty. Each element keeps its own place.</summary>
    /// <param name="key">The key.</param>
    public Setting<IReadOnlyList<Setting<string>>> Texts(string key) =>
        Read<IReadOnlyList<Setting<string>>>(key, [], [], value => AsTexts(key, value));

    /// <summary>A list of integers; absent, it is empty.</summary>
    /// <param name="key">The key.</param>
    /// <param name="least">The least accepted value.</param>
    /// <param name="most">The greatest accepted value.</param>
    public Setting<IReadOnlyList<long>> Integers(string key, long least, long most) =>
        Read<IReadOnlyList<long>>(key, [], [], value => AsIntegers(value, least, most));

    /// <summary>
    /// What the tables <c>[key.NAME]</c> hold as a string under one of their keys, by their names. Nothing is asked for: what is wrong
    /// there is reported when the tables are read.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="inner">The key inside each table.</param>
    internal Dictionary<string, string> Preview(string key, string inner) =>
        Entries.GetValueOrDefault(key)?.Table is not { } parent ? new(StringComparer.Ordinal) : parent.Entries.Values
            .Select(entry => entry.Table).OfType<TomlTable>()
            .ToDictionary(table => table.Name, table => (table.Entries.GetValueOrDefault(inner)?.Value as StringValueSyntax)?.Value ?? "", StringComparer.Ordinal);

    /// <summary>The table <c>[key]</c>. Absent, it is an empty table, so that each key that it must hold is reported.</summary>
    /// <param name="key">The key.</param>
    public TomlTable Table(string key) => OptionalTable(key) ?? new TomlTable(tree, PlaceOf(key, Place.Line), key, TableOrigin.Header);

    /// <summary>The table <c>[key]</c>, or null when it is absent or something else stands there.</summary>
    /// <param name="key">The key.</param>
    public TomlTable? OptionalTable(string key) => Ask(key) is { } entry ? TableOf(entry) : null;

    /// <summary>The tables <c>[[key]]</c> in the order of the file; absent, none.</summary>
    /// <param name="key">The key.</param>
    public IReadOnlyList<TomlTable> Tables(string key)
    {
        if (Ask(key) is not { } entry)
        {
            return [];
        }

        if (entry.Tables is not null)
        {
            return entry.Tables;
        }

        if (entry.Value is ArraySyntax array && array.Items.All(item => item.Value is InlineTableSyntax))
        {
            return entry.InlineTables ??= [.. array.Items.Select((item, index) => tree.Inline(
                (InlineTableSyntax)item.Value!,
                new Place(entry.Place.File, item.Value!.Span.Start.Line + 1, $"{entry.Place.Key}[{index + 1}]"),
                key))];
        }

        tree.Problems.Report(entry.Place, $"{Given(entry)}; accepted: a list of tables [[{entry.Place.Key}]]");
        return [];
    }

    /// <summary>The tables <c>[key.NAME]</c> whose names the file chooses, in the order of the file; absent, none.</summary>
    /// <param name="key">The key.</param>
    /// <returns>The tables; <see cref="Name"/> holds each one's name.</returns>
    public IReadOnlyList<TomlTable> NamedTables(string key) =>
        OptionalTable(key) is { } parent ? [.. parent.Entries.Values.Select(parent.TableOf).OfType<TomlTable>()] : [];

    /// <summary>
    /// Ends the reading: every key of this table and of the tables asked for below it that no getter asked for is reported
    /// with the keys that were. A mistyped key that must be given is one mistake: it is no longer reported as missing. Call it once on the
    /// root, after the last getter.
    /// </summary>
    public void Finish()
    {
        foreach ((string key, TomlEntry entry) in Entries)
        {
            if (!entry.IsAsked)
            {
                ReportUnknown(key, entry);
                continue;
            }

            entry.Table?.Finish();
            entry.Tables?.ForEach(table => table.Finish());
            entry.InlineTables?.ForEach(table => table.Finish());
        }
    }

    /// <summary>
    /// Forgets the keys that nobody asked for, so that <see cref="Finish"/> is silent about them: for a table whose keys cannot be judged
    /// because the one that decides which are accepted was refused.
    /// </summary>
    public void Disregard()
    {
        foreach (string key in Entries.Where(entry => !entry.Value.IsAsked).Select(entry => entry.Key).ToList())
        {
            Entries.Remove(key);
        }
    }

    /// <summary>As the other, for one key: whether it is accepted depends on a value that was refused.</summary>
    /// <param name="key">The key.</param>
    internal void Disregard(string key) => Entries.Remove(key);

    internal Place PlaceOf(string key, int line) =>
        new(Place.File, line, Place.Key.Length == 0 ? TomlText.Key(key) : $"{Place.Key}.{TomlText.Key(key)}");

    private void ReportUnknown(string key, TomlEntry entry)
    {
        IEnumerable<string> free = asked.Where(known => !Entries.ContainsKey(known));
        tree.Problems.Report(entry.Place, asked.Count == 0
            ? "unknown key; accepted: none"
            : $"unknown key; {NearestWord.Hint(key, free)}accepted: {string.Join(", ", asked)}");
        if (NearestWord.Of(key, free) is { } meant && missing.Remove(meant, out Problem lacking))
        {
            tree.Problems.Withdraw(lacking);
        }
    }

    private TomlTable? TableOf(TomlEntry entry)
    {
        entry.IsAsked = true;
        if (entry.Table is null)
        {
            tree.Problems.Report(entry.Place, $"{Given(entry)}; accepted: a table [{entry.Place.Key}]");
        }

        return entry.Table;
    }

    private TomlEntry? Ask(string key)
    {
        if (!asked.Contains(key))
        {
            asked.Add(key);
        }

        if (!Entries.TryGetValue(key, out TomlEntry? entry))
        {
            return null;
        }

        entry.IsAsked = true;
        return entry;
    }

    private Setting<T> ReadValue<T>(string key, T? absent, Func<ValueSyntax, Reading<T>> convert)
        where T : struct =>
        Ask(key) is { } entry ? Convert(entry, default, convert)
        : absent is { } value ? new Setting<T>(value, PlaceOf(key, Place.Line), IsGiven: false, IsSound: true)
        : Missing<T>(key, default);

    private Setting<T> Read<T>(string key, T? absent, T empty, Func<ValueSyntax, Reading<T>> convert)
        where T : class =>
        Ask(key) is { } entry ? Convert(entry, empty, convert)
        : absent is not null ? new Setting<T>(absent, PlaceOf(key, Place.Line), IsGiven: false, IsSound: true)
        : Missing(key, empty);

    private Setting<T> Missing<T>(string key, T empty)
    {
        Place place = PlaceOf(key, Place.Line);
        Problem lacking = new(place, "is missing; it must be given");
        tree.Problems.Report(lacking.Place, lacking.Sentence);
        missing[key] = lacking;
        return new Setting<T>(empty, place, IsGiven: false, IsSound: false);
    }

    private Setting<T> Convert<T>(TomlEntry entry, T empty, Func<ValueSyntax, Reading<T>> convert)
    {
        Reading<T> reading = entry.Value is null ? new(empty, "a value") : convert(entry.Value);
        if (reading.Accepted is null)
        {
            return new Setting<T>(reading.Value!, entry.Place, IsGiven: true, IsSound: true);
        }

        tree.Problems.Report(entry.Place, $"{Given(entry)}; {reading.Hint}accepted: {reading.Accepted}");
        return new Setting<T>(empty, entry.Place, IsGiven: true, IsSound: false);
    }

    private string Given(TomlEntry entry) =>
        entry.Value is { } value ? $"given {TomlText.Source(tree.Text, value)}"
        : entry.Table is not null ? "given a table"
        : "given a list of tables";

    private static Reading<string> AsText(ValueSyntax value) =>
        value is StringValueSyntax { Value: { } text } ? new(text) : new(null, "a string");

    private static Reading<string> AsChoice(ValueSyntax value, IReadOnlyCollection<string> accepted) =>
        value is StringValueSyntax { Value: { } text } && accepted.Contains(text, StringComparer.Ordinal)
            ? new(text)
            : new(null, string.Join(", ", accepted.Select(TomlText.Quoted)), value is StringValueSyntax { Value: { } given } ? NearestWord.Hint(given, accepted) : "");

    private static Reading<long> AsInteger(ValueSyntax value, long least, long most) =>
        value is IntegerValueSyntax integer && integer.Value >= least && integer.Value <= most
            ? new(integer.Value)
            : new(default, (least, most) switch
            {
                (long.MinValue, long.MaxValue) => "an integer",
                (_, long.MaxValue) => $"an integer of at least {least}",
                (long.MinValue, _) => $"an integer of at most {most}",
                _ => $"an integer from {least} to {most}",
            });

    private static Reading<double> AsNumber(ValueSyntax value, double least, double most)
    {
        double number = value switch
        {
            IntegerValueSyntax integer => integer.Value,
            FloatValueSyntax real => real.Value,
            _ => double.NaN,
        };
        return double.IsFinite(number) && number >= least && number <= most
            ? new(number)
            : new(default, (least, most) switch
            {
                (double.MinValue, double.MaxValue) => "a finite number",
                (_, double.MaxValue) => $"a number of at least {least}",
                (double.MinValue, _) => $"a number of at most {most}",
                _ => $"a number from {least} to {most}",
            });
    }

    private static Reading<bool> AsBoolean(ValueSyntax value) =>
        value is BooleanValueSyntax boolean ? new(boolean.Value) : new(default, "true, false");

    private static Reading<TimeSpan> AsDuration(ValueSyntax value, TimeSpan? least, TimeSpan? most) =>
        value is StringValueSyntax { Value: { } text } && TomlText.Duration(text) is { } duration
        && duration >= (least ?? TimeSpan.Zero) && duration <= (most ?? TimeSpan.MaxValue)
            ? new(duration)
            : new(default, "a duration such as \"15m\" (units: ms, s, m, h, d)"
                + (least is { } low ? $", at least \"{TomlText.Duration(low)}\"" : "")
                + (most is { } high ? $", at most \"{TomlText.Duration(high)}\"" : ""));

    private static Reading<IReadOnlyList<long>> AsIntegers(ValueSyntax value, long least, long most)
    {
        List<long>? numbers = (value as ArraySyntax)?.Items.Select(item => (item.Value as IntegerValueSyntax)?.Value ?? long.MinValue).ToList();
        return numbers is not null && numbers.TrueForAll(number => number >= least && number <= most)
            ? new(numbers)
            : new(null, $"a list of integers from {least} to {most}");
    }

    private Reading<IReadOnlyList<Setting<string>>> AsTexts(string key, ValueSyntax value)
    {
        if (value is not ArraySyntax array)
        {
            return new(null, "a list of strings");
        }

        var texts = new List<Setting<string>>();
        foreach (ArrayItemSyntax item in array.Items)
        {
            if (item.Value is not { } element)
            {
                continue;
            }

            Place place = PlaceOf(key, element.Span.Start.Line + 1);
            if (element is StringValueSyntax { Value: { } text })
            {
                texts.Add(new Setting<string>(text, place, IsGiven: true, IsSound: true));
            }
            else
            {
                tree.Problems.Report(place, $"given {TomlText.Source(tree.Text, element)} in the list; accepted: strings");
            }
        }

        return new(texts);
    }

    /// <summary>A converted value, or what would have been accepted.</summary>
    private readonly record struct Reading<T>(T? Value, string? Accepted = null, string Hint = "");
}
