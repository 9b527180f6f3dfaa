using CsCheck;

namespace Ringfree.Monitoring.Bridge.Tests;

public sealed class SpoolTests : IDisposable
{
    private const string Name = "00000001-00000000000000000001-1.event";

    private readonly TestFolder folder = new();
    private readonly Spool spool;

    public SpoolTests() => spool = new Spool(folder.Root);

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_is_added_is_read_back_byte_for_byte()
    {
        Gen<byte[]> value = Gen.Byte[1, 255].Array[0, 500];
        value.Array[Macros.Allowed.Length].Sample(
            values =>
            {
                Dictionary<string, byte[]> macros = Macros.Allowed.Zip(values).ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
                macros["HOSTNAME"] = [.. macros["HOSTNAME"], (byte)'h'];
                macros["NOTIFICATIONTYPE"] = [.. macros["NOTIFICATIONTYPE"], (byte)'t'];
                var moment = new Moment(1, 2, Sample.Boot);
                SchedulerEvent? @event = SpoolFile.Read("id", SpoolFile.Write(macros, moment), out _);
                Assert.NotNull(@event);
                Assert.Equal(moment, @event.Spooled);
                Assert.Equal(macros.OrderBy(macro => macro.Key, StringComparer.Ordinal), @event.Macros.OrderBy(macro => macro.Key, StringComparer.Ordinal));
            },
            iter: 100);
    }

    [Fact]
    public void Any_bytes_are_an_event_or_refused()
    {
        byte[] good = SpoolFile.Write(Sample.Macros("PROBLEM", "CRITICAL"), Moment.Now());
        Gen<byte[]> changed = Gen.Select(Gen.Int[0, good.Length - 1], Gen.Byte, Gen.Int[0, good.Length]).Select((at, value, length) =>
        {
            byte[] bytes = [.. good];
            bytes[at] = value;
            return bytes[..length];
        });
        Gen<byte[]> framed = Gen.Byte.Array[0, 200].Select(bytes => (byte[])[.. "ringfree-event 1\n"u8, .. bytes]);
        Gen.OneOf(Gen.Byte.Array[0, 300], changed, framed).Sample(
            bytes =>
            {
                bool isRead = SpoolFile.Read("id", bytes, out string refusal) is not null;
                Assert.True(isRead ? bytes.SequenceEqual(good) : refusal.Length > 0);
            },
            iter: 20_000);
    }

