using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Ringfree.Monitoring.CheckVoipmon.Tests;

/// <summary>How a rogue asks for the password itself.</summary>
public enum RogueAsk
{
    /// <summary>It switches to mysql_clear_password.</summary>
    Clear,

    /// <summary>It demands the full authentication of caching_sha2_password.</summary>
    FullAuthentication,
}

/// <summary>
/// Whoever answers in the database's place: greets as a MySQL or MariaDB, takes TLS with a certificate of its own where it offers it, and
/// asks for the password. Source: MySQL and MariaDB client/server protocol, connection phase.
/// </summary>
internal sealed class RogueMySql : IDisposable
{
    private const int SslRequest = 32;
    private readonly TcpListener listener = new(IPAddress.Any, 0);
    private readonly X509Certificate2 certificate = SelfSigned();
    private readonly RogueAsk ask;
    private readonly bool speaksTls;
    private readonly string version;
    private readonly Lock gate = new();
    private readonly MemoryStream received = new();

    internal RogueMySql(RogueAsk ask, bool speaksTls, string version)
    {
        (this.ask, this.speaksTls, this.version) = (ask, speaksTls, version);
        listener.Start();
        _ = Serve();
    }

    internal int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>Connections that were greeted.</summary>
    internal int Greeted { get; private set; }

    /// <summary>All that came, inside TLS too, a byte a character.</summary>
    internal string Received
    {
        get
        {
            lock (gate)
            {
                return Encoding.Latin1.GetString(received.ToArray());
            }
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        certificate.Dispose();
        received.Dispose();
    }

    private static X509Certificate2 SelfSigned()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                using TcpClient client = await listener.AcceptTcpClientAsync();
                try
                {
                    await Ask(client.GetStream());
                }
                catch (Exception exception) when (exception is IOException or System.Security.Authentication.AuthenticationException)
                {
                    // The client left.
                }
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Ask(Stream stream)
    {
        string plugin = ask == RogueAsk.Clear ? "mysql_native_password" : "caching_sha2_password";
        await Send(stream, 0, Greeting(plugin));
        Greeted++;
        (byte sequence, byte[] body) = await Read(stream);
        if (speaksTls && body.Length == SslRequest)
        {
            SslStream inside = new(stream);
            await inside.AuthenticateAsServerAsync(certificate);
            stream = inside;
            (sequence, _) = await Read(stream);
        }

        byte[] demand = ask == RogueAsk.Clear ? [0xfe, .. "mysql_clear_password\0"u8] : [1, 4];
        await Send(stream, (byte)(sequence + 1), demand);
        await Read(stream);
    }

    private byte[] Greeting(string plugin)
    {
        uint can = 0x0028_8289 | (speaksTls ? 0x0800u : 0);
        return
        [
            10, .. Encoding.ASCII.GetBytes(version), 0, 7, 0, 0, 0, .. "AAAAAAAA"u8, 0, (byte)can, (byte)(can >> 8), 0x21, 2, 0,
            (byte)(can >> 16), (byte)(can >> 24), 21, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, .. "BBBBBBBBBBBB"u8, 0,
            .. Encoding.ASCII.GetBytes(plugin), 0,
        ];
    }

    private static async Task Send(Stream stream, byte sequence, byte[] body) =>
        await stream.WriteAsync((byte[])[(byte)body.Length, (byte)(body.Length >> 8), 0, sequence, .. body]);

    private async Task<(byte Sequence, byte[] Body)> Read(Stream stream)
    {
        byte[] head = new byte[4];
        await stream.ReadExactlyAsync(head);
        byte[] body = new byte[head[0] | (head[1] << 8) | (head[2] << 16)];
        await stream.ReadExactlyAsync(body);
        lock (gate)
        {
            received.Write(body);
        }

        return (head[3], body);
    }
}
