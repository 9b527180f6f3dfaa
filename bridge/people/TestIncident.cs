namespace Ringfree.Monitoring.Bridge;

/// <summary>An incident that send-test and doctor --send open and close by one channel, without spool and store.</summary>
/// <param name="Channel"><c>api</c> or <c>mail</c>.</param>
/// <param name="Sender">The channel.</param>
/// <param name="Host">The bridge's name.</param>
/// <param name="Service">What stands in the place of the service.</param>
/// <param name="State">WARNING or CRITICAL.</param>
internal sealed record TestIncident(string Channel, ISender Sender, string Host, string Service, string State)
{
    /// <summary>Its dedup key.</summary>
    public string Key => CommandContext.Key(Host, Service);

    /// <summary>Opens it.</summary>
    public Task<Answer> OpenAsync() => SendAsync(CallAction.Trigger);

    /// <summary>Closes it.</summary>
    public Task<Answer> CloseAsync() => SendAsync(CallAction.Resolve);

    private Task<Answer> SendAsync(CallAction action)
    {
        Dictionary<string, byte[]> macros = Macros.Of(
            (Macros.NotificationType, "PROBLEM"),
            (Macros.HostName, Host),
            (Macros.ServiceName, Service),
            ("SERVICESTATE", State),
            ("SERVICEOUTPUT", $"a test by {CommandContext.Who()}: nothing is broken"));
        var @event = new SchedulerEvent("test", Moment.Now(), macros);
        var call = new Call(Key, ChannelKind.Api, action, CallReason.Began, 1, IsLast: true, Payload.Full, Severities.Of(State), @event.Id);
        return Sender.SendAsync(call, @event, CancellationToken.None);
    }
}
