using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>The text of a host's nrpe.cfg.</summary>
internal static class NrpeCfg
{
    // Idle connections end soon after the longest command, instead of NRPE's five minutes.
    private static readonly TimeSpan ConnectionSpare = TimeSpan.FromSeconds(30);

    internal static string Text(EstateModel estate, EstateHost host, Agent agent, IEnumerable<PluginCall> calls)
    {
        string commands = string.Concat(calls.Select(call => $"command[{call.CommandName}]={call.ShellText}\n"));
        return $"""
            # nrpe.cfg of {host.Name}. {Included(agent)}
            log_facility=daemon
            debug=0
            pid_file={agent.PidFile}
            server_port={agent.Port}
            nrpe_user={agent.User}
            nrpe_group={agent.Group}
            allowed_hosts={string.Join(',', estate.Scheduler.Addresses)}
            dont_blame_nrpe=0
            allow_bash_command_substitution=0
            # Longer than the deadline of every check below, shorter than the {Seconds(estate.Timing.AgentTimeout)} s that check_nrpe waits.
            command_timeout={Seconds(estate.Timing.CommandTimeout)}
            connection_timeout={Seconds(estate.Timing.CommandTimeout + ConnectionSpare)}
            {(agent.Certificates is { } tls ? Certificates(tls) : "")}
            {(commands.Length > 0 ? commands : "# The roles of this host have no checks that run on it; the daemon still says that the host lives.\n")}
            """;
    }

    // What comes later wins: a file of the folder changes no command and no setting below.
    private static string Included(Agent agent) => agent.IncludeFolder is { } folder
        ? $"It includes a folder of this host first; no command below takes an argument.\ninclude_dir={folder}"
        : "Complete: it includes no other file, and no command takes an argument.";

    private static string Certificates(TlsFiles tls) => $"""
        # Who asks shows a certificate of this authority; anonymous ciphers are off.
        ssl_version=TLSv1.2+
        ssl_cipher_list=HIGH:!aNULL:!eNULL
        ssl_client_certs=2
        ssl_cacert_file={tls.Authority}
        ssl_cert_file={tls.Certificate}
        ssl_privatekey_file={tls.Key}

        """;

    private static long Seconds(TimeSpan time) => (long)time.TotalSeconds;
}
