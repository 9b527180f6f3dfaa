using System.Text;

namespace Ringfree.Monitoring.Probes;

/// <summary>
/// Names of users and groups from /etc/passwd and /etc/group, read by hand: a static program that asks the name service crashes on hosts
/// whose nsswitch.conf names modules of another libc. Accounts of other sources (sssd, LDAP) appear as numbers.
/// </summary>
internal static class Accounts
{
    private const int LargestFile = 1 << 20;

    internal static string UserName(uint number) => number == 0 ? "root" : Name("/etc/passwd", number);

    internal static string GroupName(uint number) => number == 0 ? "root" : Name("/etc/group", number);

    private static string Name(string file, uint number)
    {
        string wanted = number.ToString();
        if (LocalFile.Read(file, LargestFile, followLinks: true) is { Failure: null } content)
        {
            foreach (string line in Encoding.UTF8.GetString(content.Bytes).Split('\n'))
            {
                string[] fields = line.Split(':');
                if (fields.Length > 2 && fields[2] == wanted)
                {
                    return fields[0];
                }
            }
        }

        return wanted;
    }
}
