namespace Ringfree.Monitoring.Plugin;

/// <summary>A plugin's verdict. The number is the exit code.</summary>
public enum Status
{
    /// <summary>All is well. Exit code 0.</summary>
    Ok = 0,

    /// <summary>Somebody should look in working hours. Exit code 1.</summary>
    Warning = 1,

    /// <summary>Somebody must act now. Exit code 2.</summary>
    Critical = 2,

    /// <summary>What was asked for could not be judged. Exit code 3.</summary>
    Unknown = 3,
}

/// <summary>The one order of severity, and the words.</summary>
public static class StatusOrder
{
    extension(Status status)
    {
        /// <summary>OK 0, WARNING 1, UNKNOWN 2, CRITICAL 3: what is known to be broken outranks what could not be read.</summary>
        public int Severity => status switch
        {
            Status.Ok => 0,
            Status.Warning => 1,
            Status.Unknown => 2,
            _ => 3,
        };

        /// <summary>The word of the plugin guidelines: OK, WARNING, CRITICAL, UNKNOWN.</summary>
        public string Word => status switch
        {
            Status.Ok => "OK",
            Status.Warning => "WARNING",
            Status.Critical => "CRITICAL",
            _ => "UNKNOWN",
        };

        /// <summary>The more severe of two.</summary>
        /// <param name="other">The other status.</param>
        /// <returns>This status when both are equally severe.</returns>
        public Status Or(Status other) => other.Severity > status.Severity ? other : status;
    }

    /// <summary>Reads a status by word in any case, or by exit code.</summary>
    /// <param name="text">OK, WARNING, CRITICAL, UNKNOWN, or 0 to 3.</param>
    /// <returns>The status, or null for any other text.</returns>
    public static Status? Parse(string text) => text.ToUpperInvariant() switch
    {
        "OK" or "0" => Status.Ok,
        "WARNING" or "1" => Status.Warning,
        "CRITICAL" or "2" => Status.Critical,
        "UNKNOWN" or "3" => Status.Unknown,
        _ => null,
    };
}
