using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugin;

/// <summary>A server of storage.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Names">This name, and its address where the option tells it.</param>
public sealed record StorageServer(string Name, IReadOnlyList<string> Names);

/// <summary>
/// A mount that must be there, as <c>--mount PATH=TYPE[,SOURCE[,OPTION...]]</c> says it. A word of it means the same in every check.
/// </summary>
/// <param name="Path">The mount point, in its normal form.</param>
/// <param name="Type">The file system's type as it was written; see <see cref="NormalType"/>.</param>
/// <param name="Servers">Whose volume it is, the preferred server first, each by its name and address; empty when any will do.</param>
/// <param name="Volume">The volume, as it follows the server and colon; null when any will do.</param>
/// <param name="Options">Mount options as the kernel's table shows them, each of which it must have.</param>
public sealed record RequiredMount(
    string Path, string Type, IReadOnlyList<StorageServer> Servers, string? Volume, IReadOnlyList<string> Options)
{
    /// <summary>A mount of a GlusterFS client.</summary>
    public const string Gluster = "glusterfs";

    /// <summary>A mount of an NFS client, of any version.</summary>
    public const string Nfs = "nfs";

    /// <summary>How the value is written, for help.</summary>
    public const string Form = "PATH=TYPE[,SOURCE[,OPTION...]]";

    /// <summary>What its parts mean, for help.</summary>
    public const string Meaning = "TYPE glusterfs (or fuse.glusterfs), nfs or another of /proc/mounts; SOURCE "
        + "SERVER[=ADDRESS][|SERVER[=ADDRESS]]:VOLUME, the preferred server first, or empty for any; each OPTION one that /proc/mounts "
        + "must show, such as hard, or ro";

    private const string ReadOnly = "ro";

    private const string AcceptedForm = "PATH=TYPE, PATH=TYPE,SERVER:VOLUME or PATH=TYPE,SERVER:VOLUME,OPTION with an absolute path, "
        + "further servers behind vertical bars, a server's address behind its name and further options behind commas, such as "
        + "/vz/dc-atl=nfs,storage-atl=192.0.2.41|storage-dal:/dc-atl,hard";

    /// <summary>Whether it is to be mounted read-only.</summary>
    public bool MayBeReadOnly => Options.Contains(ReadOnly);

    /// <summary>"storage-atl or storage-dal:nimbus"; null when any will do.</summary>
    public string? Source => Volume is null ? null : $"{string.Join(" or ", Servers.Select(server => server.Name))}:{Volume}";

    /// <summary>"glusterfs of storage-atl or storage-dal:nimbus".</summary>
    public string Wanted => Source is null ? Type : $"{Type} of {Source}";

    /// <summary>One word for the types that are one: fstab says glusterfs where the kernel says fuse.glusterfs, and nfs4 is nfs.</summary>
    /// <param name="type">A type of /etc/fstab, of the kernel's table or of the option.</param>
    /// <returns>The word; the type itself where there is only one.</returns>
    public static string NormalType(string type) => type switch
    {
        "fuse.glusterfs" => Gluster,
        "nfs4" => Nfs,
        _ => type,
    };

    /// <summary>Reads the values of an option.</summary>
    /// <param name="texts">Each of them.</param>
    /// <param name="types">The types that are accepted. Default: null, any.</param>
    /// <returns>In their order.</returns>
    /// <exception cref="UsageException">One is of another form, or names a path a second time.</exception>
    public static IReadOnlyList<RequiredMount> ParseAll(IReadOnlyList<string> texts, IReadOnlyList<string>? types = null)
    {
        List<RequiredMount> mounts = [];
        foreach (string text in texts)
        {
            RequiredMount mount = Parse(text);
            if (types?.Contains(NormalType(mount.Type)) == false)
            {
                throw new UsageException($"--mount '{text}' is of type '{mount.Type}'; accepted is {string.Join(" or ", types)}");
            }

            if (mounts.Exists(known => known.Path == mount.Path))
            {
                throw new UsageException($"--mount '{text}' names {mount.Path} a second time; accepted is each path once");
            }

            mounts.Add(mount);
        }

        return mounts;
    }

    /// <summary>Whether a mount is of this type.</summary>
    /// <param name="mount">What is mounted.</param>
    /// <returns>True for another spelling of the type, too.</returns>
    public bool IsTypeOf(Mount mount) => NormalType(mount.Type) == NormalType(Type);

    /// <summary>Whether a mount holds this volume, from any server; HOST:VOLUME and HOST:/VOLUME are the same.</summary>
    /// <param name="mount">What is mounted.</param>
    /// <returns>True when any volume will do.</returns>
    public bool IsVolumeOf(Mount mount) => Volume is null || ServerNames.VolumeOf(mount) == Volume.Trim('/');

    /// <summary>The options that a mount should have and has not.</summary>
    /// <param name="mount">What is mounted.</param>
    /// <returns>In the order of the option.</returns>
    public IReadOnlyList<string> OptionsLackedBy(Mount mount) => [.. Options.Where(option => !mount.Options.Contains(option))];

    /// <summary>How a mount differs in its options.</summary>
    /// <param name="mount">What is mounted.</param>
    /// <returns>"soft, and --mount asks for hard"; null when it has every option.</returns>
    public string? Difference(Mount mount)
    {
        IReadOnlyList<string> lacked = OptionsLackedBy(mount);
        IEnumerable<string> there = lacked.Select(option =>
            Opposites(option).FirstOrDefault(mount.Options.Contains) ?? $"without {option}");
        return lacked.Count == 0 ? null : $"{string.Join(" and ", there)}, and --mount asks for {string.Join(" and ", lacked)}";
    }

    /// <summary>Words of nfs(5) and mount(8) that exclude each other, and other values of the same key.</summary>
    private static IEnumerable<string> Opposites(string option) => option switch
    {
        "hard" => ["soft", "softerr"],
        "soft" => ["hard", "softerr"],
        "ro" => ["rw"],
        "rw" => ["ro"],
        "sync" => ["async"],
        _ => option.StartsWith("no", StringComparison.Ordinal) ? [option[2..]] : [$"no{option}"],
    };

    private static RequiredMount Parse(string text)
    {
        int comma = text.IndexOf(',', StringComparison.Ordinal);
        string head = comma < 0 ? text : text[..comma];
        int equals = head.LastIndexOf('=');
        string path = equals < 0 ? "" : MountTable.NormalPath(head[..equals]);
        string type = head[(equals + 1)..];
        if (!path.StartsWith('/') || type.Length == 0)
        {
            throw new UsageException($"--mount '{text}' is no mount; accepted is {AcceptedForm}");
        }

        RequiredMount mount = new(path, type, [], null, []);
        return comma < 0 ? mount : mount.With(text[(comma + 1)..], text);
    }

    private RequiredMount With(string rest, string whole)
    {
        int colon = rest.StartsWith(',') ? -1 : rest.LastIndexOf(':');
        int end = colon < 0 ? rest.IndexOf(',', StringComparison.Ordinal) : rest.IndexOf(',', colon);
        string source = end < 0 ? rest : rest[..end];
        string[] options = end < 0 ? [] : rest[(end + 1)..].Split(',');
        string[][] servers = [.. (colon < 0 ? "" : rest[..colon]).Split('|').Select(server => server.Split('=', 2))];
        bool hasSource = colon > 0 && colon < source.Length - 1 && Array.TrueForAll(servers, names => Array.TrueForAll(names, IsName));
        if (!(hasSource || (source.Length == 0 && options.Length > 0)) || options.Contains(""))
        {
            throw new UsageException($"--mount '{whole}': '{(hasSource ? rest : source)}' is no source; accepted is {AcceptedForm}");
        }

        return this with
        {
            Servers = hasSource ? [.. servers.Select(names => new StorageServer(names[0], names))] : [],
            Volume = hasSource ? source[(colon + 1)..] : null,
            Options = options,
        };
    }

    private static bool IsName(string name) => name.Length > 0 && !name.Contains(',', StringComparison.Ordinal);
}