    [Fact]
    public void A_file_that_was_cut_anywhere_is_refused()
    {
        byte[] good = SpoolFile.Write(Sample.Macros("PROBLEM", "CRITICAL"), Moment.Now());
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Null(SpoolFile.Read("id", good.AsSpan(0, length), out _));
        }
    }

    [Fact]
    public void A_file_of_a_later_bridge_with_more_macros_is_read()
    {
        Dictionary<string, byte[]> macros = Sample.Macros("PROBLEM", "CRITICAL");
        macros["SOMETHINGNEW"] = "x"u8.ToArray();
        SchedulerEvent? @event = SpoolFile.Read("id", SpoolFile.Write(macros, Moment.Now()), out _);
        Assert.NotNull(@event);
        Assert.DoesNotContain("SOMETHINGNEW", @event.Macros.Keys);
    }

    [Fact]
    public void Files_come_in_the_order_of_the_boot_clock_and_an_unfinished_one_not_at_all()
    {
        spool.Add(Sample.Macros("RECOVERY", "OK"), new Moment(1, 20_000, Sample.Boot), 7);
        spool.Add(Sample.Macros("PROBLEM", "CRITICAL"), new Moment(9, 3_000, Sample.Boot), 8);
        folder.Write(".new-00000000-00000000000000000001-1.event", "half");
        Assert.Equal(
            ["b00tb00t-00000000000000003000-8.event", "b00tb00t-00000000000000020000-7.event"],
            Directory.GetFiles(folder.Root, "*.event").Select(file => Path.GetFileName(file)!).Where(name => name[0] != '.').Order(StringComparer.Ordinal));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(Directory.GetFiles(folder.Root, "b00t*")[0]));
    }

    [Fact]
    public void An_unfinished_file_is_removed_after_an_hour()
    {
        string file = folder.Write(".new-x", "half");
        spool.RemoveUnfinished(DateTimeOffset.UnixEpoch);
        Assert.True(File.Exists(file));
        spool.RemoveUnfinished(TimeProvider.System.GetUtcNow().AddHours(2));
        Assert.False(File.Exists(file));
    }

    [Fact]
    public void A_full_or_missing_folder_is_an_error_that_names_it()
    {
        IOException missing = Assert.Throws<IOException>(() => new Spool(folder.PathOf("none")).Add(Sample.Macros("PROBLEM", "CRITICAL"), Moment.Now(), 1));
        Assert.Equal($"cannot open {folder.PathOf("none")}: No such file or directory", missing.Message);
    }

    [Fact]
    public void Links_pipes_shared_and_foreign_and_huge_files_are_refused()
    {
        Needs.Root();
        string file = folder.PathOf(Name);
        byte[] good = SpoolFile.Write(Sample.Macros("PROBLEM", "CRITICAL"), Moment.Now());

        string elsewhere = folder.PathOf("elsewhere");
        File.WriteAllBytes(elsewhere, good);
        File.CreateSymbolicLink(file, elsewhere);
        Assert.Throws<IOException>(() => spool.Read(Name, out _));
        File.Delete(file);

        Assert.Equal(0, ProcessRun.Run("/usr/bin/mkfifo", [file]).ExitCode);
        Assert.Equal("it is not a regular file", Refusal());
        File.Delete(file);

        Assert.Equal(0, ProcessRun.Run("/bin/ln", [elsewhere, file]).ExitCode);
        Assert.Equal("it has more than one name", Refusal());
        File.Delete(file);

        File.WriteAllBytes(file, good);
        Assert.Equal(0, ProcessRun.Run("/bin/chown", ["12345:12345", file]).ExitCode);
        Assert.Equal("its owner is user 12345", Refusal());
        Assert.Equal(0, ProcessRun.Run("/bin/chgrp", ["12345", folder.Root]).ExitCode);
        Assert.NotNull(spool.Read(Name, out _));
        File.Delete(file);

        using (FileStream huge = File.Create(file))
        {
            huge.SetLength(SpoolFile.MaxBytes + 1);
        }

        Assert.Equal("it is larger than 8388608 bytes", Refusal());
    }

    [Fact]
    public void What_is_no_event_is_set_aside_and_never_quoted()
    {
        using var world = new BridgeInProcess(new Uri("http://127.0.0.1:1"));
        File.WriteAllText(Path.Combine(world.Spool.Path, Name), "SECRET");
        File.WriteAllText(Path.Combine(world.Spool.Path, "odd SECRET name.event"), "x");
        File.WriteAllText(Path.Combine(world.Spool.Path, "a.event"), "x");
        File.CreateSymbolicLink(Path.Combine(world.Spool.Path, "00000001-00000000000000000002-1.event"), "/etc/shadow");
        world.Notify("PROBLEM", "CRITICAL");

        Assert.Equal(1, world.Ingest.Once());
        Assert.Equal(4, Directory.GetFileSystemEntries(Path.Combine(world.Spool.Path, "rejected")).Length);
        Assert.Empty(Directory.GetFiles(world.Spool.Path));
        Assert.Equal(4, world.Logged.Count(line => line.Contains("is moved to rejected/", StringComparison.Ordinal)));
        Assert.DoesNotContain(world.Logged, line => line.Contains("SECRET", StringComparison.Ordinal));
    }

    [Fact]
    public void A_link_in_place_of_rejected_is_not_followed_and_holds_nobody_up()
    {
        using var world = new BridgeInProcess(new Uri("http://127.0.0.1:1"));
        File.CreateSymbolicLink(Path.Combine(world.Spool.Path, "rejected"), folder.Root);
        File.WriteAllText(Path.Combine(world.Spool.Path, Name), "junk");
        world.Notify("PROBLEM", "CRITICAL");
        Assert.Equal(1, world.Ingest.Once());
        Assert.Equal(0, world.Ingest.Once());
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
        Assert.Single(world.Logged, line => line.Contains("rejected", StringComparison.Ordinal));
        Assert.Equal([Name], Directory.GetFiles(world.Spool.Path).Select(Path.GetFileName));
    }

    private string Refusal()
    {
        Assert.Null(spool.Read(Name, out string refusal));
        return refusal;
    }
}
