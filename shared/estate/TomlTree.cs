using Tomlyn.Syntax;

namespace Ringfree.Monitoring.Estate;

/// <summary>
/// Builds tables from Tomlyn's syntax tree and refuses whatever would define a key twice, by the rules of TOML 1.1. Tomlyn's own validation
/// is not used: it stops at the first duplicate, and reports none in a file that has several kinds of mistakes.
/// </summary>
internal sealed class TomlTree(string text, string file, Problems problems)
{
    internal string Text => text;

    internal Problems Problems => problems;

    public TomlTable Build(DocumentSyntax document)
    {
        var root = new TomlTable(this, new Place(file, 1, ""), "", TableOrigin.Header);
        AddAll(document.KeyValues, root);
        foreach (TableSyntaxBase header in document.Tables)
        {
            if (header.Name is not null)
            {
                AddAll(header.Items, OpenHeader(root, header));
            }
        }

        return root;
    }

    internal TomlTable Inline(InlineTableSyntax inline, Place place, string name)
    {
        var table = new TomlTable(this, place, name, TableOrigin.Inline);
        foreach (InlineTableItemSyntax item in inline.Items)
        {
            if (item.KeyValue is not null)
            {
                Add(item.KeyValue, table);
            }
        }

        return table;
    }

    private void AddAll(SyntaxList<KeyValueSyntax> pairs, TomlTable table)
    {
        foreach (KeyValueSyntax pair in pairs)
        {
            Add(pair, table);
        }
    }

    private void Add(KeyValueSyntax pair, TomlTable table)
    {
        if (pair.Key is null || pair.Value is null)
        {
            return;
        }

        List<string> names = Names(pair.Key);
        int line = pair.Key.Span.Start.Line + 1;
        foreach (string name in names[..^1])
        {
            Place place = table.PlaceOf(name, line);
            if (!table.Entries.TryGetValue(name, out TomlEntry? entry))
            {
                entry = new TomlEntry(place) { Table = new TomlTable(this, place, name, TableOrigin.Dotted) };
                table.Entries.Add(name, entry);
            }
            else if (entry.Table is not { Origin: TableOrigin.Dotted })
            {
                ReportDuplicate(place, entry);
                return;
            }

            table = entry.Table;
        }

        Place last = table.PlaceOf(names[^1], line);
        if (table.Entries.TryGetValue(names[^1], out TomlEntry? first))
        {
            ReportDuplicate(last, first);
            return;
        }

        table.Entries.Add(names[^1], pair.Value is InlineTableSyntax inline
            ? new TomlEntry(last) { Table = Inline(inline, last, names[^1]) }
            : new TomlEntry(last) { Value = pair.Value });
    }

    // Returns a table that nobody reads when the header is refused, so that the keys below it are still checked against each other.
    private TomlTable OpenHeader(TomlTable root, TableSyntaxBase header)
    {
        List<string> names = Names(header.Name!);
        int line = header.Name!.Span.Start.Line + 1;
        TomlTable table = root;
        foreach (string name in names[..^1])
        {
            Place place = table.PlaceOf(name, line);
            if (!table.Entries.TryGetValue(name, out TomlEntry? entry))
            {
                entry = new TomlEntry(place) { Table = new TomlTable(this, place, name, TableOrigin.Implied) };
                table.Entries.Add(name, entry);
            }

            if ((entry.Table ?? entry.Tables?[^1]) is not { Origin: not TableOrigin.Inline } next)
            {
                return Refused(place, name, entry);
            }

            table = next;
        }

        return header is TableArraySyntax ? OpenArrayElement(table, names[^1], line) : OpenTable(table, names[^1], line);
    }

    private TomlTable OpenTable(TomlTable parent, string name, int line)
    {
        Place place = parent.PlaceOf(name, line);
        if (parent.Entries.TryGetValue(name, out TomlEntry? entry) && entry.Table is not { Origin: TableOrigin.Implied })
        {
            return Refused(place, name, entry);
        }

        TomlTable table = entry?.Table ?? new TomlTable(this, place, name, TableOrigin.Header);
        table.Origin = TableOrigin.Header;
        table.Place = place;
        parent.Entries[name] = new TomlEntry(place) { Table = table };
        return table;
    }

    private TomlTable OpenArrayElement(TomlTable parent, string name, int line)
    {
        Place place = parent.PlaceOf(name, line);
        if (!parent.Entries.TryGetValue(name, out TomlEntry? entry))
        {
            entry = new TomlEntry(place) { Tables = [] };
            parent.Entries.Add(name, entry);
        }

        if (entry.Tables is null)
        {
            return Refused(place, name, entry);
        }

        var table = new TomlTable(this, place with { Key = $"{place.Key}[{entry.Tables.Count + 1}]" }, name, TableOrigin.Header);
        entry.Tables.Add(table);
        return table;
    }

    private TomlTable Refused(Place place, string name, TomlEntry first)
    {
        ReportDuplicate(place, first);
        return new TomlTable(this, place, name, TableOrigin.Header);
    }

    private void ReportDuplicate(Place place, TomlEntry first) =>
        problems.Report(place, $"is defined already at line {first.Place.Line}; it may be given once");

    private static List<string> Names(KeySyntax key)
    {
        var names = new List<string> { Name(key.Key) };
        foreach (DottedKeyItemSyntax item in key.DotKeys)
        {
            names.Add(Name(item.Key));
        }

        return names;
    }

    private static string Name(BareKeyOrStringValueSyntax? key) => key switch
    {
        BareKeySyntax bare => bare.Key?.Text ?? "",
        StringValueSyntax quoted => quoted.Value ?? "",
        _ => "",
    };
}

/// <summary>How a table came to be: it decides who may still add to it.</summary>
internal enum TableOrigin
{
    /// <summary>By its own header: complete.</summary>
    Header,

    /// <summary>As parent of a header: its own header may still follow.</summary>
    Implied,

    /// <summary>By a dotted key: more dotted keys may follow.</summary>
    Dotted,

    /// <summary>Between braces: complete.</summary>
    Inline,
}

/// <summary>What a key holds: a value, a table, or a list of tables.</summary>
internal sealed class TomlEntry(Place place)
{
    public Place Place => place;

    public ValueSyntax? Value { get; init; }

    public TomlTable? Table { get; init; }

    public List<TomlTable>? Tables { get; init; }

    /// <summary>The tables of a list written between brackets, once somebody asked for them.</summary>
    public List<TomlTable>? InlineTables { get; set; }

    public bool IsAsked { get; set; }
}
