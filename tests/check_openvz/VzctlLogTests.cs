using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>What vzctl's log tells of stops; the lines are those of vzctl and libvzctl.</summary>
public sealed class VzctlLogTests
{
    [Theory]
    [InlineData("2016-02-26T22:00:01-0600 vzctl : CT 101 : Stopping container ...", "101", "2016-02-27T04:00:02Z")]
    [InlineData("2016-02-26T22:00:01+0000 vzctl : CT 101 : Restarting container", "101", "2016-02-26T22:00:02Z")]
    [InlineData("2016-02-26T22:00:01+0530 vzctl : CT 101 : Setting up checkpoint...", "101", "2016-02-26T16:30:02Z")]
    [InlineData("2016-02-26T22:00:01+0000 vzctl : CT 0cc5e1a0-f986 : Stopping the Container ...", "0cc5e1a0-f986", "2016-02-26T22:00:02Z")]
    [InlineData("2016-02-26T22:00:01+0000 vzctl : CT 101 : Starting container...", null, null)]
    [InlineData("2016-02-26T22:00:01+0000 vzctl : CT 101 : Container is unmounted", null, null)]
    [InlineData("2016-02-26T22:00:01+0000 vzeventd : Started", null, null)]
    [InlineData("yesterday vzctl : CT 101 : Stopping container ...", null, null)]
    public void A_stop_has_a_container_and_a_moment(string line, string? id, string? moment)
    {
        IReadOnlyDictionary<string, DateTimeOffset> stops = RestartsProbe.LastStops(Encoding.UTF8.GetBytes($"x\n{line}\n"));
        Assert.Equal(id is null ? [] : [(id, DateTimeOffset.Parse(moment!, null))], stops.Select(stop => (stop.Key, stop.Value)));
    }

    [Fact]
    public void Any_bytes_are_a_log() =>
        Gen.OneOf(Gen.Byte.Array[0, 200], Gen.Const("2016-02-26T22:00:01-0600 vzctl : CT 1 : Stopping\n"u8.ToArray())).Array[0, 5]
            .Sample(parts => Assert.InRange(RestartsProbe.LastStops([.. parts.SelectMany(part => part)]).Count, 0, 5));
}
