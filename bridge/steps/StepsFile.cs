using System.Text;
using Microsoft.Win32.SafeHandles;
using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>
/// The file steps.toml, which the generator of the scheduler's objects writes. Whatever is wrong with it, pages are sent: without its words
/// when it is broken or untrusted, with those that were read last when it does not answer.
/// </summary>
/// <param name="path">The file; absent, there are no steps.</param>
internal sealed class StepsFile(string path)
{
    /// <summary>The largest file that is read, in bytes: 1 MiB.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>How long a page may wait for it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private volatile Steps current = Steps.None;
    private volatile string? complaint;
    private (FileFacts Facts, string? Complaint)? known;
    private Task reading = Task.CompletedTask;

    /// <summary>What was read last.</summary>
    public Steps Current => current;

    /// <summary>Why pages are sent without it, with the cure; null when nothing is wrong.</summary>
    public string? Complaint => complaint;

    /// <summary>Reads the file when it has changed. Disks that do not answer keep only a thread of their own waiting.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task RefreshAsync(CancellationToken stop)
    {
        reading = reading.IsCompleted ? Task.Run(Read, CancellationToken.None) : reading;
        try
        {
            await reading.WaitAsync(Patience, TimeProvider.System, stop);
        }
        catch (TimeoutException)
        {
            complaint = $"{path} cannot be read within {Patience.TotalSeconds} s";
        }
    }

    /// <summary>Follows the file's changes until stopped, and logs each complaint once.</summary>
    /// <exception cref="OperationCanceledException">The program ends.</exception>
    public async Task FollowAsync(Log log, TimeProvider time, CancellationToken stop)
    {
        string? logged = null;
        while (true)
        {
            await RefreshAsync(stop);
            if (complaint is { } wrong && wrong != logged)
            {
                log.StepsUnusable(wrong);
            }

            logged = complaint;
            await Task.Delay(Interval, time, stop);
        }
    }

    private void Read()
    {
        try
        {
            if (!TrustedFile.Read(path, Take))
            {
                Take(Steps.None, null, null);
            }
        }
        catch (DecoderFallbackException invalid)
        {
            Take(Steps.None, $"{path} is not UTF-8 (byte {invalid.Index + 1})", null);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            Take(Steps.None, unusable.Message, null);
        }
    }

    private void Take(SafeFileHandle file, FileFacts facts)
    {
        if (known is { } same && same.Facts == facts)
        {
            complaint = same.Complaint;
            return;
        }

        var problems = new Problems();
        Steps read = Steps.Parse(Text(file, facts), path, problems);
        Take(read, problems.Any ? problems.All[0].ToString() : null, facts);
    }

    private string Text(SafeFileHandle file, FileFacts facts)
    {
        if (facts.Size > MaxBytes)
        {
            throw new IOException($"{path} has {facts.Size} bytes; accepted: at most {MaxBytes}");
        }

        return StrictUtf8.GetString(KernelFile.ReadAll(file, facts.Size));
    }

    private void Take(Steps read, string? wrong, FileFacts? facts)
    {
        current = read;
        complaint = wrong;
        known = facts is { } of ? (of, wrong) : null;
    }
}
