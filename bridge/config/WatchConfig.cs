using System.Net;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The table [watch], for the verb watch on another host.</summary>
/// <param name="Listen">Where the bridge's heartbeats arrive; a TLS proxy is before it.</param>
/// <param name="TokenFile">The file of the token that they carry.</param>
/// <param name="SilentAfter">How long the bridge may be silent; default 10 min.</param>
/// <param name="StateFile">What a restart must remember; default /var/lib/ringfree-pagerduty/watch.state.</param>
internal sealed record WatchConfig(EndPoint? Listen, string TokenFile, TimeSpan SilentAfter, string StateFile)
{
    public static WatchConfig? Read(TomlTable root, Problems problems)
    {
        if (root.OptionalTable("watch") is not { } table)
        {
            return null;
        }

        Setting<string> listen = table.Text("listen");
        return new WatchConfig(
            listen.IsSound ? ListenAddress.Read(new Setting<string?>(listen.Value, listen.Place, true, true), problems) : null,
            table.Text("token_file").Check(problems, Secret.Complaint).Value,
            table.DurationOr("silent_after", TimeSpan.FromMinutes(10), TimeSpan.FromSeconds(1), TimeSpan.FromDays(7)).Value,
            table.Text("state_file", "/var/lib/ringfree-pagerduty/watch.state").Check(problems, Config.Absolute).Value);
    }
}
