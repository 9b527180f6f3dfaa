namespace Ringfree.Monitoring.Bridge;

/// <summary>What a user does with a file or folder; the numbers are those of the permission bits.</summary>
[Flags]
internal enum Access
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Passes a folder.</summary>
    Pass = 1,

    /// <summary>Writes.</summary>
    Write = 2,

    /// <summary>Reads.</summary>
    Read = 4,
}

/// <summary>A user, or an unnamed member of a group.</summary>
/// <param name="Name">For sentences.</param>
/// <param name="User">Its number; null for an unnamed member.</param>
/// <param name="Groups">The numbers of all its groups.</param>
internal sealed record Account(string Name, uint? User, IReadOnlySet<uint> Groups)
{
    /// <summary>True when owner, mode and groups allow it; access control lists are not looked at.</summary>
    public bool May(Access access, FileFacts facts)
    {
        int shift = User == facts.User ? 6 : Groups.Contains(facts.Group) ? 3 : 0;
        return User == 0 || ((Access)(facts.Mode >> shift) & access) == access;
    }
}

/// <summary>The users and groups of this machine, as /etc/passwd and /etc/group have them.</summary>
internal sealed class AccountFiles
{
    private readonly List<(string Name, uint User, uint Group)> users;
    private readonly List<(string Name, uint Group, string[] Members)> groups;

    public AccountFiles(string passwd, string group)
    {
        users = [.. Fields(passwd)
            .Where(line => Number(line[2]) is not null && Number(line[3]) is not null)
            .Select(line => (line[0], Number(line[2])!.Value, Number(line[3])!.Value))];
        groups = [.. Fields(group)
            .Where(line => Number(line[2]) is not null)
            .Select(line => (line[0], Number(line[2])!.Value, line[3].Split(',', StringSplitOptions.RemoveEmptyEntries)))];
    }

    public static AccountFiles OfThisMachine() => new(Text("/etc/passwd"), Text("/etc/group"));

    public string NameOfGroup(uint number) => groups.Find(group => group.Group == number).Name ?? $"{number}";

    public bool HasGroup(string name) => groups.Exists(group => group.Name == name);

    /// <summary>A user by number; null when the two files do not know it.</summary>
    public Account? Find(uint number) => users.Find(user => user.User == number) is { Name: not null } found ? WithGroups(found) : null;

    public Account? Find(string name) => users.Find(user => user.Name == name) is { Name: not null } found ? WithGroups(found) : null;

    /// <summary>Every user in a group: it is their own, or they are listed as its members.</summary>
    public IEnumerable<Account> MembersOf(uint group) => users.Select(WithGroups).Where(user => user.Groups.Contains(group));

    /// <summary>Every user whose own group it is.</summary>
    public IEnumerable<Account> OwnersOf(uint group) => users.Where(user => user.Group == group).Select(WithGroups);

    private Account WithGroups((string Name, uint User, uint Group) user) => new(
        user.Name,
        user.User,
        groups.Where(group => group.Members.Contains(user.Name, StringComparer.Ordinal)).Select(group => group.Group)
            .Append(user.Group).ToHashSet());

    private static IEnumerable<string[]> Fields(string text) =>
        text.Split('\n').Select(line => line.Split(':')).Where(line => line.Length >= 4);

    private static uint? Number(string text) => uint.TryParse(text, out uint number) ? number : null;

    private static string Text(string file) => File.Exists(file) ? File.ReadAllText(file) : "";
}
