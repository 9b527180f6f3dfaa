using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugins.GlusterSplit;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>Heal lists of every version, cut anywhere, with hostile names, and as any bytes.</summary>
public class HealListParserTests
{
    private const string A = "atl:/bricks/nimbus";
    private const string B = "dal:/bricks/nimbus";

    private const string Modern = $"""
        Brick {A}
        /sb.txt - Is in split-brain
        /healing - Possibly undergoing heal
        <gfid:8c5b36d3-b8e8-4177-944a-81e865ee35f3>{" "}
        Status: Connected
        Number of entries: 3

        Brick {B}
        Status: Transport endpoint is not connected
        Number of entries: -


        """;

    [Fact]
    public void A_list_of_version_10()
    {
        HealList list = Parse(Modern);
        Assert.True(list.IsFinished);
        Assert.Equal((false, false, null), (list.IsOldForm, list.IsLog, list.Refusal));
        HealListBrick brick = list.Bricks[0];
        Assert.Equal((A, "Connected", 3L, 3L, 1L, 1L, true), (brick.Name, brick.Status, brick.Entries, brick.Listed, brick.Split, brick.Healing, brick.IsWhole));
        Assert.Equal(["/sb.txt"], brick.SplitNames);
        HealListBrick lost = list.Bricks[1];
        Assert.Equal((B, "Transport endpoint is not connected", null, 0L, false), (lost.Name, lost.Status, lost.Entries, lost.Listed, lost.IsWhole));
    }

    [Fact]
    public void Split_brain_of_version_10_lists_nothing_else()
    {
        HealList list = Parse($"Brick {A}\n/sb.txt\n/dir\nStatus: Connected\nNumber of entries in split-brain: 2\n\n", everyEntryIsSplit: true);
        HealListBrick brick = Assert.Single(list.Bricks);
        Assert.Equal((2L, 2L, 2L), (brick.Entries, brick.Listed, brick.Split));
    }

    [Fact]
    public void The_log_of_version_3_3_names_a_file_each_time_that_it_was_seen()
    {
        HealList list = Parse(
            $"Gathering list of split brain entries on volume nimbus has been successful \n\nBrick {A}\nNumber of entries: 2\nat                    path on brick\n-----------------------------------\n2014-05-16 19:55:19 /a b\n2014-05-16 19:57:19 /a b\n\nBrick {B}\nNumber of entries: 0\n",
            everyEntryIsSplit: true);
        Assert.True(list.IsLog && list.IsOldForm);
        Assert.Equal(["/a b", "/a b"], list.Bricks[0].SplitNames);
        Assert.All(list.Bricks, brick => Assert.True(brick.IsWhole));
    }

    [Fact]
    public void Heals_of_version_3_5_have_no_status_and_a_slash_behind_the_brick()
    {
        HealList list = Parse($"Brick {A}/\n/sb.txt - Is in split-brain\n/x - Is possibly undergoing heal\nNumber of entries: 2\n\n");
        HealListBrick brick = Assert.Single(list.Bricks);
        Assert.Equal((A, null, 2L, 1L, 1L, true), (brick.Name, brick.Status, brick.Entries, brick.Split, brick.Healing, brick.IsWhole));
    }

    [Fact]
    public void Counts_of_a_brick_that_is_down_are_not_zero()
    {
        HealList list = Parse($"Gathering count of entries to be healed on volume nimbus has been successful \n\nBrick {A}\nNumber of entries: 3\n\nBrick {B}\nStatus: Brick is not connected\nNo gathered input for this brick\n");
        Assert.Equal((3L, null), (list.Bricks[0].Entries, list.Bricks[1].Entries));
    }

    [Theory]
    [InlineData("nimbus: Not able to fetch volfile from glusterd\nVolume heal failed.\n", "nimbus: Not able to fetch volfile from glusterd")]
    [InlineData("Gathering count of entries to be healed on volume nimbus has been unsuccessful:\nSelf-heal-daemon is disabled. Heal will not be triggered on volume nimbus\n", "Gathering count of entries to be healed on volume nimbus has been unsuccessful: Self-heal-daemon is disabled. Heal will not be triggered on volume nimbus")]
    [InlineData("Brick - Not able to get brick information\n", null)]
    public void What_is_no_list_is_a_refusal_in_its_own_words(string text, string? refusal)
    {
        HealList list = Parse(text);
        Assert.Empty(list.Bricks);
        Assert.Equal(refusal, list.Refusal);
    }

