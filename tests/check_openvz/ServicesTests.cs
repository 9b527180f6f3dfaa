using System.Net.Sockets;
using System.Text;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>What takes a living Asterisk to see of the services in containers, on the published program.</summary>
public sealed class ServicesTests : IDisposable
{
    private const string Control = "/var/run/asterisk/asterisk.ctl";
    private readonly NodeTree node = new();
    private readonly List<Socket> listeners = [];

    public void Dispose()
    {
        listeners.ForEach(listener => listener.Dispose());
        node.Dispose();
    }

    [Fact]
    public void An_asterisk_that_answers_is_well()
    {
        Needs.Root();
        node.Pbx("101", "acme");
        Answer("101", "host/1/13\n", "12 active channels\n", closes: true);
        Assert.Equal(0, node.Check("--only", "services", "--asterisk-socket", Control).ExitCode);
        Assert.Equal("cli quit after core show channels count\0sip show registry\0pjsip show registrations\0", heard.ToString());
    }

    [Fact]
    public void An_asterisk_that_greets_and_then_hangs_is_critical()
    {
        Needs.Root();
        node.Pbx("101", "acme").Pbx("102", "bolt").Pbx("103", "corp").Pbx("104", "dyne");
        Answer("101", "host/1/13\n", "", closes: false);
        Answer("102", "host/1/13\n", "12 active channels\n", closes: true);
        Write("103", "a file");
        (string output, int code) = node.Check("--only", "services", "--asterisk-socket", Control);
        Assert.Equal(2, code);
        Assert.StartsWith("OPENVZ CRITICAL - Asterisk is alive but does not answer on its control socket in 3 containers: ", output, StringComparison.Ordinal);
    }

    /// <summary>A container that points its run folder at the node's reaches its own tree.</summary>
    [Fact]
    public void A_socket_is_looked_for_inside_the_root_alone()
    {
        Needs.Root();
        node.Pbx("101", "acme");
        Answer("101", "host/1/13\n", "1 active channel\n", closes: true, folder: "/run/asterisk");
        Directory.CreateDirectory(node.At("/vz/root/101/var"));
        File.CreateSymbolicLink(node.At("/vz/root/101/var/run"), "/run");
        Assert.Equal(0, node.Check("--only", "services", "--asterisk-socket", Control).ExitCode);

        File.Delete(node.At("/vz/root/101/run/asterisk/asterisk.ctl"));
        File.CreateSymbolicLink(node.At("/vz/root/101/run/asterisk/asterisk.ctl"), node.At("/outside.ctl"));
        Assert.Contains("101 (acme): is no socket", node.Check("--only", "services", "--asterisk-socket", Control).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_user_who_may_not_ask_is_told_the_sudoers_line()
    {
        Needs.Root();
        node.Pbx("101", "acme");
        Answer("101", "host/1/13\n", "", closes: true);
        File.SetUnixFileMode(node.At("/vz/root/101/var/run/asterisk/asterisk.ctl"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        (string output, int code) = node.Check(asNobody: true, "--only", "services", "--asterisk-socket", Control);
        Assert.Equal(3, code);
        Assert.Matches("^OPENVZ UNKNOWN - user nobody may not ask Asterisk on its control socket in 1 container; cure: nobody ALL=\\(root\\) NOPASSWD: .*/check_openvz \"\"", output);
    }

    private readonly StringBuilder heard = new();

    private void Write(string id, string text) => node.Write($"/vz/root/{id}{Control}", text);

    private void Answer(string id, string greeting, string answer, bool closes, string folder = "/var/run/asterisk")
    {
        string path = node.At($"/vz/root/{id}{folder}/asterisk.ctl");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        listeners.Add(listener);
        _ = Task.Run(async () =>
        {
            while (true)
            {
                Socket client = await listener.AcceptAsync();
                await client.SendAsync(Encoding.ASCII.GetBytes(greeting));
                byte[] question = new byte[200];
                int count = await client.ReceiveAsync(question);
                lock (heard)
                {
                    heard.Clear().Append(Encoding.ASCII.GetString(question, 0, count));
                }

                await client.SendAsync(Encoding.ASCII.GetBytes(answer));
                if (closes)
                {
                    client.Dispose();
                }
                else
                {
                    listeners.Add(client);
                }
            }
        });
    }
}
