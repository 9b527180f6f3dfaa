using System.Globalization;
using System.Text;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.Openvz;

/// <summary>How full a container's own disk is, in bytes or in inodes.</summary>
/// <param name="Container">The container's id.</param>
/// <param name="IsOfInodes">Whether inodes are counted, not bytes.</param>
/// <param name="Used">In use now.</param>
/// <param name="Limit">What it may use; more than zero.</param>
internal readonly record struct DiskUse(string Container, bool IsOfInodes, ulong Used, ulong Limit)
{
    /// <summary>What the container's own file system says, as df does: what is reserved for root counts as full.</summary>
    internal static IEnumerable<DiskUse> OfFileSystem(string container, MountStatus status)
    {
        long used = Math.Max(0, status.TotalBytes - status.FreeBytes);
        long limit = used + status.AvailableBytes;
        if (limit > 0)
        {
            yield return new DiskUse(container, false, (ulong)used, (ulong)limit);
        }

        if (status.TotalFiles > 0)
        {
            yield return new DiskUse(container, true, (ulong)Math.Max(0, status.TotalFiles - status.FreeFiles), (ulong)status.TotalFiles);
        }
    }

    /// <summary>
    /// Reads /proc/vz/vzquota: a line with a container's id and private area, then one for blocks of a KiB and one for inodes, with what is
    /// used, the soft and the hard limit. The soft one is what df shows inside; past it a container has its grace time, which is none by
    /// default.
    /// <code>
    /// qid: path                                          usage      softlimit      hardlimit       time     expire
    /// 101: /vz/private/101
    ///             1k-blocks                            1001444        2097152        2306867          0          0
    ///                inodes                              41372         200000         220000          0          0
    /// </code>
    /// Source: vzlist.c of vzctl, get_run_quota_stat.
    /// </summary>
    /// <returns>Null when a line of a container is not of that form.</returns>
    internal static IReadOnlyList<DiskUse>? ParseQuotas(ReadOnlySpan<byte> text)
    {
        const ulong BlockSize = 1024;
        List<DiskUse> found = [];
        string? container = null;
        foreach (string line in Encoding.UTF8.GetString(text).Split('\n'))
        {
            string[] words = line.Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0 && words[0].EndsWith(':'))
            {
                container = ContainerId.IsOne(words[0][..^1]) ? words[0][..^1] : null;
            }
            else if (words.Length > 0 && container is not null && words[0] is "1k-blocks" or "inodes")
            {
                if (words.Length < 4 || Number(words[1]) is not { } used
                    || Number(words[2]) is not { } soft || Number(words[3]) is not { } hard)
                {
                    return null;
                }

                ulong unit = words[0] == "inodes" ? 1 : BlockSize;
                ulong limit = soft > 0 ? soft : hard;
                if (limit > 0 && !Beancounter.IsUnlimited(limit) && limit < ulong.MaxValue / BlockSize)
                {
                    found.Add(new DiskUse(container!, unit == 1, Math.Min(used, limit * 2) * unit, limit * unit));
                }
            }
        }

        return found;
    }

    private static ulong? Number(string word) =>
        ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : null;
}
