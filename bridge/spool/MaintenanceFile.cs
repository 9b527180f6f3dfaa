using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Win32.SafeHandles;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The maintenance windows in a file that the scheduler's user may read, because the store is closed to it: notify keeps what they cover
/// back when it must deliver without serve. It lies in the folder of serve's own within the spool. What cannot be read covers nothing.
/// </summary>
internal sealed class MaintenanceFile(string spool)
{
    private const int MaxBytes = 1024 * 1024;

    private const string Name = "maintenance.json";

    private readonly ServingFolder folder = new(spool);

    private byte[]? written;

    /// <summary>Writes the windows that have not ended; on a full disk, or before the first serve, not.</summary>
    public void TryWrite(MaintenanceWindows windows)
    {
        try
        {
            Write(windows.Recent(TimeSpan.Zero));
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            // A page too many, and only while no serve runs.
        }
    }

    /// <summary>Writes the windows that have not ended, when they changed.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(IEnumerable<MaintenanceWindow> windows)
    {
        byte[] bytes = JsonSerializer.SerializeToUtf8Bytes(
            windows.Select(window => new FiledWindow(window.Host, window.Service, window.IsPlanned ? window.Since : null, window.Until))
                .ToArray(),
            MaintenanceFileJson.Default.FiledWindowArray);
        if (written is not null && written.AsSpan().SequenceEqual(bytes))
        {
            return;
        }

        KernelFile.Replace(folder.PathOf(Name), bytes);
        written = bytes;
    }

    /// <summary>Until when a host or service is covered at a moment; null when it is not, or when the file cannot be trusted.</summary>
    public DateTimeOffset? CoveredUntil(string host, string service, DateTimeOffset now)
    {
        try
        {
            return Read()
                .Where(window => now < window.Until && !(now < window.Since) && window.Covers(host, service))
                .Select(window => (DateTimeOffset?)window.Until).Max();
        }
        catch (Exception unreadable) when (unreadable is IOException or JsonException)
        {
            return null;
        }
    }

    private FiledWindow[] Read()
    {
        using SafeFileHandle? own = folder.OpenOwn(Name, folder.SpoolOwner());
        return own is not null && KernelFile.Facts(own, folder.PathOf(Name)) is { Size: <= MaxBytes and var size }
            ? JsonSerializer.Deserialize(KernelFile.ReadAll(own, size), MaintenanceFileJson.Default.FiledWindowArray) ?? []
            : [];
    }
}

/// <summary>A window in the file.</summary>
/// <param name="Host">As of <see cref="MaintenanceWindow"/>.</param>
/// <param name="Service">As of <see cref="MaintenanceWindow"/>.</param>
/// <param name="Since">Its start, when it was planned; null for one that began at once.</param>
/// <param name="Until">Its end.</param>
internal sealed record FiledWindow(string Host, string Service, DateTimeOffset? Since, DateTimeOffset Until)
{
    public bool Covers(string host, string service) =>
        new MaintenanceWindow(0, Host, Service, Since ?? DateTimeOffset.MinValue, Until, "", "").Covers(host, service);
}

/// <summary>The JSON of the file, generated at build time.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(FiledWindow[]))]
internal sealed partial class MaintenanceFileJson : JsonSerializerContext;
