namespace Ringfree.Monitoring.Estate;

/// <summary>Reads how the checks of a host are run: the keys <c>transport</c>, <c>os</c>, and <c>nrpe</c> or <c>ssh</c>.</summary>
internal sealed class AgentReader(Scheduler scheduler, Problems problems)
{
    internal Agent? Read(TomlTable table, List<Role> held)
    {
        Setting<string> transport = table.Choice("transport", ["nrpe", "ssh", "none"]);
        List<string> needy = [.. held.Where(role => role.NeedsAgent).Select(role => role.Name)];
        if (!transport.IsSound || transport.Value == "none")
        {
            transport = transport.Check(problems, _ => needy.Count == 0
                ? null
                : $"given \"none\", but the roles have checks that run on the host ({string.Join(", ", needy)}); accepted: \"nrpe\", \"ssh\"");
            if (!transport.IsSound)
            {
                foreach (string key in new[] { "os", "nrpe", "ssh" })
                {
                    table.Disregard(key);
                }
            }

            return null;
        }

        Setting<string> os = table.Choice("os", [.. Agent.Families.Keys]);
        Agent stock = Agent.Families.GetValueOrDefault(os.Value) ?? Agent.Families["debian"];
        return transport.Value == "ssh" ? ReadSsh(table, transport, stock.OverSsh)
            : table.OptionalTable("nrpe") is { } nrpe ? ReadNrpe(nrpe, stock)
            : stock;
    }

    private Agent ReadNrpe(TomlTable table, Agent stock)
    {
        string user = table.Text("user", stock.User).Check(problems, Names.User).Value;
        return stock with
        {
            Port = (int)table.IntegerOr("port", stock.Port, 1, 65535).Value,
            User = user,
            Group = table.Text("group", user).Check(problems, Names.User).Value,
            PluginFolder = table.Text("plugins", stock.PluginFolder).Check(problems, Names.AbsolutePath).Value,
            PidFile = table.Text("pid_file", stock.PidFile).Check(problems, Names.AbsolutePath).Value,
            Unit = table.Text("unit", stock.Unit).Check(problems, Names.Name).Value,
            IncludeFolder = table.OptionalText("include_dir")
                .Check(problems, given => given is null ? null : Names.AbsolutePath(given)).Value,
            Certificates = table.OptionalTable("tls") is { } tls ? TlsFiles.Read(tls, "node", problems) : null,
        };
    }

    private Agent ReadSsh(TomlTable table, Setting<string> transport, Agent stock)
    {
        transport.Check(problems, _ => scheduler.Ssh.PublicKeys.Count == 0
            ? "is \"ssh\", but scheduler.ssh.public_keys is empty: no key could log in; accepted: the scheduler's public key there"
            : null);
        return table.OptionalTable("ssh") is not { } ssh ? stock : stock with
        {
            Port = (int)ssh.IntegerOr("port", stock.Port, 1, 65535).Value,
            User = ssh.Text("user", stock.User).Check(problems, Names.User).Value,
            PluginFolder = ssh.Text("plugins", stock.PluginFolder).Check(problems, Names.AbsolutePath).Value,
        };
    }
}
