using System.Globalization;

namespace Ringfree.Monitoring.Plugins.SansayHa;

/// <summary>The words of <c>ha_current_state</c> that devices and their monitoring clients show.</summary>
internal enum HaState
{
    /// <summary>active: carries the calls.</summary>
    Active,

    /// <summary>standby: ready to take over.</summary>
    Standby,

    /// <summary>standalone: carries calls without a partner.</summary>
    Standalone,

    /// <summary>oos: out of service.</summary>
    OutOfService,

    /// <summary>boot: not ready yet.</summary>
    Boot,

    /// <summary>Any other word.</summary>
    Unrecognized,
}

/// <summary>
/// One node's row of the table <c>system_stat</c>: field texts by the device's own names, trimmed. What the device does not tell is not
/// there.
/// </summary>
internal sealed class SystemStatistics
{
    internal const string CurrentState = "ha_current_state";
    internal const string EarlierState = "ha_pre_state";
    internal const string LocalStatus = "ha_local_status";
    internal const string RemoteStatus = "ha_remote_status";
    internal const string SwitchOverFlag = "switch_over_flag";
    internal const string Attempts = "sum_attempt_session";
    internal const string Sessions = "sum_active_session";
    internal const string ClusterSessions = "cluster_active_session";
    internal const string SessionLimit = "max_session_allowed";
    internal const string SessionLimitHits = "max_session_exceed";
    internal const string CallsPerSecond = "current_cps";
    internal const string CallsPerSecondLimit = "max_cps_allowed";
    internal const string CallsPerSecondLimitHits = "max_cps_exceed";
    internal const string CpuIdle = "cpu_idle_percent";

    private readonly IReadOnlyDictionary<string, string> fields;

    /// <param name="fields">Every field of the row; <see cref="CurrentState"/> is among them and not empty.</param>
    internal SystemStatistics(IReadOnlyDictionary<string, string> fields)
    {
        this.fields = fields;
        StateText = fields[CurrentState].ToLowerInvariant();
        State = StateText switch
        {
            "active" => HaState.Active,
            "standby" => HaState.Standby,
            "standalone" => HaState.Standalone,
            "oos" => HaState.OutOfService,
            "boot" => HaState.Boot,
            _ => HaState.Unrecognized,
        };
    }

    internal HaState State { get; }

    /// <summary>The device's word in lower case.</summary>
    internal string StateText { get; }

    /// <summary>The state before the present one, in lower case; empty when the device tells none.</summary>
    internal string EarlierStateText => fields.GetValueOrDefault(EarlierState, "").ToLowerInvariant();

    /// <summary>Carries calls.</summary>
    internal bool Serves => State is HaState.Active or HaState.Standalone;

    /// <summary>A whole number; null when the device does not tell it or tells something else.</summary>
    internal long? Number(string field) =>
        long.TryParse(fields.GetValueOrDefault(field, ""), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    /// <summary>Every field, for a trace.</summary>
    internal string Describe() => string.Join(' ', fields.Select(field => $"{field.Key}={field.Value}"));
}
