using System.Runtime.InteropServices;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// An explored state with everything dropped that decides nothing: times are none, past or ahead, texts are gone, counters are compared.
/// Two states of one shape behave alike.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Shape(
    bool IsKnown, IncidentState Desired, Severity Severity, bool IsFlapping, int Unwatched,
    int Problem, Presence Api, int ApiOpened, Presence Mail,
        int MailOpened, bool IsSettled,
    bool IsReopened, bool IsReopenOfTheCall, SuppressionReason? Suppressed, int Since, int Until, int Acknowledged, Severity? Notified,
        int Retry,
    int Delivered, int Unanswered, int Call, Truth ApiTruth, Truth MailTruth, bool IsPaged)
{
    public static Shape Of(Explored state, DateTimeOffset now)
    {
        if (state.Incident is not { } incident)
        {
            return default;
        }

        int Time(DateTimeOffset? moment) => moment is not { } known ? 0 : known > now ? 2 : now - known > Exploration.Long ? 3 : 1;
        Call? call = state.UnderWay;
        return new Shape(
            true,
            incident.Desired,
            incident.Severity,
            incident.Lead.IsFlapping,
            Time(incident.Unwatched?.Since),
            incident.Problem is not { } problem ? 0 : 1 + (problem.IsInStorm ? 1 : 0) + (problem.RoseAt is null ? 0 : 2),
            incident.Api.Presence,
            incident.Api.OpenedAt is null ? 0 : 1,
            incident.Mail.Presence,
            incident.Mail.OpenedAt is null ? 0 : 1,
            incident.IsSettled,
            incident.Reopen is not null,
            incident.Reopen is { } reopen && call is not null && reopen.Version <= call.Version,
            incident.Suppression?.Reason,
            Time(incident.Suppression?.Since),
            Time(incident.Suppression?.Until),
            incident.Acknowledgement is not { } acknowledgement ? 0
                : 1 + (int)acknowledgement.Severity + (acknowledgement.Responder is null ? 0 : 10),
            incident.NotifiedSeverity,
            ((int)incident.Retry.Payload * 2) + (incident.Retry.DeadSince is null ? 0 : 8),
            incident.DeliveredAt is null ? 0 : incident.UnansweredAt is null ? 1 : Time(incident.DeliveredAt),
            incident.UnansweredAt is null ? 0 : 1,
            call is null ? 0 : 1 + ((int)call.Channel * 2) + ((int)call.Action * 4) + (call.IsLast ? 16 : 0) + ((int)call.Payload * 1024)
                + (call.Version == incident.Version ? 64 : 0) + ((int)call.Severity * 128),
            state.Api,
            state.Mail,
            state.IsPaged);
    }
}
