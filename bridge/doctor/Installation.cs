using System.Runtime.InteropServices;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Bridge;

/// <summary>What a path is on this machine.</summary>
/// <param name="Facts">Null when it cannot be looked at.</param>
/// <param name="Error">The kernel's number then.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PathLook(FileFacts? Facts, int Error)
{
    public bool IsAbsent => Facts is null && Error is Libc.ENOENT or Libc.ENOTDIR;
}

/// <summary>
/// Judges folders, owners and permissions for the two users that need them: serve's, who owns the store, and the scheduler's, who runs
/// notify and is in the spool's group. It looks at nothing but owner, mode and groups, so that no user has to be changed.
/// </summary>
internal sealed class Installation
{
    private const string DefaultUser = "ringfree-bridge";
    private const string OwnFolder = "/etc/ringfree";
    private const uint SpoolMode = 0x5F8; // 2770

    private readonly Config config;
    private readonly Func<string, PathLook> look;
    private readonly AccountFiles accounts;
    private readonly List<string> problems = [];
    private readonly List<string> unknown = [];
    private readonly List<string> hidden = [];
    private readonly HashSet<string> closed = new(StringComparer.Ordinal);

    private Installation(Config config, Func<string, PathLook> look, AccountFiles accounts)
    {
        this.config = config;
        this.look = look;
        this.accounts = accounts;
    }

    /// <summary>One line each, with the cure.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>What cannot be known from here, one line each.</summary>
    public IReadOnlyList<string> Unknown => unknown;

    /// <summary>Paths that the user who asks may not look at.</summary>
    public IReadOnlyList<string> Hidden => hidden;

    /// <summary>Serve's user; null when it is not known.</summary>
    public Account? Serve { get; private set; }

    /// <summary>The scheduler's user; null when it is not known.</summary>
    public Account? Scheduler { get; private set; }

    /// <summary>True when the config has [watch] and nothing of notify and serve is on this host.</summary>
    public bool IsOnlyWatch { get; private set; }

    /// <summary>Judges what the config names.</summary>
    /// <param name="config">The config.</param>
    /// <param name="configFile">Its file, which both users read.</param>
    /// <param name="secrets">The files of its secrets.</param>
    /// <param name="look">Asks the machine for a path, links followed.</param>
    /// <param name="accounts">Its users and groups.</param>
    public static Installation Judge(
        Config config, string configFile, IReadOnlyList<SecretPlace> secrets, Func<string, PathLook> look, AccountFiles accounts)
    {
        var installation = new Installation(config, look, accounts);
        installation.Judge(configFile, secrets);
        return installation;
    }

    private void Judge(string configFile, IReadOnlyList<SecretPlace> secrets)
    {
        PathLook spool = look(config.SpoolPath);
        if (config.Watch is not null && spool.IsAbsent)
        {
            IsOnlyWatch = true;
            return;
        }

        string storeFolder = Path.GetDirectoryName(config.StorePath)!;
        PathLook store = look(storeFolder);
        uint? owner = new[] { store.Facts?.User, spool.Facts?.User }
            .Where(user => user is not null).OrderBy(user => user == 0).FirstOrDefault();
        Serve = owner is { } number ? accounts.Find(number) : accounts.Find(DefaultUser);
        if (Serve is null)
        {
            (owner is null ? problems : unknown).Add(owner is null
                ? $"the user that serve runs as does not exist ({MakeUser})"
                : $"user {owner} is not in /etc/passwd: what serve may read and write is not known");
        }

        JudgeSpool(spool);
        JudgeStore(storeFolder, store);
        JudgeReading(configFile, isForNotify: true, isSecret: false);
        foreach (SecretPlace secret in secrets.Where(secret => !secret.IsCredential))
        {
            JudgeReading(secret.Path, secret.IsForNotify, isSecret: true);
        }
    }

    private string ServeName => Serve?.Name ?? DefaultUser;

    private string? GroupName => config.Scheduler is var name && accounts.HasGroup(name) ? name : null;

    private string MakeUser => "useradd --system --no-create-home --shell /usr/sbin/nologin --user-group"
        + $"{(GroupName is { } group ? $" --groups {group}" : "")} {DefaultUser}";

