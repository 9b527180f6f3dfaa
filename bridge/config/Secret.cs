using System.Text;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>A key, token or password. It prints as stars, so that no log, error or page can leak it.</summary>
internal sealed class Secret
{
    /// <summary>The length that PagerDuty demands of a routing key, in characters.</summary>
    public const int RoutingKeyLength = 32;

    private const int MostBytes = 4_096;
    private const string CredentialPrefix = "credential:";

    private Secret(string value) => Value = value;

    /// <summary>The secret itself, for the one place that sends it.</summary>
    public string Value { get; }

    /// <summary>Reads the file of an integration's routing key: 32 letters and digits.</summary>
    /// <returns>The key, or null when there are problems; none of them quotes the file's content.</returns>
    public static Secret? RoutingKey(string path, Problems problems) =>
        Load(path, problems, text => text.Length == RoutingKeyLength && text.All(char.IsAsciiLetterOrDigit), "a routing key", "32 letters and digits");

    /// <summary>Reads a file with a token, which travels in a header: one line of printable ASCII.</summary>
    /// <returns>The token, or null when there are problems; none of them quotes the file's content.</returns>
    public static Secret? Token(string path, string what, Problems problems) =>
        Load(
            path,
            problems,
            text => text.Length > 0 && text.All(letter => letter is > ' ' and <= '~'),
            what,
            "one line of ASCII letters, digits and signs");

    /// <summary>Reads a file with a password: one line of printable characters.</summary>
    /// <param name="path">The file, or <c>credential:NAME</c> for one that systemd passes.</param>
    /// <param name="what">What it should hold, for the complaint.</param>
    /// <param name="problems">Receives what is wrong.</param>
    /// <returns>The secret, or null when there are problems; none of them quotes the file's content.</returns>
    public static Secret? OneLine(string path, string what, Problems problems) =>
        Load(path, problems, text => text.Length > 0 && !text.Any(char.IsControl), what, "one line of text");

    /// <summary>Reads a file with several secrets, one a line, as they are while one is being replaced.</summary>
    /// <returns>The secrets; empty when there are problems.</returns>
    public static IReadOnlyList<Secret> Lines(string path, string what, Problems problems) =>
        Load(path, problems, text => text.Length > 0, what, "one secret a line") is { } all
            ? [.. all.Value.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(line => new Secret(line))]
            : [];

    /// <summary>Complains when a path is neither absolute nor a credential, and does not quote it: it may be the secret itself.</summary>
    public static string? Complaint(string path) =>
        path.StartsWith('/') && !path.Contains('\0', StringComparison.Ordinal) ? null
        : path.StartsWith(CredentialPrefix, StringComparison.Ordinal) && path.Length > CredentialPrefix.Length && !path.Contains('/', StringComparison.Ordinal) ? null
        : "is not shown, it may be the secret itself; accepted: an absolute path, or credential:NAME for one that systemd passes";

    /// <summary>Removes the secret from a text that comes from outside.</summary>
    public string Redact(string text) => text.Replace(Value, ToString(), StringComparison.OrdinalIgnoreCase);

    public override string ToString() => "********";

    private static Secret? Load(string path, Problems problems, Func<string, bool> isGood, string what, string accepted)
    {
        var place = new Place(path, 1, "");
        string file = path;
        if (path.StartsWith(CredentialPrefix, StringComparison.Ordinal))
        {
            if (ProcessContext.EnvironmentBytes("CREDENTIALS_DIRECTORY") is not { } folder)
            {
                problems.Report(place, "systemd passes no credentials to this process; accepted: LoadCredential= in the unit, or an absolute path");
                return null;
            }

            file = Path.Combine(Encoding.UTF8.GetString(folder), path[CredentialPrefix.Length..]);
        }

        try
        {
            using SafeFileHandle handle = KernelFile.OpenSuspicious(file);
            FileFacts facts = KernelFile.Facts(handle, file);
            var bytes = new byte[MostBytes];
            string text = facts.IsRegular ? Encoding.UTF8.GetString(bytes, 0, RandomAccess.Read(handle, bytes, 0)).Trim() : "";
            string? complaint = !facts.IsRegular ? $"is not a regular file; accepted: a file that holds {what}"
                : facts.IsOpenToOthers ? $"has mode {Convert.ToString(facts.Mode & 0xFFF, 8)}; accepted: no permission for others (chmod o= {file})"
                : text.StartsWith('\uFEFF')
                    ? $"begins with a byte order mark, which an editor put there; accepted: {accepted} "
                        + $"(sed -i '1s/^\\xEF\\xBB\\xBF//' {file})"
                : !isGood(text) ? $"does not hold {what}; accepted: {accepted}"
                : null;
            if (complaint is null)
            {
                return new Secret(text);
            }

            problems.Report(place, complaint);
        }
        catch (IOException unreadable)
        {
            problems.Report(place, $"{unreadable.Message}; accepted: a regular file, not a link, that this user may read");
        }

        return null;
    }
}
