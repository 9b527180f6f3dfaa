using System.Security.Cryptography;
using Ringfree.Monitoring.Plugin;

namespace Ringfree.Monitoring.Plugins.Haproxy;

/// <summary>
/// Evaluates whether HAProxy has loaded what a bundle holds: it reads bundles when it starts. It says so itself where the stats socket's
/// level allows; else a bundle that was written after it started is likely not loaded.
/// </summary>
internal sealed class LoadedEvaluation(ConcernReport concern, Options options)
{
    /// <summary>A renewal writes the bundle, then reloads.</summary>
    private static readonly TimeSpan TimeToReload = TimeSpan.FromMinutes(10);

    /// <summary>Evaluates one bundle.</summary>
    /// <param name="path">The bundle.</param>
    /// <param name="bundle">What it holds.</param>
    /// <param name="leaf">Its first certificate.</param>
    /// <param name="loaded">What each HAProxy has in memory.</param>
    internal void Evaluate(string path, Bundle bundle, BundleCertificate leaf, IReadOnlyList<LoadedCertificates> loaded)
    {
        var place = Place.Of(path);
        string inside = place.Inside(path);
        LoadedCertificates[] here = [.. loaded.Where(one => one.Place == place)];
        if (here.FirstOrDefault(one => one.ByPath.ContainsKey(inside)) is { } told)
        {
            EvaluateTold(path, bundle, leaf, told.ByPath[inside], place);
        }
        else if (here is [{ Uptime: { } uptime }, ..] && bundle.Written is { } written)
        {
            EvaluateAge(path, written, concern.Now - uptime, place);
        }
    }

    private void EvaluateTold(string path, Bundle bundle, BundleCertificate leaf, LoadedCertificate? loaded, Place place)
    {
        if (loaded is null)
        {
            concern.Ok($"HAProxy has loaded no bundle by the name {path}");
            return;
        }

        // Behind another one it is not renewed: that HAProxy would refuse the bundle is said of the bundle.
        if (bundle.Certificates.Exists(other => string.Equals(
            loaded.Fingerprint, other.Value.GetCertHashString(HashAlgorithmName.SHA1), StringComparison.OrdinalIgnoreCase)))
        {
            concern.Ok($"HAProxy has loaded the certificate of bundle {path}");
            return;
        }

        string until = loaded.NotAfter is { } end
            ? $" that {(end <= concern.Now ? "has expired" : "expires")} on {Sentences.Day(end)}"
            : "";
        bool isOlder = loaded.NotAfter > leaf.NotAfter;
        double? left = (loaded.NotAfter - concern.Now)?.TotalSeconds;
        Status ofLifetime = left is { } seconds ? options.Measure(HaproxyCheck.CertificateLifetime, seconds).Status : Status.Ok;
        concern.Problem(
            Status.Warning.Or(left <= 0 ? Status.Critical : ofLifetime),
            (isOlder ? HaproxyHeadlines.OlderThanLoaded : HaproxyHeadlines.RenewedNotLoaded).About(path),
            $"HAProxy has loaded a certificate of bundle {path}{until}, while the "
                + (isOlder
                    ? $"file holds an older one, {leaf.Name}, until {Sentences.Day(leaf.NotAfter)}: the next reload takes the newer one "
                        + "away; cure: put the newer bundle back"
                    : $"renewed one in the file, {leaf.Name}, is valid until {Sentences.Day(leaf.NotAfter)} and not loaded; cure: "
                        + place.Command("service haproxy reload")));
    }

    private void EvaluateAge(string path, DateTimeOffset written, DateTimeOffset started, Place place)
    {
        if (written > started && concern.Now - written > TimeToReload)
        {
            concern.Problem(
                Status.Warning,
                HaproxyHeadlines.WrittenSince.About(path),
                $"bundle {path} was written on {Words.Moment(written)}, after HAProxy started on {Words.Moment(started)}, and is likely "
                    + $"not loaded; cure: {place.Command("service haproxy reload")}");
        }
    }
}
