namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// Steps the fleet and carries out what follows: facts go into the store, alerts become incidents, a tick steps the incidents that wait.
/// </summary>
internal sealed class FleetDriver(Store store, OwnIncidents own)
{
    public OwnIncidents Own => own;

    /// <summary>Steps the fleet.</summary>
    /// <returns>True when a call may be due now.</returns>
    public bool Step(FleetInput input) => Step(input, out _);

    /// <summary>Steps the fleet.</summary>
    /// <param name="input">What happened.</param>
    /// <param name="outcome">What came of it.</param>
    /// <returns>True when a call may be due now.</returns>
    public bool Step(FleetInput input, out FleetOutcome outcome)
    {
        outcome = store.Fleet.Step(input);
        var isAnyDue = false;
        foreach (FleetEffect effect in outcome.Effects)
        {
            isAnyDue |= Carry(effect);
        }

        return isAnyDue;
    }

    /// <summary>Pages about a concern in these words.</summary>
    public void Raise(OwnConcern concern, string headline, string details) =>
        Step(new FleetInput.AlertWritten(concern, headline, details, own.IsBad(concern)));

    private bool Carry(FleetEffect effect)
    {
        switch (effect)
        {
            case FleetEffect.Noted noted:
                store.Facts.Set(noted.Fact, noted.At);
                return false;
            case FleetEffect.AlertRaised alert:
                own.Raise(alert);
                return true;
            case FleetEffect.AlertCleared cleared:
                own.Clear(cleared.Concern);
                return true;
            case FleetEffect.AlertRetried retried:
                return own.Retry(retried.Concern);
            case FleetEffect.IncidentsWoken woken:
                IReadOnlyList<string> keys = store.Table.Waking(woken.All);
                bool isAnyDue = keys.Count > 0 && store.Incidents.Apply(keys, new IncidentInput.Tick()) > 0;
                store.Fleet.Step(new FleetInput.Woken(woken.Owed));
                return isAnyDue;
            default:
                return false; // of whoever gave the input
        }
    }
}
