using Ringfree.Monitoring.ShinkenObjects;

namespace Ringfree.Monitoring.Generators.Tests;

public sealed class ObjectTextTests
{
    [Theory]
    [InlineData("plain-1.2_3/4:5,6%+=@", "plain-1.2_3/4:5,6%+=@")]
    [InlineData("", "''")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("a;b", "'a;b'")]
    [InlineData("a!b", "'a!b'")]
    [InlineData("$USER1$", "'$$USER1$$'")]
    [InlineData("$(id)", "'$$(id)'")]
    [InlineData("a\\", "'a\\'")]
    [InlineData("~:10", "'~:10'")]
    public void A_word_reaches_the_plugin_as_it_is(string literal, string written) => Assert.Equal(written, ObjectText.Word(literal));

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a;b;c", "a\\;b\\;c")]
    [InlineData("a\\;b", "a\\\\;b")]
    public void A_value_reads_back_as_it_is(string value, string written) => Assert.Equal(written, ObjectText.Value(value));

    [Theory]
    [InlineData("")]
    [InlineData(" a")]
    [InlineData("a\nb")]
    [InlineData("a\\")]
    [InlineData("a\\s")]
    [InlineData("a\0")]
    public void A_value_that_no_file_can_hold_is_refused(string value) => Assert.Throws<ArgumentException>(() => ObjectText.Value(value));
}
