using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>What can be wrong with a pair of SBCs, and what on-call does first about it.</summary>
internal static class SansayHeadlines
{
    private const string TestCall = "place a test call";

    private const string Acknowledge = "when the change is understood: check_sansay_ha --acknowledge";

    // The roles.
    internal static readonly HeadlineKind NoneActive = new(
        SansayHaCheck.Ha,
        "no node is …active…",
        $"calls fail: {TestCall}, log in to both consoles and bring one node to active")
    {
        Explanation = "When one node cannot be reached, look at its power and link first.",
    };

    internal static readonly HeadlineKind BothUnreachable = new(
        SansayHaCheck.Ha,
        "neither node can be reached: …",
        $"{TestCall}; ping -c 3 both management addresses and their gateways: when calls go through, it is the management network");

    internal static readonly HeadlineKind Split = new(
        SansayHaCheck.Ha,
        "split: … and … are both active, so that calls land on either",
        $"{TestCall}; set one node to standby in its GUI or pull its voice link, then look at the HA link between both")
    {
        DoNot = "restart either: the one that is left may be the one without calls",
        Explanation = "Both carry the virtual IP.",
    };

    internal static readonly HeadlineKind OutOfService = new(
        SansayHaCheck.Ha,
        "… is out of service (oos)…",
        $"{TestCall}; the console of the node that is out of service says why (licence, hardware, configuration)")
    {
        Explanation = "The other node carries the calls alone.",
    };

    internal static readonly HeadlineKind RedundancyLost = new(
        SansayHaCheck.Ha,
        "redundancy is lost: …; … is … alone",
        $"ping -c 3 HOST, and its gateway; {TestCall}: when calls go through, it is the management network, else this node's power and "
            + $"link")
    {
        Explanation = "Calls go on: mend it in working hours, unless `--severity one-unreachable=critical` says otherwise.",
    };

    internal static readonly HeadlineKind Booting = new(
        SansayHaCheck.Ha,
        "… is booting and cannot take over; …",
        "wait for it; when it takes more than a few minutes, look at its console");

    internal static readonly HeadlineKind Standalone = new(
        SansayHaCheck.Ha,
        "… is standalone, without a partner; …",
        "its GUI shows whether HA is switched off there; meant so: --severity standalone=ok");

    internal static readonly HeadlineKind UnknownState = new(
        SansayHaCheck.Ha,
        "… calls its state '…', which is none of active, standby, standalone, oos, boot…",
        $"{TestCall}; run this check with --no-memory --record DIR and send it: the check does not know the word");

    internal static readonly HeadlineKind OneBox = new(
        SansayHaCheck.Ha,
        "… and … are answered by one and the same box (…); cure: give each node's own management address, not the virtual IP",
        "")
    {
        Explanation = "One of the two addresses is the virtual IP: correct it.",
    };

    internal static readonly HeadlineKind Unexpected = new(
        SansayHaCheck.Ha,
        "… is …, expected is …",
        $"{TestCall}; in a quiet hour switch back, or change --expect")
    {
        DoNot = "switch back while calls go through: each switch-over may drop them",
        Explanation = "The pair works the wrong way round.",
    };

    // What changed.
    internal static readonly HeadlineKind SwitchedOver = new(
        SansayHaCheck.Ha,
        "switch-over: … is active now and … standby; before, … was active (…)…",
        $"{TestCall} through the new active node; read the log of the old one from that time; {Acknowledge}")
    {
        Explanation = "Switch back in a quiet hour if `--expect` wants it.",
    };

    internal static readonly HeadlineKind RoleChanged = new(
        SansayHaCheck.Ha,
        "… changed from … (last seen …) to …",
        $"{TestCall}; read that node's log from that time; {Acknowledge}");

    internal static readonly HeadlineKind WentAndCame = new(
        SansayHaCheck.Ha,
        "… is … as before, but was not all the time: … (…)…",
        $"{TestCall}; read that node's log from that time; {Acknowledge}")
    {
        Explanation = "A switch-over has happened and was undone, or the node restarted.",
    };

    internal static readonly HeadlineKind NumberChanged = new(
        SansayHaCheck.Ha,
        "… of … changed from … to … (its meaning is not documented; healthy pairs show …)…",
        $"compare the HA pages of both GUIs; nothing wrong there: {Acknowledge}");

    internal static readonly HeadlineKind Number = new(
        SansayHaCheck.Ha,
        "… of … is …; healthy pairs show …",
        "compare the HA pages of both GUIs; nothing wrong there: --severity flags=ok");

    // A node that does not tell.
    internal static readonly HeadlineKind Unreachable = new(
        SansayHaCheck.Ha,
        "… is unreachable: …",
        RedundancyLost.FirstStep);

