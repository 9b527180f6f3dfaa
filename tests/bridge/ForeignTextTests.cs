using CsCheck;

namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class ForeignTextTests
{
    [Theory]
    [InlineData("<A HREF=\"http://x/cgi?a=b\" target=_blank>DISK CRITICAL</A> - 1 % left", "DISK CRITICAL - 1 % left")]
    [InlineData("a<br/>b<BR>c", "abc")]
    [InlineData("no route to <none>, 1 < 2 and 3 > 2, <0 bytes>", "no route to <none>, 1 < 2 and 3 > 2, <0 bytes>")]
    [InlineData("\u001b[31mCRITICAL\u001b[0m and [1;31mleft over[0m", "CRITICAL and left over")]
    [InlineData("[WARNING] backend [web] is slow [3 m]", "[WARNING] backend [web] is slow [3 m]")]
    [InlineData("h\u202Ee1.live \u200Bzero\u2066 \u00ADsoft", "he1.live zero soft")]
    [InlineData("two\nlines\tand\u2028one\u0007", "two lines and one ")]
    [InlineData("für 😀 東京", "für 😀 東京")]
    public void A_line_is_what_a_reader_sees(string text, string line) => Assert.Equal(line, ForeignText.Line(text));

    [Fact]
    public void Several_lines_stay_lines() => Assert.Equal("one\ntwo\tthree ", ForeignText.Lines("one\ntwo\tthree\r"));

    [Fact]
    public void A_terminal_shows_what_a_reader_would_not_see_as_a_question_mark() => Assert.Equal("h?1?", Words.Safe("h\u202E1\u001b"));

    [Fact]
    public void Nothing_invisible_is_left_and_cleaning_twice_changes_nothing() => Gen.String.Sample(text =>
    {
        string line = ForeignText.Line(text);
        Assert.DoesNotContain(line.EnumerateRunes(), ForeignText.IsInvisible);
        Assert.DoesNotContain(
            ForeignText.Lines(text).EnumerateRunes(),
            rune => rune.Value is not ('\n' or '\t') && ForeignText.IsInvisible(rune));
    });

    [Fact]
    public void It_reaches_neither_summary_nor_details()
    {
        const string Dirty = "<b>\u001b[31mfull\u001b[0m</b>\u202E";
        SchedulerEvent @event = Sample.Event("PROBLEM", "CRITICAL", host: "h\u202E1", more:
        [
            ("SERVICEOUTPUT", Dirty), ("LONGSERVICEOUTPUT", Dirty), ("NOTIFICATIONAUTHOR", "ann"),
            ("NOTIFICATIONCOMMENT", "please reboot <i>it</i>"),
        ]);
        EventsApiPayload payload = new Page("shinken").Trigger(Sample.Key, Sample.Call(@event), @event).Payload!;
        Assert.Equal("h1 / HAProxy proxies is CRITICAL: full", payload.Summary);
        Assert.Equal("h1", payload.Source);
        IReadOnlyDictionary<string, string> details = payload.CustomDetails!;
        Assert.Equal(
            ("full", "full", "ann", "please reboot it"),
            (details["output"], details["long_output"], details["notified_by"], details["comment"]));
    }

    [Fact]
    public void A_state_change_of_1970_is_none()
    {
        Assert.Null(Sample.Event("PROBLEM", "CRITICAL", changedAt: 1).ChangedSinceBoot);
        Assert.NotNull(Sample.Event("PROBLEM", "CRITICAL", changedAt: Sample.At - 60).ChangedSinceBoot);
    }
}
