using System.Text;
using CsCheck;
using Ringfree.Monitoring.Plugins.GlusterSplit;

namespace Ringfree.Monitoring.CheckGlusterSplit.Tests;

/// <summary>The CLI's XML, whole, cut and changed: read right or refused, never made up.</summary>
public class GlusterXmlTests
{
    private static readonly byte[] Info = Sample("volume info");
    private static readonly byte[] Peers = Sample("peer status");
    private static readonly byte[] Status = Sample("volume status all detail");

    [Fact]
    public void Volumes_have_their_bricks_in_sets_and_their_options()
    {
        (IReadOnlyList<Volume> volumes, CommandEnd end) = VolumeInfoParser.Parse(Info, "volume info");
        Assert.Equal(0, end.Return);
        Assert.Equal(["gv0", "gv3"], volumes.Select(volume => volume.Name));
        Assert.Equal((2, VolumeStatus.Started, "127.1.1.2:/bricks/n2/b0"), (volumes[0].ReplicaCount, volumes[0].Status, volumes[0].Bricks[1].Name));
        Assert.Equal("db884d6d-a9a8-4b6a-bd0d-3131b0e737c1", volumes[0].Bricks[0].HostId);
        Assert.Equal((true, false, null), (volumes[0].Switch("nfs.disable"), volumes[0].Switch("cluster.data-self-heal"), volumes[0].Switch("no.such")));
        Assert.Equal(3, Assert.Single(volumes[1].Sets).Bricks.Count);
    }

    [Fact]
    public void A_volume_of_many_sets_is_cut_in_the_order_of_its_bricks()
    {
        Volume volume = new()
        {
            Name = "v",
            Status = VolumeStatus.Started,
            ReplicaCount = 2,
            Bricks = [.. Enumerable.Range(1, 6).Select(number => new Brick($"s{number}", "/b", null, false))],
            Options = new Dictionary<string, string>(),
        };
        Assert.Equal(["s1 s2", "s3 s4", "s5 s6"], volume.Sets.Select(set => string.Join(' ', set.Bricks.Select(brick => brick.Host))));
        Assert.Equal("v, replica set 2", volume.NameOf(volume.Sets[1]));
    }

    [Fact]
    public void Version_3_4_tells_no_name_and_no_server_of_a_brick()
    {
        string text = Encoding.UTF8.GetString(Info);
        string old = System.Text.RegularExpressions.Regex.Replace(text, "(<name>127[^<]*</name>|<hostUuid>[^<]*</hostUuid>|<isArbiter>0</isArbiter>)", "", System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        Assert.NotEqual(text, old);
        Volume volume = VolumeInfoParser.Parse(Encoding.UTF8.GetBytes(old), "volume info").Volumes[0];
        Assert.Equal(("127.1.1.1:/bricks/n1/b0", null), (volume.Bricks[0].Name, volume.Bricks[0].HostId));
    }

    [Fact]
    public void Every_cut_of_an_answer_is_refused()
    {
        foreach (byte[] answer in new[] { Info, Peers, Status })
        {
            int end = answer.AsSpan().LastIndexOf("</cliOutput>"u8);
            for (int length = 0; length < end; length += 7)
            {
                Assert.Throws<GlusterException>(() => Parse(answer.AsMemory(0, length)));
            }
        }
    }

    [Fact]
    public void Any_change_is_read_or_refused() => Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3000], Gen.Byte.Array[0, 12]).Sample(
        (which, at, noise) =>
        {
            byte[] answer = new[] { Info, Peers, Status }[which];
            int cut = Math.Min(at, answer.Length);
            byte[] changed = [.. answer[..cut], .. noise, .. answer[Math.Min(answer.Length, cut + noise.Length)..]];
            try
            {
                Parse(changed);
            }
            catch (GlusterException exception)
            {
                Assert.NotEmpty(exception.Message);
            }
        },
        iter: 2000);

    [Theory]
    [InlineData("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><cliOutput>&a;</cliOutput>")]
    [InlineData("<cliOutput><volInfo/></cliOutput>")]
    [InlineData("<cliOutput><opRet>0</opRet><volInfo><volumes><volume><name>v</name></volume></volumes></volInfo></cliOutput>")]
    [InlineData("Connection failed. Please check if gluster daemon is operational.\n")]
    [InlineData("")]
    public void What_does_not_say_enough_is_refused(string text) =>
        Assert.Throws<GlusterException>(() => VolumeInfoParser.Parse(Encoding.UTF8.GetBytes(text), "volume info"));

    private static void Parse(ReadOnlyMemory<byte> answer)
    {
        _ = VolumeInfoParser.Parse(answer, "volume info");
        _ = PeerStatusParser.Parse(answer, "peer status");
        _ = VolumeStatusParser.Parse(answer, "volume status all");
        _ = HealFilesParser.Parse(answer, "volume heal v info");
    }

    /// <summary>The answer of a healthy pool, from the recording of one.</summary>
    private static byte[] Sample(string words) => RecordingCase.AnswerTo("check_gluster_split", "healthy", words.Replace(' ', '\n') + "\n");
}