    private void JudgeSpool(PathLook spool)
    {
        string path = config.SpoolPath;
        if (spool.Facts is not { } facts)
        {
            Absent(path, spool, GroupName is { } known
                ? $"install -d -o {ServeName} -g {known} -m 2770 {path}"
                : "a folder of serve's user and the scheduler's group with mode 2770");
            return;
        }

        if (!facts.IsFolder)
        {
            problems.Add($"{path} is not a folder");
            return;
        }

        string group = accounts.NameOfGroup(facts.Group);
        Scheduler = SchedulerOf(facts.Group, group);
        if (Scheduler is null)
        {
            string cure = GroupName is { } right && right != group ? $"chgrp {right} {path}" : "chgrp to the scheduler's group";
            problems.Add($"{path} has group {group}, which no user of the scheduler is in ({cure})");
        }
        else if (Serve is { } serve && serve.User != 0 && !serve.Groups.Contains(facts.Group))
        {
            problems.Add(
                $"{serve.Name} is not in group {group} of {path}, so that serve cannot read what notify writes "
                + $"(usermod -aG {group} {serve.Name}, then restart serve)");
        }

        if (Serve is { User: { } user } && user != facts.User)
        {
            string owner = accounts.Find(facts.User)?.Name ?? $"user {facts.User}";
            problems.Add($"{path} belongs to {owner}, but serve runs as {ServeName} (chown {ServeName} {path})");
        }

        if ((facts.Mode & 0xDFF) != SpoolMode) // the sticky bit does no harm
        {
            problems.Add($"{path} has mode {facts.Permissions}; accepted: 2770 (chmod 2770 {path})");
        }

        JudgePassing(path, isForNotify: true);
    }

    // The user whose own group it is; where none or several have it as their own, any member of it.
    private Account? SchedulerOf(uint group, string name)
    {
        bool IsAnother(Account member) => member.User != Serve?.User && member.User != 0;
        return group == 0 || !accounts.MembersOf(group).Any(IsAnother) ? null
            : accounts.OwnersOf(group).Where(IsAnother).ToArray() is [var one] ? one
            : new Account($"a member of group {name}", null, new HashSet<uint> { group });
    }

    private void JudgeStore(string folder, PathLook store)
    {
        if (store.Facts is not { } facts)
        {
            string? ownGroup = Serve?.Groups.Select(accounts.NameOfGroup).FirstOrDefault(name => name == ServeName);
            Absent(folder, store, $"install -d -o {ServeName}{(ownGroup is null ? "" : $" -g {ownGroup}")} -m 0700 {folder}");
            return;
        }

        if (!facts.IsFolder)
        {
            problems.Add($"{folder} is not a folder");
            return;
        }

        if (Serve is { } serve)
        {
            if (!serve.May(Access.Read | Access.Write | Access.Pass, facts))
            {
                problems.Add($"{folder} cannot be written by {serve.Name}, serve's user; accepted: a folder of its own with mode 0700");
            }

            if (look(config.StorePath).Facts is { } file && !serve.May(Access.Read | Access.Write, file))
            {
                problems.Add(
                    $"{config.StorePath} cannot be written by {serve.Name}, serve's user (chown {serve.Name} {config.StorePath}*)");
            }
        }

        if ((facts.Mode & 0x17) != 0 && facts.User == Serve?.User)
        {
            problems.Add(
                $"{folder} has mode {facts.Permissions}, so that others see the incidents; accepted: 0700 (chmod g-w,o= {folder})");
        }

        JudgePassing(folder, isForNotify: false);
    }

    private void JudgeReading(string path, bool isForNotify, bool isSecret)
    {
        PathLook file = look(path);
        JudgePassing(path, isForNotify);
        if (file.Facts is not { } facts)
        {
            if (!file.IsAbsent)
            {
                hidden.Add(path);
            }

            return;
        }

        if (Refused(isForNotify, Access.Read, facts) is { } refused)
        {
            string? group = look(config.SpoolPath).Facts is { Group: not 0 } spool ? accounts.NameOfGroup(spool.Group) : GroupName;
            string cure = !isSecret ? $"chmod a+r {path}"
                : !isForNotify ? $"chown {ServeName} {path} && chmod 0600 {path}"
                : group is not null ? $"chown {ServeName}:{group} {path} && chmod 0640 {path}"
                : $"owner {ServeName}, the scheduler's group, mode 0640";
            problems.Add($"{path} cannot be read by {refused} ({cure})");
        }
    }

    private void JudgePassing(string path, bool isForNotify)
    {
        for (string? folder = Path.GetDirectoryName(path); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (look(folder).Facts is { } facts && Refused(isForNotify, Access.Pass, facts) is { } refused && closed.Add(folder))
            {
                string cure = folder == OwnFolder ? $"chmod a+x {folder}" : $"move it to where both may pass, such as {OwnFolder}";
                problems.Add($"{path} cannot be reached by {refused}: {folder} has mode {facts.Permissions} ({cure})");
                return;
            }
        }
    }

    /// <returns>The names of those who may not; null when all may.</returns>
    private string? Refused(bool isForNotify, Access access, FileFacts facts)
    {
        IEnumerable<Account> users = new[] { Serve, isForNotify ? Scheduler : null }.OfType<Account>();
        string[] names = [.. users.Where(user => !user.May(access, facts)).Select(user => user.Name)];
        return names.Length > 0 ? string.Join(" and ", names) : null;
    }

    private void Absent(string path, PathLook seen, string cure) =>
        (seen.IsAbsent ? problems : hidden).Add(seen.IsAbsent ? $"{path} does not exist ({cure})" : path);
}
