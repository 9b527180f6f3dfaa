using System.Globalization;
using MySqlConnector;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// The part of MySQL's option file format that a client needs: <c>[client]</c> and <c>[check_voipmon]</c>, the later value wins; host,
/// port, socket, user, password, database, ssl-ca, ssl-mode, ssl-verify-server-cert, ssl and skip-ssl. Other groups and keys are passed
/// over, as MySQL's own programs share the file; an include is refused. Source: dev.mysql.com, "Using Option Files".
/// </summary>
internal static class MySqlOptionFile
{
    private const string UsualDatabase = "voipmonitor";
    private const string Modes = "DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY";

    /// <summary>What has the database's certificate believed.</summary>
    internal const string Believed = "ssl-ca=FILE with its authority, or with its own certificate when that is self-signed";

    private static readonly string[] Off = ["0", "OFF", "FALSE"];
    private static readonly string[] Groups = ["client", "check_voipmon"];

    /// <summary>Reads the settings of a connection.</summary>
    /// <param name="text">The file's content.</param>
    /// <param name="objection">When there are no settings: which line is why, without quoting a secret.</param>
    /// <returns>The settings; null when the file cannot be used.</returns>
    internal static MySqlConnectionStringBuilder? Parse(string text, out string objection)
    {
        Dictionary<string, string> values = [];
        bool isOurs = false;
        int number = 0;
        objection = "";
        foreach (string raw in text.Split('\n'))
        {
            number++;
            string line = raw.Trim();
            if (line.Length == 0 || line[0] is '#' or ';')
            {
                continue;
            }

            if (line[0] == '!')
            {
                objection = $"line {number} includes another file; accepted is one file with everything in it";
                return null;
            }

            if (line[0] == '[')
            {
                isOurs = Groups.Contains(line.Trim('[', ']').Trim());
                continue;
            }

            if (isOurs)
            {
                int equals = line.IndexOf('=', StringComparison.Ordinal);
                string key = (equals < 0 ? line : line[..equals]).Trim().Replace('_', '-').ToLowerInvariant();
                values[key] = equals < 0 ? "" : Value(line[(equals + 1)..].Trim());
            }
        }

        return Build(values, ref objection);
    }

    private static MySqlConnectionStringBuilder? Build(Dictionary<string, string> values, ref string objection)
    {
        string host = values.GetValueOrDefault("host", "localhost");
        string? socket = values.GetValueOrDefault("socket");
        if (!uint.TryParse(values.GetValueOrDefault("port", "3306"), NumberStyles.None, CultureInfo.InvariantCulture, out uint port) || port is 0 or > 65535)
        {
            objection = "its port is none; accepted is a number from 1 to 65535";
            return null;
        }

        // As MySQL's own clients do, a socket stands for localhost only.
        bool isLocal = socket is not null && host is "localhost" or "";
        bool isOwnMachine = isLocal || host is "::1" || host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.StartsWith("127.", StringComparison.Ordinal);
        if (Encryption(values, isOwnMachine, ref objection) is not { } encryption)
        {
            return null;
        }

        return new MySqlConnectionStringBuilder
        {
            Server = isLocal ? socket : host,
            ConnectionProtocol = isLocal ? MySqlConnectionProtocol.UnixSocket : MySqlConnectionProtocol.Tcp,
            Port = port,
            UserID = values.GetValueOrDefault("user", ""),
            Password = values.GetValueOrDefault("password", ""),
            Database = values.GetValueOrDefault("database", UsualDatabase),
            SslCa = values.GetValueOrDefault("ssl-ca", ""),
            SslMode = encryption,
            Pooling = false,
            ApplicationName = "check_voipmon",
            AllowUserVariables = false,
            CancellationTimeout = -1,
            DefaultCommandTimeout = 0,
            LoadBalance = MySqlLoadBalance.FailOver,
        };
    }

    /// <summary>
    /// TLS that is verified, or none: inside TLS the server may ask for the password itself (mysql_clear_password, and the full
    /// authentication of caching_sha2_password), so that whoever answers in its place would be given it. Without TLS the library sends a
    /// scrambled hash and refuses to send more. On this machine TLS would protect nothing and cost the reading of every authority, so it is
    /// used when asked for. As for MySQL's own clients, REQUIRED with ssl-ca is VERIFY_CA.
    /// </summary>
    private static MySqlSslMode? Encryption(Dictionary<string, string> values, bool isOwnMachine, ref string objection)
    {
        bool hasAuthority = values.ContainsKey("ssl-ca");
        string mode = values.GetValueOrDefault("ssl-mode", "").ToUpperInvariant();
        switch (mode)
        {
            case "DISABLED":
                return MySqlSslMode.None;
            case "VERIFY_IDENTITY":
                return MySqlSslMode.VerifyFull;
            case "VERIFY_CA" or "REQUIRED" or "PREFERRED" when hasAuthority:
                return MySqlSslMode.VerifyCA;
            case "" or "PREFERRED" when isOwnMachine && !hasAuthority && !IsOn("ssl-verify-server-cert"):
                return MySqlSslMode.None;
            case "" when IsOn("skip-ssl") || IsOff("ssl"):
                return MySqlSslMode.None;
            case "" when hasAuthority && !IsOn("ssl-verify-server-cert"):
                return MySqlSslMode.VerifyCA;
            case "" when !IsOff("ssl-verify-server-cert"):
                return MySqlSslMode.VerifyFull;
            case "" or "VERIFY_CA" or "REQUIRED" or "PREFERRED":
                string given = mode.Length == 0 ? "ssl-verify-server-cert=0" : $"ssl-mode={mode}";
                objection = $"{given} without ssl-ca believes any certificate, so that whoever answers in the database's place is given "
                    + $"the password; expected {Believed}, or ssl-mode=DISABLED on a network that you trust";
                return null;
            default:
                objection = $"its ssl-mode is none; expected {Modes}";
                return null;
        }

        bool IsOn(string key) => values.TryGetValue(key, out string? text) && !Off.Contains(text.ToUpperInvariant());
        bool IsOff(string key) => values.TryGetValue(key, out string? text) && Off.Contains(text.ToUpperInvariant());
    }

    private static string Value(string text)
    {
        bool isQuoted = text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0];
        return (isQuoted ? text[1..^1] : text).Replace("\\\\", "\\", StringComparison.Ordinal);
    }
}
