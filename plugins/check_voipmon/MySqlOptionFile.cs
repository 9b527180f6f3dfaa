using System.Globalization;
using MySqlConnector;

namespace Ringfree.Monitoring.Plugins.Voipmon;

/// <summary>
/// The part of MySQL's option file format that a client needs: <c>[client]</c> and <c>[check_voipmon]</c>, the later value wins; host,
/// port, socket, user, password, database, ssl-ca, ssl-mode and ssl-verify-server-cert. Other groups and keys are passed over, as MySQL's
/// own programs share the file; an include is refused. Source: dev.mysql.com, "Using Option Files".
/// </summary>
internal static class MySqlOptionFile
{
    private const string UsualDatabase = "voipmonitor";
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
        return new MySqlConnectionStringBuilder
        {
            Server = isLocal ? socket : host,
            ConnectionProtocol = isLocal ? MySqlConnectionProtocol.UnixSocket : MySqlConnectionProtocol.Tcp,
            Port = port,
            UserID = values.GetValueOrDefault("user", ""),
            Password = values.GetValueOrDefault("password", ""),
            Database = values.GetValueOrDefault("database", UsualDatabase),
            SslCa = values.GetValueOrDefault("ssl-ca", ""),
            SslMode = Encryption(values, isOwnMachine: isLocal || host is "localhost" or "::1" || host.StartsWith("127.", StringComparison.Ordinal)),
            Pooling = false,
            ApplicationName = "check_voipmon",
            AllowUserVariables = false,
            CancellationTimeout = -1,
            DefaultCommandTimeout = 0,
            LoadBalance = MySqlLoadBalance.FailOver,
        };
    }

    /// <summary>
    /// TLS when the server offers it; on this machine it would protect nothing and cost the reading of every authority, so it is used when
    /// asked for.
    /// </summary>
    private static MySqlSslMode Encryption(Dictionary<string, string> values, bool isOwnMachine)
    {
        bool verifiesName = values.TryGetValue("ssl-verify-server-cert", out string? verify) && verify is not ("0" or "OFF" or "off" or "FALSE" or "false");
        return values.GetValueOrDefault("ssl-mode", "").ToUpperInvariant() switch
        {
            "DISABLED" => MySqlSslMode.None,
            "REQUIRED" => MySqlSslMode.Required,
            "VERIFY_CA" => MySqlSslMode.VerifyCA,
            "VERIFY_IDENTITY" => MySqlSslMode.VerifyFull,
            _ when verifiesName => MySqlSslMode.VerifyFull,
            _ when values.ContainsKey("ssl-ca") => MySqlSslMode.VerifyCA,
            _ => isOwnMachine ? MySqlSslMode.None : MySqlSslMode.Preferred,
        };
    }

    private static string Value(string text)
    {
        bool isQuoted = text.Length >= 2 && text[0] is '\'' or '"' && text[^1] == text[0];
        return (isQuoted ? text[1..^1] : text).Replace("\\\\", "\\", StringComparison.Ordinal);
    }
}
