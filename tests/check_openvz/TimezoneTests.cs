using CsCheck;
using Ringfree.Monitoring.Plugins.Openvz;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>The time zone of a container's system and of its PHP, from real zone files.</summary>
public sealed class TimezoneTests : IDisposable
{
    private const string Zones = "/usr/share/zoneinfo";
    private readonly NodeTree node = new();

    public TimezoneTests()
    {
        foreach (string zone in new[] { "UTC", "America/Los_Angeles", "US/Pacific", "America/New_York", "America/Phoenix", "Europe/Berlin" })
        {
            string place = node.At($"{Zones}/{zone}");
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy($"{Zones}/{zone}", place);
        }

        node.Pbx("101", "acme");
    }

    public void Dispose() => node.Dispose();

    [Theory]
    [InlineData("ln -s /usr/share/zoneinfo/US/Pacific etc/localtime", "/etc/php.ini", "date.timezone = \"America/Los_Angeles\"")]
    [InlineData("cp usr/share/zoneinfo/US/Pacific etc/localtime", "/etc/php/8.2/apache2/php.ini", ";date.timezone = UTC\ndate.timezone=America/Los_Angeles ; ours")]
    [InlineData("true", "/etc/php.ini", "date.timezone = 'UTC'")]
    [InlineData("cp usr/share/zoneinfo/US/Pacific etc/localtime", "/etc/php.ini", ";date.timezone = Europe/Berlin\ndate.timezone =")]
    public void The_same_zone_by_any_name_is_well(string preparation, string php, string setting)
    {
        Prepare("101", preparation, php, setting);
        (string output, int code) = node.Check("--only", "timezone");
        Assert.True(code == 0, output);
        Assert.Contains("zones_drifted=0;0;;0", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_drifted_zone_is_told_with_both_offsets()
    {
        Prepare("101", "cp usr/share/zoneinfo/America/Phoenix etc/localtime", "/etc/php.ini", "date.timezone = Europe/Berlin");
        (string output, int code) = node.Check("--only", "timezone");
        Assert.Equal(1, code);
        Assert.Matches("^OPENVZ WARNING - container 101 \\(acme\\): PHP means Europe/Berlin \\(UTC\\+0[12]:00 now\\), but /etc/localtime means UTC-07:00 now \\| ", output);
    }

    [Fact]
    public void Zones_that_differ_in_summer_alone_differ()
    {
        Prepare("101", "cp usr/share/zoneinfo/America/Phoenix etc/localtime", "/etc/php.ini", "date.timezone = America/Los_Angeles");
        Assert.Equal(1, node.Check("--only", "timezone").ExitCode);
    }

    [Fact]
    public void Several_are_one_line()
    {
        foreach (string id in new[] { "101", "102", "103" })
        {
            node.Pbx(id, "pbx" + id);
            Prepare(id, "cp usr/share/zoneinfo/US/Pacific etc/localtime", "/etc/php.ini", id == "102" ? "date.timezone = US/Pacific" : "date.timezone = America/New_York");
        }

        (string output, int code) = node.Beancounters("101", "numproc 1 240 240 0").Check("--timezone");
        Assert.Equal(1, code);
        Assert.StartsWith("OPENVZ WARNING - 2 containers have a PHP in another time zone than their system: 101 (pbx101) and 103 (pbx103)", output, StringComparison.Ordinal);
    }

    /// <summary>A container writes both files as it likes: nothing of them is printed.</summary>
    [Theory]
    [InlineData("true", "date.timezone = \"Mars/Secret_Base\"", "its php.ini names a time zone that this node does not know")]
    [InlineData("true", "date.timezone = ../../../etc/passwd", "its php.ini names a time zone that this node does not know")]
    [InlineData("echo secret >etc/localtime", "date.timezone = UTC", "but /etc/localtime is no time zone file")]
    [InlineData("ln -s /etc/shadow etc/localtime; echo secret >etc/shadow", "date.timezone = UTC", "but /etc/localtime is no time zone file")]
    [InlineData("mkfifo etc/localtime", "date.timezone = UTC", "but /etc/localtime is no time zone file")]
    public void What_a_container_writes_is_not_printed(string preparation, string setting, string expected)
    {
        Prepare("101", preparation, "/etc/php.ini", setting);
        (string output, int code) = node.Check("--only", "timezone");
        Assert.Equal(1, code);
        Assert.Contains(expected, output, StringComparison.Ordinal);
        Assert.DoesNotContain("ecret", output, StringComparison.Ordinal);
        Assert.DoesNotContain("passwd", output, StringComparison.Ordinal);
    }

    /// <summary>Every zone of this machine, at many moments, against the framework's own reading of the same files.</summary>
    [Fact]
    public void Offsets_are_those_of_the_framework()
    {
        string[] zones = [.. File.ReadAllLines($"{Zones}/tzdata.zi").Where(line => line.StartsWith("Z ", StringComparison.Ordinal)).Select(line => line.Split(' ')[1]).Where(zone => File.Exists($"{Zones}/{zone}"))];
        Assert.InRange(zones.Length, 100, 1000);
        var random = new Random(7);
        foreach (string zone in zones)
        {
            ZoneRules rules = ZoneRules.Parse(File.ReadAllBytes($"{Zones}/{zone}"))!;
            TimeZoneInfo known = TimeZoneInfo.FindSystemTimeZoneById(zone);
            for (int sample = 0; sample < 40; sample++)
            {
                DateTimeOffset moment = DateTimeOffset.FromUnixTimeSeconds(random.NextInt64(1_600_000_000, 1_950_000_000));
                Assert.True(known.GetUtcOffset(moment).TotalSeconds == rules.OffsetAt(moment), $"{zone} at {moment:O}: {known.GetUtcOffset(moment)} but {rules.OffsetAt(moment)}");
            }
        }
    }

    [Fact]
    public void Any_bytes_are_a_zone_or_none()
    {
        byte[] real = File.ReadAllBytes($"{Zones}/America/New_York");
        Gen.Select(Gen.Int[0, real.Length - 1], Gen.Byte, Gen.Int[0, real.Length]).Sample((at, value, length) =>
        {
            byte[] bytes = [.. real];
            bytes[at] = value;
            _ = ZoneRules.Parse(bytes.AsSpan(0, length))?.OffsetAt(DateTimeOffset.UnixEpoch);
        });
        Gen.String.Sample(text => _ = PosixZone.Parse(text)?.OffsetAt(DateTimeOffset.UnixEpoch));
    }

    private void Prepare(string id, string preparation, string php, string setting)
    {
        string root = node.At($"/vz/root/{id}");
        ProcessResult prepared = ProcessRun.Shell("mkdir -p \"$1/etc\" \"$1/usr/share\" && cp -r \"$2\" \"$1/usr/share/\" && cd \"$1\" && eval \"$3\"", root, node.At(Zones), preparation);
        Assert.Equal("", prepared.Error);
        node.Write($"/vz/root/{id}{php}", $"[PHP]\n{setting}\n");
    }
}
