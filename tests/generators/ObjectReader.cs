using System.Text;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Generators.Tests;

/// <summary>Reads object files back as the schedulers do: <c>;</c> begins a comment unless a backslash stands before it.</summary>
internal static class ObjectReader
{
    /// <summary>The objects of one of the committed folders for Nagios.</summary>
    public static List<Dictionary<string, string>> Of(string folder) =>
        [.. Directory.GetFiles(Path.Combine(Generators.CommittedObjects("nagios"), folder)).SelectMany(path => Read(new GeneratedFile(path, File.ReadAllText(path))))];

    public static List<Dictionary<string, string>> Read(GeneratedFile file)
    {
        List<Dictionary<string, string>> objects = [];
        Dictionary<string, string>? current = null;
        foreach (string raw in file.Body.Split('\n'))
        {
            Assert.False(raw.EndsWith('\\'), $"{file.Path}: '{raw}' swallows the next line");
            string line = WithoutComment(raw).Trim();
            if (line.Length == 0 || line[0] == '#')
            {
                continue;
            }

            if (line.StartsWith("define ", StringComparison.Ordinal))
            {
                Assert.True(current is null && line.EndsWith('{'), $"{file.Path}: {line}");
                current = new Dictionary<string, string>(StringComparer.Ordinal) { ["kind"] = line.Split(' ')[1] };
            }
            else if (line == "}")
            {
                objects.Add(current!);
                current = null;
            }
            else
            {
                string[] parts = line.Split(' ', 2, StringSplitOptions.TrimEntries);
                current!.Add(parts[0], parts[1]);
            }
        }

        Assert.Null(current);
        return objects;
    }

    /// <summary>The one word that a shell makes of a text of single quotes, backslashes outside them and plain characters.</summary>
    public static string ShellWord(string text)
    {
        StringBuilder word = new();
        bool isQuoted = false;
        for (int index = 0; index < text.Length; index++)
        {
            char c = text[index];
            if (c == '\'')
            {
                isQuoted = !isQuoted;
            }
            else if (c == '\\' && !isQuoted)
            {
                word.Append(text[++index]);
            }
            else
            {
                Assert.True(isQuoted || (!char.IsWhiteSpace(c) && !"`$&|;<>()*?[]#~\"!".Contains(c, StringComparison.Ordinal)), $"'{c}' is bare in {text}");
                word.Append(c);
            }
        }

        Assert.False(isQuoted);
        return word.ToString();
    }

    private static string WithoutComment(string line)
    {
        int start = 0;
        while (line.IndexOf(';', start) is var found and >= 0)
        {
            if (found == 0 || line[found - 1] != '\\')
            {
                return line[..found];
            }

            line = line.Remove(found - 1, 1);
            start = found;
        }

        return line;
    }
}
