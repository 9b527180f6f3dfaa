using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.Plugins.OverSsh;

/// <summary>
/// One command over SSH, the only file that knows the library. Every step is abandoned when the deadline comes; nothing is closed politely
/// then, because the process ends at once and the node bounds the command by itself.
/// </summary>
internal sealed class SshConnection(Destination destination, KnownHosts known, Deadline deadline)
{
    /// <summary>The bytes of output that are kept: the longest answer, and room for noise before it.</summary>
    internal const int Kept = RelayedAnswer.LongestOutput + (32 * 1024);

    /// <summary>The bytes of output that are read before the command is given up.</summary>
    internal const int Longest = 4 * 1024 * 1024;

    private const int KeptOfError = 2048;
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private CancellationToken end;
    private HostKey? presented;
    private bool isTrusted;
    private string phase = "the connection";

    /// <summary>
    /// Connects, proves the host, logs in, runs the command and reads to its end. Does not throw for what the other side does.
    /// </summary>
    /// <exception cref="UsageException">The identity cannot be used.</exception>
    internal SshAnswer Run(byte[] identity, string identityPath, string command)
    {
        using CancellationTokenSource timer = new(deadline.LeftForWaiting);
        end = timer.Token;
        NameService.UseFilesAndDnsOnly();
        using PrivateKeyFile key = ReadIdentity(identity, identityPath);
        using PrivateKeyAuthenticationMethod login = new(destination.User, key);
        ConnectionInfo connection = new(destination.Host, destination.Port, destination.User, login)
        {
            Timeout = deadline.LeftForWaiting,
            MaxSessions = 1,
        };
        PreferKnownTypes(connection);
        try
        {
            return Converse(connection, command).GetAwaiter().GetResult();
        }
        catch (Exception exception) when (exception is SocketException or SshException or OperationCanceledException or ObjectDisposedException or IOException)
        {
            return Trouble(exception);
        }
    }

    private static PrivateKeyFile ReadIdentity(byte[] bytes, string path)
    {
        try
        {
            return new PrivateKeyFile(new MemoryStream(bytes));
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            throw new UsageException($"identity '{path}' is encrypted, and nobody is here to type a passphrase; cure: a key of its own without one (ssh-keygen -t ed25519 -N '' -f FILE), bound to run-check on the node");
        }
        catch (Exception)
        {
            // The library's words may quote what it could not read.
            throw new UsageException($"identity '{path}' is no private key that can be used; accepted are ed25519, ecdsa and rsa keys as ssh-keygen writes them");
        }
    }

    private async Task<SshAnswer> Converse(ConnectionInfo connection, string command)
    {
#pragma warning disable CA2000 // closing it waits for the other side; the process ends here and the kernel closes what is open
        SshClient client = new(connection);
#pragma warning restore CA2000
        client.ServerIdentificationReceived += (_, _) => phase = "the key exchange";
        client.HostKeyReceived += (_, shown) =>
        {
            presented = new HostKey(shown.HostKey);
            isTrusted = known.Trusted.Any(trusted => trusted.Key.IsSame(presented)) && !known.Revoked.Any(revoked => revoked.Key.IsSame(presented));
            shown.CanTrust = isTrusted;
            phase = "the login";
        };
        await client.ConnectAsync(end).WaitAsync(end);
        phase = "the end of the command";
        SshCommand running = client.CreateCommand(command);
        Task done = running.ExecuteAsync(CancellationToken.None);
        Task<string> error = ReadBeginning(running.ExtendedOutputStream);
        (byte[] output, long length) = await ReadOutput(running.OutputStream).WaitAsync(end);
        if (length > Longest)
        {
            return new SshAnswer(SshOutcome.TooLong, clock.Elapsed);
        }

        await done.WaitAsync(end);
        string complaint = await error.WaitAsync(end);
        return running.ExitStatus is null && running.ExitSignal is null
            ? new SshAnswer(SshOutcome.CutOff, clock.Elapsed, $"the connection ended after {length} bytes of output and without an exit code")
            : new SshAnswer(SshOutcome.Answered, clock.Elapsed)
            {
                Output = output,
                Length = length,
                Error = complaint,
                ExitCode = running.ExitSignal is null ? running.ExitStatus : null,
                Signal = running.ExitSignal,
                PresentedKey = presented,
            };
    }

    // The server takes the first type of ours that it has: a key of another type than the known one must not look like a changed key.
    private void PreferKnownTypes(ConnectionInfo connection)
    {
        HashSet<string> types = [.. known.Trusted.Select(trusted => trusted.Key.Type)];
        foreach (var (name, algorithm) in connection.HostKeyAlgorithms.ToList())
        {
            bool isCertificate = name.Contains("-cert-", StringComparison.Ordinal);
            bool isKnown = types.Contains(name.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? "ssh-rsa" : name);
            if (isCertificate || !isKnown)
            {
                connection.HostKeyAlgorithms.Remove(name);
            }

            if (!isCertificate && !isKnown)
            {
                connection.HostKeyAlgorithms.Add(name, algorithm);
            }
        }
    }

    private static async Task<(byte[] Output, long Length)> ReadOutput(Stream stream)
    {
        using MemoryStream kept = new();
        byte[] buffer = new byte[16 * 1024];
        long length = 0;
        while (length <= Longest && await stream.ReadAsync(buffer) is var count and > 0)
        {
            await kept.WriteAsync(buffer.AsMemory(0, (int)Math.Min(count, Kept - kept.Length)));
            length += count;
        }

        return (kept.ToArray(), length);
    }

    private static async Task<string> ReadBeginning(Stream stream)
    {
        byte[] buffer = new byte[KeptOfError];
        byte[] rest = new byte[4096];
        int length = 0;
        while (await stream.ReadAsync(length < buffer.Length ? buffer.AsMemory(length) : rest) is var count and > 0)
        {
            length = Math.Min(buffer.Length, length + count);
        }

        return Encoding.UTF8.GetString(buffer, 0, length);
    }

    private SshAnswer Trouble(Exception exception) => exception switch
    {
        OperationCanceledException or SshOperationTimeoutException => Of(SshOutcome.Silent, phase),
        SocketException { SocketErrorCode: SocketError.TimedOut } => Of(SshOutcome.Silent, phase),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => Of(SshOutcome.Refused, ""),
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery } failure => Of(SshOutcome.Unresolved, failure.Message),
        SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.HostDown or SocketError.NetworkDown } failure => Of(SshOutcome.Unreachable, failure.Message),
        _ when presented is not null && !isTrusted => Of(SshOutcome.HostKeyRefused, ""),
        SshAuthenticationException failure => Of(SshOutcome.IdentityRefused, failure.Message),
        _ when phase == "the end of the command" => Of(SshOutcome.CutOff, exception.Message),
        _ => Of(SshOutcome.Broken, $"{exception.Message} (during {phase})"),
    };

    private SshAnswer Of(SshOutcome outcome, string detail) => new(outcome, clock.Elapsed, detail) { PresentedKey = presented };
}
