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
        foreach (string zone in new[] { "UTC", "America/Los_Angeles", "US/Pacific" })
        {
            string place = node.At($"{Zones}/{zone}");
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Copy($"{Zones}/{zone}", place);
        }

        // Its web server starts now: no file was changed since.
        node.Pbx("101", "acme").Booted(TimeSpan.Zero);
    }

    public void Dispose() => node.Dispose();

    /// <summary>A container has whatever it likes under the names of both files.</summary>
    [Theory]
    [InlineData("ln -s /usr/share/zoneinfo/US/Pacific etc/localtime", "America/Los_Angeles", 0, "1 PHP setting agrees with its system's time zone")]
    [InlineData("ln -s /etc/shadow etc/localtime; echo secret >etc/shadow", "UTC", 1, "but /etc/localtime is no time zone file")]
    [InlineData("mkfifo etc/localtime", "UTC", 1, "but /etc/localtime is no time zone file")]
    public void A_link_is_followed_inside_the_container_and_only_files_are_read(string preparation, string zone, int expected, string sentence)
    {
        Prepare(preparation, $"date.timezone = {zone}");
        (string output, int code) = node.Check("--only", "timezone");
        Assert.Equal(expected, code);
        Assert.Contains(sentence, output, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", output, StringComparison.Ordinal);
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

    private void Prepare(string preparation, string setting)
    {
        ProcessResult prepared = ProcessRun.Shell(
            "mkdir -p \"$1/etc\" \"$1/usr/share\" && cp -r \"$2\" \"$1/usr/share/\" && cd \"$1\" && eval \"$3\"",
            node.At("/vz/root/101"),
            node.At(Zones),
            preparation);
        Assert.Equal("", prepared.Error);
        node.Write("/vz/root/101/etc/php.ini", $"[PHP]\n{setting}\n");
    }
}
