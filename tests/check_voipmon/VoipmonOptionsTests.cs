using MySqlConnector;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.Voipmon;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

public class VoipmonOptionsTests
{
    [Theory]
    [InlineData("--manager localhost", "--manager 'localhost' is no socket; accepted are an absolute path of at most 107 bytes, HOST:PORT or [IPV6]:PORT")]
    [InlineData("--mysql-options my.cnf", "--mysql-options 'my.cnf' is no absolute path; accepted is a path that begins with /")]
    [InlineData("--spool spool", "--spool 'spool' is no absolute path; accepted is a path that begins with /")]
    [InlineData("--sensor atl", "--sensor 'atl' is no sensor; accepted is its id_sensor, a number from 1 to 65535")]
    [InlineData("--ignore-sensor 0", "--ignore-sensor '0' is no sensor; accepted is its id_sensor, a number from 1 to 65535")]
    [InlineData("--longest-call long", "--longest-call 'long' is not a duration; accepted is a whole number and s, m, h or d, such as 90s or 15m")]
    [InlineData("--clean-min-gb 0", "--clean-min-gb '0' is no number of gigabytes; accepted is more than 0 and less than 1000000")]
    [InlineData("--only freshness", "--only freshness needs --mysql-options FILE: the database, as a MySQL option file")]
    [InlineData("--only database", "--only database needs --mysql-options FILE: ")]
    [InlineData("--only sensors", "--only sensors needs --mysql-options FILE: ")]
    [InlineData("--only spool", "--only spool needs --spool DIR: the sniffer's spool folder, when it is on this machine")]
    public void A_mistake_is_unknown_and_says_what_is_accepted(string arguments, string sentence)
    {
        (string output, int code) = Host.RunInside<VoipmonCheck>(arguments.Split(' '), new FakeWorld());
        Assert.Equal(3, code);
        Assert.StartsWith($"VOIPMON UNKNOWN - {sentence}", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[client]\nhost=db\n", "db", 3306, MySqlSslMode.VerifyFull)]
    [InlineData("[client]\nhost = 'db'\nport=3307\nssl-ca=/ca.pem\n", "db", 3307, MySqlSslMode.VerifyCA)]
    [InlineData("[client]\nhost=db\nssl-ca=/ca.pem\nssl-verify-server-cert\n", "db", 3306, MySqlSslMode.VerifyFull)]
    [InlineData("[client]\nhost=db\nssl_mode=required\nssl-ca=/ca.pem\n", "db", 3306, MySqlSslMode.VerifyCA)]
    [InlineData("[client]\nhost=db\nssl-mode=VERIFY_IDENTITY\nssl-ca=/ca.pem\n", "db", 3306, MySqlSslMode.VerifyFull)]
    [InlineData("[client]\nhost=db\nssl-mode=DISABLED\n", "db", 3306, MySqlSslMode.None)]
    [InlineData("[client]\nhost=db\nssl=0\n", "db", 3306, MySqlSslMode.None)]
    [InlineData("[client]\nhost=db\nssl-verify-server-cert=0\nssl-ca=/ca.pem\n", "db", 3306, MySqlSslMode.VerifyCA)]
    [InlineData("[client]\nhost=Localhost\nssl-verify-server-cert=0\n", "Localhost", 3306, MySqlSslMode.None)]
    [InlineData("[client]\nhost=localhost\nssl-verify-server-cert\n", "localhost", 3306, MySqlSslMode.VerifyFull)]
    [InlineData("[client]\nhost=127.0.0.1\n", "127.0.0.1", 3306, MySqlSslMode.None)]
    [InlineData("[client]\nsocket=/run/s\n", "/run/s", 3306, MySqlSslMode.None)]
    [InlineData("[client]\nhost=db\n[check_voipmon]\nhost=other\n[mysqld]\nhost=no\n", "other", 3306, MySqlSslMode.VerifyFull)]
    public void An_option_file(string text, string server, int port, MySqlSslMode mode)
    {
        MySqlConnectionStringBuilder settings = MySqlOptionFile.Parse(text, out _)!;
        Assert.Equal((server, (uint)port, mode, "voipmonitor"), (settings.Server, settings.Port, settings.SslMode, settings.Database));
    }

    [Theory]
    [InlineData("[client]\n!include /etc/my.cnf\n", "line 2 includes another file; accepted is one file with everything in it")]
    [InlineData("[client]\nssl-mode=ON\n", "its ssl-mode is none; expected DISABLED, PREFERRED, REQUIRED, VERIFY_CA or VERIFY_IDENTITY")]
    [InlineData(
        "[client]\nssl-mode=REQUIRED\n",
        "ssl-mode=REQUIRED without ssl-ca believes any certificate, so that whoever answers in the database's place is given the password; "
            + "expected ssl-ca=FILE with its authority, or with its own certificate when that is self-signed, or ssl-mode=DISABLED on a "
            + "network that you trust")]
    [InlineData("[client]\nport=many\n", "its port is none; accepted is a number from 1 to 65535")]
    public void An_option_file_that_is_not_used(string text, string objection)
    {
        Assert.Null(MySqlOptionFile.Parse(text, out string said));
        Assert.Equal(objection, said);
    }
}
