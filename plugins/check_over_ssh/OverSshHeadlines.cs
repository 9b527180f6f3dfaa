using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.OverSsh;

/// <summary>What can be wrong on the way to a node, and what on-call does first about it.</summary>
internal static class OverSshHeadlines
{
    private const string Console = "from its console: uptime; service sshd status (Debian kin: service ssh status)";

    internal static readonly HeadlineKind Refused = new(
        OverSshCheck.Agent, "…refuses the connection: the host has rebooted or its sshd died", $"ping -c 3 HOST; if it answers, {Console}");

    internal static readonly HeadlineKind Unreachable = new(
        OverSshCheck.Agent, "…no way to …: …", "ip route get HOST; ping -c 3 its gateway: the VPN between the sites?");

    internal static readonly HeadlineKind Unresolved = new(
        OverSshCheck.Agent, "…the host of … has no address: …", "getent hosts HOST; /etc/hosts and DNS of this host")
    {
        Explanation = "mDNS and sssd names are not seen.",
    };

    internal static readonly HeadlineKind Silent = new(
        OverSshCheck.Agent, "…was silent: waited … s for …", $"ping -c 3 HOST; if it answers, {Console}; dmesg")
    {
        Explanation = "Silent at the connection: a firewall that drops, or a host that is out of memory or disk. Silent later, at the key "
            + "exchange or the login: its load, or `MaxStartups`.",
    };

    internal static readonly HeadlineKind CutOff = new(
        OverSshCheck.Agent, "… was cut off on …: …", $"wait for the next check: sshd was restarted, or the node died; {Console}");

    internal static readonly HeadlineKind NoSsh = new(
        OverSshCheck.Agent, "…no SSH with …: …", "on the node: netstat -ltnp (or ss -ltnp): what listens on that port?")
    {
        Explanation = "A TCP proxy without its backend closes at once.",
    };

    internal static readonly HeadlineKind TooLong = new(
        OverSshCheck.Agent,
        "… on … does not stop talking: …",
        "on the node, run the command by hand: it is not one of these checks, or is broken");

    internal static readonly HeadlineKind HostKeyUnknown = new(OverSshCheck.Agent, "… shows the host key …", "")
    {
        Explanation = "The cure in the headline begins with a comparison: do that on the node's own console. *Not the known one*: ask who "
            + "installed the node. Nobody? Somebody may be in between: leave it, and look at the route first. *Revokes*: the node still "
            + "has a "
            + "key that was withdrawn: `ssh-keygen -A` after removing it on the node, `service sshd restart`, then the printed line.",
    };

    internal static readonly HeadlineKind IdentityRefused = new(OverSshCheck.Agent, "… does not accept identity '…' (…); cure: …", "")
    {
        Explanation = "`grep sshd /var/log/secure` on the node (Debian kin: `/var/log/auth.log`) says why: authorized_keys missing, of "
            + "another owner, or the account locked.",
    };

    internal static readonly HeadlineKind Waits = new(OverSshCheck.Agent, "… rebooted at …: its checks wait …", "")
    {
        Explanation = "Find out why it rebooted and whether all of it is back; then, as root on the node, `touch "
            + "/var/run/ringfree-checks-may-start`.",
    };

    internal static readonly HeadlineKind NoRunCheck = new(
        OverSshCheck.Agent, "… accepts the identity, but run-check does not answer (…); cure: …", "")
    {
        Explanation = "\"No such file\" names what is missing.",
    };

    internal static readonly HeadlineKind Slow = new(
        OverSshCheck.Agent, "… answers: …, after …", "on the node: uptime; top -bn1: sshd is started for each connection and may starve");

    internal static readonly HeadlineKind SaidNothing = new(
        OverSshCheck.Agent, "… on … said nothing on standard output (…)…",
        "on the node, as the user who logs in: SSH_ORIGINAL_COMMAND=NAME sh /etc/ringfree/monitoring/run-check; sudo -l")
    {
        Explanation = "*sudo: a password is required*: the generated sudoers is not installed, or of another user or plugin folder. "
            + "*Exit code "
            + "126, 127*: the check is missing in the node's plugin folder, or cannot be run. *Stopped at the node's time limit*: run "
            + "it by "
            + "hand with `-vv`; it hung beyond its own deadline.",
    };
}
