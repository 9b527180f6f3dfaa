using System.Text;
using CsCheck;

namespace Ringfree.Monitoring.Probes.Tests;

/// <summary>Any bytes survive the form of a recording in one file.</summary>
public sealed class RecordingTextTests
{
    private static readonly Gen<string> Line = Gen.OneOf(
        Gen.Const("--- clock"), Gen.Const("\\--- clock"), Gen.Const("\\\\--- "), Gen.Const("---"), Gen.Const(""), Gen.Const("a\r"), Gen.Const("\0\u00ff"), Gen.String[Gen.Char['\0', '\u00ff'], 0, 8]);

    private static readonly Gen<byte[]> Content = Gen.Select(Line.Array[0, 5], Gen.Bool).Select((lines, ends) =>
        Encoding.Latin1.GetBytes(string.Join('\n', lines) + (ends ? "\n" : "")));

    [Fact]
    public void What_is_printed_is_read_again() => Content.Array[0, 4].Sample(contents =>
    {
        (string Name, byte[] Content)[] parts = [.. contents.Select((content, index) => ($"sockets/{index}/answer", content))];
        (IReadOnlyDictionary<string, byte[]> read, string? complaint) = RecordingText.Parse(RecordingText.Print(parts));
        Assert.Null(complaint);
        Assert.Equal(parts.Select(part => part.Name), read.Keys);
        Assert.All(parts, part => Assert.Equal(part.Content, read[part.Name]));
    });
}