    internal static readonly HeadlineKind Unresolved = new(
        SansayHaCheck.Ha,
        "… has no address: … is not known here (…)…",
        "getent hosts HOST: correct the address of --node, or the name service of this host");

    internal static readonly HeadlineKind NotAsked = new(SansayHaCheck.Ha, "… not asked: …", "")
    {
        Explanation = "The headline names the file and the cure.",
    };

    internal static readonly HeadlineKind RefusesUser = new(
        SansayHaCheck.Ha,
        "… refuses the user…",
        "nothing is known to be wrong with the pair: log in to the GUI of NODE with the user of FILE, then correct that file")
    {
        Explanation = "The password was changed or the user locked.",
    };

    internal static readonly HeadlineKind Forbids = new(
        SansayHaCheck.Ha, "… does not let the user of … read statistics (…)…", RefusesUser.FirstStep);

    internal static readonly HeadlineKind Untrusted = new(
        SansayHaCheck.Ha,
        "… shows a certificate that is not believed: …; cure, once it is known to be the node's own: …",
        "")
    {
        Explanation = "A new certificate after an update is normal; compare it on the console before you pin it. Else somebody is in "
            + "between.",
    };

    internal static readonly HeadlineKind NoCommonTls = new(
        SansayHaCheck.Ha,
        "… answers and agrees on no TLS with this check, which speaks 1.2 and 1.3 (…): an old release may speak 1.0 only…",
        "nothing is known to be wrong with the pair: openssl s_client -connect ADDRESS -tls1 -cipher ALL:@SECLEVEL=0 </dev/null shows a "
            + "session when it speaks TLS 1.0")
    {
        Explanation = "Update the device, or put a TLS proxy (stunnel) beside it and give its address with `--node`. Where neither can be, "
            + "`--old-tls` with a `--pin` for both nodes speaks TLS 1.0, which whoever sits on the way may break.",
    };

    internal static readonly HeadlineKind NotStatistics = new(
        SansayHaCheck.Ha,
        "… answers …",
        "open the GUI of NODE: are its web services switched on? Run this check with --no-memory --record DIR, which keeps what it answers")
    {
        Explanation = "A web page, a redirect: web services are switched off, or the port is that of something else. XML that is cut, "
            + "an empty "
            + "body: once is a switch-over; always is the node's web service, to be restarted in a quiet hour. HTTP 400 again and again: "
            + "another client asks at the same moments; find it, or spread the times.",
    };

    internal static readonly HeadlineKind NoApi = new(
        SansayHaCheck.Ha, "… has n… at … usual path…", NotStatistics.FirstStep)
    {
        Explanation = "Is this the management address and port of an SBC? An older release has SOAP only: `--api soap`.",
    };

    // The load.
    internal static readonly HeadlineKind LicenceFull = new(
        SansayHaCheck.Load,
        "…: … of … of the licence in use: …",
        "in the active node's GUI, see which trunk holds the sessions; many short calls of one trunk are a loop or an attack: block that "
            + "trunk")
    {
        Explanation = "Else the licence is too small.",
    };

    internal static readonly HeadlineKind CpuBusy = new(
        SansayHaCheck.Load,
        "…: idle CPU: …",
        "in that node's GUI, see which trunk sends the calls, and whether a trace or a debug log is switched on");

    internal static readonly HeadlineKind LoadLimit = new(
        SansayHaCheck.Load,
        "…: …: …",
        SansayHaCheck.Load.FirstStep)
    {
        Explanation = "A limit that the estate set.",
    };

    internal static readonly HeadlineKind LoadUnknown = new(
        SansayHaCheck.Load,
        "sessions and licence limits are not known: no node that carries calls was read (…)…",
        $"{TestCall}; open the GUIs of both nodes");

    internal static readonly HeadlineKind NoAttempts = new(
        SansayHaCheck.Load,
        "…: no call attempt for … in hours that are not quiet…",
        $"{TestCall} from outside and from a PBX; in the active node's GUI, are the trunks in service? Nothing arrives: the carriers, the "
            + $"firewall, the virtual IP")
    {
        Explanation = "A holiday: acknowledge it at PagerDuty, or give the hours with `--quiet-hours`.",
    };

    internal static readonly HeadlineKind Refusals = new(
        SansayHaCheck.Load,
        "… refuses calls beyond the … of its licence: … grew from … to … since the last run…",
        LicenceFull.FirstStep)
    {
        Explanation = "Callers hear a busy tone. Else the licence is too small.",
    };

    internal static readonly HeadlineKind LicenceFell = new(
        SansayHaCheck.Load,
        "… of … fell from … to …: has the licence changed or run out?…",
        "look at the licence in the GUI before the limit is reached: its end, and whether it was replaced");
}
