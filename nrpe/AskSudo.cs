using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.NrpeConfig;

/// <summary>
/// The text of a host's ask-sudo, run by the agent without arguments: POSIX shell that asks sudo, without running anything, whether it lets
/// the agent's user run each command that the host's checks need. CRITICAL, which keeps the services behind sudo quiet, only when it
/// refuses them all.
/// </summary>
internal static class AskSudo
{
    internal const string Path = "/etc/ringfree/monitoring/ask-sudo";

    internal static string Text(EstateHost host, Agent agent, IEnumerable<PluginCall> calls)
    {
        IEnumerable<string> asRoot = calls.Where(call => call.AsRoot).Select(call => string.Join(' ', call.Words.Select(ShellWord.Quote)));
        string asked = string.Join('\n', asRoot.Select(command => $"    ask {command}"));
        return $$"""
            # {{Path}} of {{host.Name}}: root:root, mode 0644. Run by the agent as {{agent.User}}, through /bin/sh.
            PATH=/usr/sbin:/usr/bin:/sbin:/bin
            LC_ALL=C
            export PATH LC_ALL
            exec </dev/null
            ask() {
                if said=$(/usr/bin/sudo -n -l "$@" 2>&1 >/dev/null); then
                    allowed=$((allowed + 1))
                else
                    [ "$refused" -gt 0 ] || { command="$*" words=$said; }
                    refused=$((refused + 1))
                fi
            }
            # Rules that change meanwhile are refused in part: asked again, they are not.
            for _ in 1 2; do
                allowed=0
                refused=0
            {{asked}}
                [ "$allowed" -gt 0 ] && [ "$refused" -gt 0 ] || break
            done
            total=$((allowed + refused))
            if [ "$refused" = 0 ]; then
                echo "SUDO OK - sudo lets {{agent.User}} run all $total commands"
                exit 0
            fi
            # One line of sudo's own words, without the characters that NRPE and the scheduler read as theirs.
            : "${words:=it says nothing, as for a command without a rule}"
            words=$(printf '%s' "$words" | head -n 1 | cut -c 1-200 | tr -d '|;`$\000-\037\177')
            if [ "$allowed" = 0 ]; then
                echo "SUDO CRITICAL - sudo lets {{agent.User}} run none of $total commands: $words"
                exit 2
            fi
            echo "SUDO WARNING - sudo refuses {{agent.User}} $refused of $total commands, first $command: $words"
            exit 1

            """;
    }
}
