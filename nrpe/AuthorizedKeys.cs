using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>The text of a host's authorized_keys: the scheduler's keys may run run-check, and nothing else.</summary>
internal static class AuthorizedKeys
{
    internal static string Text(EstateModel estate, EstateHost host, Agent agent) => $"""
        # authorized_keys of user {agent.User} on {host.Name}: root:root, mode 0644, in a home that is root's (restrict needs OpenSSH 7.2).
        {string.Join('\n', estate.Scheduler.Ssh.PublicKeys.Select(key => $"restrict,command=\"/bin/sh {RunCheckScript.Path}\" {key}"))}

        """;
}
