using System.Net;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The table [proxy]: the way of every HTTP call out of the house. The environment's proxies are not used.</summary>
/// <param name="Address">Such as http://proxy.example:3128.</param>
/// <param name="CredentialsFile">The file of <c>USER:PASSWORD</c>; null when the proxy asks for none.</param>
internal sealed record ProxyConfig(Uri Address, string? CredentialsFile)
{
    /// <returns>Null when the table is absent or wrong.</returns>
    public static ProxyConfig? Read(TomlTable root, Problems problems)
    {
        if (root.OptionalTable("proxy") is not { } table)
        {
            return null;
        }

        Uri? address = null;
        Setting<string> given = table.Text("address").Check(problems, text =>
            Uri.TryCreate(text, UriKind.Absolute, out address) && address.Scheme is "http" or "https" && address.PathAndQuery == "/"
                && address.UserInfo.Length == 0
                ? null
                : "is not shown, it may hold a password; accepted: http://HOST:PORT, with the credentials in credentials_file");
        Setting<string?> credentials = table.OptionalText("credentials_file").Check(problems, Config.IfGiven(Secret.Complaint));
        return given.IsSound && address is not null ? new ProxyConfig(address, credentials.Value) : null;
    }

    /// <summary>Reads the file of the credentials: <c>USER:PASSWORD</c>.</summary>
    /// <returns>The credentials, or null when there are problems; none of them quotes the file's content.</returns>
    public static Secret? Credentials(string path, Problems problems) => Secret.OneLine(path, "USER:PASSWORD", problems);

    /// <summary>The proxy for a client.</summary>
    /// <param name="credentials"><c>USER:PASSWORD</c>; null without.</param>
    public IWebProxy Proxy(Secret? credentials)
    {
        string[] parts = credentials?.Value.Split(':', 2) ?? [];
        return new WebProxy(Address) { Credentials = parts is [var user, var password] ? new NetworkCredential(user, password) : null };
    }
}