    [Fact]
    public void A_list_that_was_stopped_is_a_lower_bound()
    {
        HealList list = Parse(Modern[..Modern.IndexOf("Status", StringComparison.Ordinal)], isFinished: false);
        HealListBrick brick = Assert.Single(list.Bricks);
        Assert.Equal((false, null, 3L, false), (list.IsFinished, brick.Entries, brick.AtLeast, brick.IsWhole));
    }

    [Fact]
    public void A_name_with_a_line_break_changes_neither_the_count_nor_the_bricks()
    {
        HealList list = Parse($"Brick {A}\n/evil\nBrick mars:/brick\nNumber of entries: 0\nStatus: gone\n/b - Is in split-brain\nStatus: Connected\nNumber of entries: 2\n\nBrick {B}\nStatus: Connected\nNumber of entries: 0\n");
        Assert.Equal([A, B], list.Bricks.Select(brick => brick.Name));
        Assert.Equal((2L, 1L, "Connected", 0L), (list.Bricks[0].Entries, list.Bricks[0].Split, list.Bricks[0].Status, list.Bricks[1].Entries));
    }

    [Fact]
    public void A_line_that_is_too_long_is_one_entry()
    {
        HealListBrick brick = Assert.Single(Parse($"Brick {A}\n/{new string('x', 100_000)}\n/y\nStatus: Connected\nNumber of entries: 2\n").Bricks);
        Assert.Equal((2L, 2L), (brick.Entries, brick.Listed));
    }

    [Fact]
    public void Names_are_kept_up_to_a_limit_and_counted_beyond_it()
    {
        HealListBrick brick = Assert.Single(Parse($"Brick {A}\n{string.Concat(Enumerable.Range(0, 60_000).Select(number => $"/mail/{number} - Is in split-brain\n"))}").Bricks);
        Assert.Equal(60_000, brick.Split);
        Assert.InRange(brick.SplitNames.Count, 1_000, 10_000);
    }

    [Fact]
    public void Cut_anywhere_it_says_the_same() => Gen.Int[0, Modern.Length].Array[0, 5].Sample(cuts =>
    {
        HealListParser parser = new([A, B]);
        byte[] bytes = Encoding.UTF8.GetBytes(Modern);
        int from = 0;
        foreach (int cut in cuts.Order())
        {
            parser.Read(bytes.AsSpan(from..cut));
            from = cut;
        }

        parser.Read(bytes.AsSpan(from));
        Assert.Equal(Summary(Parse(Modern)), Summary(parser.Finish(isFinished: true)));
    });

    [Fact]
    public void Any_bytes_are_counted_and_nothing_is_made_up() => Gen.Select(Gen.Int[0, Modern.Length], Gen.Byte.Array[0, 300]).Sample(
        (kept, noise) =>
        {
            HealListParser parser = new([A, B]);
            parser.Read(Encoding.UTF8.GetBytes(Modern[..kept]));
            parser.Read(noise);
            foreach (HealListBrick brick in parser.Finish(isFinished: true).Bricks)
            {
                Assert.Contains(brick.Name, new[] { A, B });
                Assert.InRange(brick.Split, 0, brick.Listed);
                Assert.True(brick.SplitNames.Count <= brick.Split);
                Assert.True(brick.Entries is null or >= 0);
            }
        },
        iter: 3000);

    private static HealList Parse(string text, bool everyEntryIsSplit = false, bool isFinished = true)
    {
        HealListParser parser = new([A, B], everyEntryIsSplit);
        parser.Read(Encoding.UTF8.GetBytes(text));
        return parser.Finish(isFinished);
    }

    private static string Summary(HealList list) =>
        string.Join('\n', list.Bricks.Select(brick => $"{brick.Name} {brick.Status} {brick.Entries} {brick.Listed} {brick.Split} {brick.Healing} {string.Join(',', brick.SplitNames)}"));
}
