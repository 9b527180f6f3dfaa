namespace Ringfree.Monitoring.Generators.Tests;

public sealed class AcceptedByTheRealProgramsTests
{
    /// <summary>The nodes have sudo 1.8.6, and Debian's visudo knows more. Source: sudoers(5) of 1.8.6, SUDOERS OPTIONS.</summary>
    [Fact]
    public void Sudo_of_the_nodes_knows_every_default_of_the_sudoers()
    {
        string[] known = ["requiretty", "env_reset", "setenv", "umask", "use_pty"];
        string[] used = [.. Directory.GetFiles(Generators.CommittedNodes, "sudoers", SearchOption.AllDirectories)
            .SelectMany(File.ReadAllLines)
            .Where(line => line.StartsWith("Defaults", StringComparison.Ordinal))
            .SelectMany(line => line.Split(' ', 2)[1].Split(", "))
            .Select(directive => directive.TrimStart('!').Split('=')[0])
            .Distinct()];
        Assert.Equal(known.Order(), used.Order());
    }

    [Fact]
    public void Visudo_accepts_every_committed_sudoers()
    {
        Needs.File("/usr/sbin/visudo", "sudo");
        string[] files = Directory.GetFiles(Generators.CommittedNodes, "sudoers", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        Assert.All(files, file => RealPrograms.DemandVisudo(file));
    }

    [Fact]
    public void Nagios_accepts_the_committed_objects()
    {
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        string verdict = RealPrograms.DemandNagios(Generators.CommittedObjects("nagios"));
        (List<Dictionary<string, string>> services, int hosts) = (ObjectReader.Of("services"), ObjectReader.Of("hosts").Count);
        Assert.InRange(services.Count, 50, 1000);
        Assert.Contains($"Checked {services.Count} services.", verdict, StringComparison.Ordinal);
        Assert.Contains($"Checked {hosts} hosts.", verdict, StringComparison.Ordinal);

        // Nagios counts what stops an execution and what stops a notification apart, for each dependant.
        int dependencies = ObjectReader.Of("dependencies").Sum(found =>
            found["dependent_service_description"].Split(',').Length * (found["execution_failure_criteria"] == "n" ? 1 : 2));
        Assert.Contains($"Checked {dependencies} service dependencies", verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Ssh_keygen_and_sh_accept_every_committed_node_over_ssh()
    {
        Needs.File("/usr/bin/ssh-keygen", "openssh-client");
        string[] folders = [.. Directory.GetFiles(Generators.CommittedNodes, "run-check", SearchOption.AllDirectories).Select(file => Path.GetDirectoryName(file)!)];
        Assert.NotEmpty(folders);
        Assert.All(folders, folder => RealPrograms.DemandSshNode(folder, Path.GetFileName(folder)));
    }

    [Fact]
    public void The_demo_estate_gives_what_nagios_and_visudo_accept()
    {
        Needs.File("/usr/sbin/visudo", "sudo");
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        using var folder = new TestFolder();
        string estate = Repository.PathOf("tests", "demo", "estate.toml");
        Assert.Equal("", Generators.Nodes(estate, folder.PathOf("nodes")).Error);
        Assert.Equal("", Generators.Objects(estate, folder.PathOf("objects"), "nagios").Error);
        RealPrograms.DemandVisudo(folder.PathOf("nodes", "pbx-proxy", "sudoers"));
        RealPrograms.DemandNagios(folder.PathOf("objects"));
    }
}
