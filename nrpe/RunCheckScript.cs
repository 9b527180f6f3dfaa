using Ringfree.Monitoring.Estate;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>
/// The text of a host's run-check, the forced command of the scheduler's key: POSIX shell that compares what was asked for with the names
/// that were generated for this host. What was asked for is never expanded, run or printed.
/// </summary>
internal static class RunCheckScript
{
    internal const string Path = "/etc/ringfree/monitoring/run-check";

    internal static string Text(EstateModel estate, EstateHost host, IReadOnlyList<PluginCall> calls)
    {
        long limit = (long)estate.Timing.CommandTimeout.TotalSeconds;
        string branches = string.Concat(calls.Select(call => $"    {call.CommandName}) exec $bounded {call.ShellText} ;;\n"));
        return $$"""
            # {{Path}} of {{host.Name}}: root:root, mode 0644. Run by sshd through /bin/sh, as authorized_keys says.
            PATH=/usr/sbin:/usr/bin:/sbin:/bin
            umask 077
            cd / || exit 3
            exec </dev/null
            # Nothing that the client's side may have set reaches a check, and a check ends although the client has gone (-k needs coreutils 8.5).
            # Longer than the deadline of every check below, shorter than the {{(long)estate.Timing.AgentTimeout.TotalSeconds}} s that check_over_ssh waits.
            bounded="/usr/bin/env -i PATH=$PATH LC_ALL=C /usr/bin/timeout -k 1 {{limit}}"
            printf '%s\n' '{{RunCheck.Mark.TrimEnd()}}'
            if [ ! -e {{BootCondition.MayStart}} ]; then
                status={{Status.Unknown.Word}} code={{(int)Status.Unknown}}
                [ -n "${SSH_ORIGINAL_COMMAND-}" ] || status={{Status.Critical.Word}} code={{(int)Status.Critical}}
                read -r up _ </proc/uptime
                up=${up%.*}
                booted=$(date -u -d "@$(($(date +%s) - up))" '+%Y-%m-%d %H:%M UTC')
                up="$((up / 86400)) d $((up / 3600 % 24)) h $((up / 60 % 60)) min"
                up=${up#0 d }
                cure='when you know why, as root on {{host.Name}}: touch {{BootCondition.MayStart}}'
                echo "{{RunCheck.Name}} $status - {{host.Name}} rebooted at $booted (${up#0 h } ago): its checks wait on purpose; $cure"
                exit $code
            fi
            case ${SSH_ORIGINAL_COMMAND-} in
            {{branches}}    '') echo 'run-check of {{host.Name}} has {{Words.Count(calls.Count, "command")}}' ;;
                *) echo '{{RunCheck.Name}} UNKNOWN - {{host.Name}} has no such command: its run-check and the objects of the scheduler come from different estates'; exit 3 ;;
            esac

            """;
    }
}
