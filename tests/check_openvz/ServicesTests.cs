using System.Net.Sockets;
using System.Text;

namespace Ringfree.Monitoring.CheckOpenvz.Tests;

/// <summary>The services inside running containers, once per state, on the published program.</summary>
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
    public void All_run() => node.Pbx("101", "acme").Container("102", "bolt", "asterisk", "apache2", "master").Match("services-run", "--only", "services");

    [Fact]
    public void One_is_missing() => node.Pbx("101", "acme").Container("102", "bolt", "httpd", "master").Match("asterisk-missing", "--only", "services");

    [Fact]
    public void A_zombie_does_not_run() => node.Container("101", "acme", "httpd", "master").Process("asterisk", "101", 'Z').Match("asterisk-zombie", "--only", "services");

    [Fact]
    public void What_is_down_is_not_asked_for_services() => node.Pbx("101", "acme").Config("102", "bolt").Match("services-of-the-running", "--only", "services");

    [Fact]
    public void After_a_mass_restart_one_line_tells_what_is_missing_where()
    {
        for (int id = 101; id < 109; id++)
        {
            node.Container($"{id}", $"pbx{id}", id < 106 ? ["httpd", "master"] : id == 106 ? ["asterisk", "master"] : ["asterisk", "httpd", "master"]);
        }

        node.Match("mass-restart", "--only", "services");
    }

    [Fact]
    public void A_proxy_container_has_services_of_its_own()
    {
        node.Pbx("101", "acme").Container("201", "revnat1", "httpd", "haproxy", "prosody").Container("202", "revnat2", "httpd", "haproxy").Container("203", "empty");
        node.Match("own-services", "--only", "services", "--container", "201=httpd,haproxy,prosody", "--container", "revnat2=httpd,haproxy,prosody", "--container", "203=", "--container", "299=x");
    }

    /// <summary>Prosody is a Lua program: what the kernel tells of it is its interpreter, whose command line tells the rest.</summary>
    [Theory]
    [InlineData("lua5.4", "lua5.4 /usr/bin/prosody -F", 0)]
    [InlineData("lua", "/usr/bin/lua /usr/bin/prosody", 0)]
    [InlineData("prosody", "prosody", 0)]
    [InlineData("lua5.4", "lua5.4 /usr/local/bin/dialplan", 2)]
    [InlineData("lua5.4", "lua5.4 /etc/prosody/prosody.cfg.lua", 2)]
    public void Prosody_is_found_behind_its_interpreter(string process, string commandLine, int expected)
    {
        node.Pbx("101", "acme").Container("201", "revnat-atl", "httpd", "haproxy").Process(process, "201", commandLine: commandLine);
        (string output, int code) = node.Check("--only", "services", "--container", "revnat-atl=httpd,haproxy,prosody");
        Assert.Equal(
            (expected, expected == 0 ? "OPENVZ OK - all services run in 2 containers | services_missing=0;;0;0 zombies=0;20;100;0" : "OPENVZ CRITICAL - prosody does not run in container 201 (revnat-atl) | services_missing=1;;0;0 zombies=0;20;100;0"),
            (code, output.Split('\n')[0]));
    }

    [Fact]
    public void A_container_may_define_its_services_by_several_process_names()
    {
        node.Pbx("101", "acme").Container("201", "revnat-atl", "httpd", "haproxy").Process("luajit", "201", commandLine: "luajit /opt/x/start");
        Assert.Equal(0, node.Check("--only", "services", "--container", "revnat-atl=httpd,haproxy,prosody=luajit|prosody").ExitCode);
        Assert.Equal(2, node.Check("--only", "services", "--container", "revnat-atl=httpd,haproxy,prosody=lua5.4|prosody").ExitCode);
    }

    [Fact]
    public void Zombies_are_counted_for_each_container_and_for_the_node()
    {
        node.Pbx("101", "acme").Pbx("102", "bolt").Process("safe_asterisk", "102", pid: 7000);
        for (int zombie = 0; zombie < 22; zombie++)
        {
            node.Process("sh", "102", 'Z', parent: zombie < 21 ? 7000 : 1).Process("sh", "0", 'Z', parent: 900);
        }

        node.Match("zombies", "--only", "services");
        Assert.Equal(2, node.Check("--only", "services", "-c", "zombies=21").ExitCode);
        Assert.Equal(0, node.Check("--only", "services", "-w", "zombies=22").ExitCode);
    }

    [Fact]
    public void Names_are_cut_as_the_kernel_cuts_them()
    {
        node.Container("101", "acme", "a-very-long-pro");
        Assert.Equal(0, node.Check("--only", "services", "--service", "long=a-very-long-process-name").ExitCode);
        Assert.Equal(2, node.Check("--only", "services", "--service", "long=a-very-long-pra").ExitCode);
    }

    [Fact]
    public void State_d_once_is_what_a_disk_costs_and_twice_is_stuck()
    {
        node.Container("101", "acme", "asterisk", "master", "httpd").Process("httpd", "101", 'D');
        Assert.Equal(0, node.Check("--only", "services").ExitCode);
        (string output, int code) = node.Check("--only", "services");
        Assert.Equal(1, code);
        Assert.StartsWith("OPENVZ WARNING - 1 of 2 processes of httpd in container 101 (acme) is stuck in the kernel (state D) since TIME UTC: storage that does not answer, most often | ", output, StringComparison.Ordinal);

        node.Container("102", "bolt", "httpd", "master").Process("asterisk", "102", 'D').Check("--only", "services");
        Assert.StartsWith("OPENVZ CRITICAL - 1 of 1 process of asterisk in container 102 (bolt) is stuck in the kernel", node.Check("--only", "services").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--service", "asterisk", "--service 'asterisk' is not a service; accepted is NAME=PROC, further process names behind vertical bars, each a name without spaces, commas and slashes")]
    [InlineData("--service", "a=", "--service 'a=' is not a service; accepted is NAME=PROC, further process names behind vertical bars, each a name without spaces, commas and slashes")]
    [InlineData("--container", "101", "--container '101' is not a container's services; accepted is CTID=NAME[,NAME], or CTID= for no service at all; a NAME may bring its process names along, NAME=PROC[/PROC]")]
    [InlineData("--mount", "vz=nfs", "--mount 'vz=nfs' is no storage layer; accepted is PATH=TYPE or PATH=TYPE,SERVER:VOLUME with an absolute path, further servers behind vertical bars and a server's address behind its name, such as /vz/dc-atl=nfs,storage-atl=192.0.2.41/storage-dal:/dc-atl")]
    [InlineData("--mount", "/vz=nfs,storage", "--mount '/vz=nfs,storage': 'storage' is no source; accepted is PATH=TYPE or PATH=TYPE,SERVER:VOLUME with an absolute path, further servers behind vertical bars and a server's address behind its name, such as /vz/dc-atl=nfs,storage-atl=192.0.2.41/storage-dal:/dc-atl")]
    [InlineData("--container", "101=a,b=c d", "--container '101=a,b=c d' is not a container's services; accepted is CTID=NAME[,NAME], or CTID= for no service at all; a NAME may bring its process names along, NAME=PROC[/PROC]")]
    [InlineData("--boot-grace", "soon", "--boot-grace 'soon' is not accepted; accepted are DURATION and DURATION:STATUS with a whole number and s, m, h or d, such as 90s or 15m, and OK, WARNING, CRITICAL or UNKNOWN")]
    [InlineData("--boot-grace", "20m:FINE", "--boot-grace '20m:FINE' is not accepted; accepted are DURATION and DURATION:STATUS with a whole number and s, m, h or d, such as 90s or 15m, and OK, WARNING, CRITICAL or UNKNOWN")]
    [InlineData("--manifest", "here", "--manifest 'here' is no absolute path; accepted is one that begins with /")]
    public void An_option_that_is_none_is_quoted(string option, string value, string sentence)
    {
        ProcessResult result = ProcessRun.Run(Repository.Program("check_openvz"), ["--state-dir", node.State, option, value]);
        Assert.Equal((3, $"OPENVZ UNKNOWN - {sentence}\n"), (result.ExitCode, result.Output));
    }

    [Fact]
    public void An_asterisk_that_answers_is_well()
    {
        Needs.Root();
        node.Pbx("101", "acme");
        Answer("101", "host/1/13\n", "12 active channels\n", closes: true);
        Assert.Equal(0, node.Check("--only", "services", "--asterisk-socket", Control).ExitCode);
        Assert.Equal("cli quit after core show channels count\0", heard.ToString());
    }

    [Fact]
    public void An_asterisk_that_greets_and_then_hangs_is_critical()
    {
        Needs.Root();
        node.Pbx("101", "acme").Pbx("102", "bolt").Pbx("103", "corp").Pbx("104", "dyne");
        Answer("101", "host/1/13\n", "", closes: false);
        Answer("102", "host/1/13\n", "12 active channels\n", closes: true);
        Write("103", "a file");
        node.Match("asterisk-hangs", "--only", "services", "--asterisk-socket", Control);
    }

    /// <summary>A container that points its run folder at the node's reaches its own tree.</summary>
    [Fact]
    public void A_socket_is_looked_for_inside_the_root_alone()
    {
        Needs.Root();
        node.Pbx("101", "acme");
        Answer("101", "host/1/13\n", "", closes: true, folder: "/run/asterisk");
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
