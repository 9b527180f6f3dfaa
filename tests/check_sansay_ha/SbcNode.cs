using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>How a device misbehaves.</summary>
internal enum SbcFault
{
    None,
    Silent,
    SilentAfterHandshake,
    CutConnection,
    Status400,
    Status403,
    Status429,
    Status503,
    Redirect,
    EmptyBody,
    LoginPage,
    TruncatedXml,
    Json,
    RecursionText,
    DoctypeWithEntity,
    NoTable,
    NoState,
    EndlessBody,
    DeepXml,
    WideXml,
    ManyNames,
    ManyFields,
    ManySections,
    SoapFault,
    ReturnCode300,
    ReturnCode400,
    ReturnCode402,
    ReturnCode999,
    EmptyXmlFile,
}

/// <summary>
/// One SBC of the double: TLS with a certificate of its own, REST and SOAP, a state that tests turn. It was built from the vendor's WSDL
/// and from public clients, not from a device. Whatever is no reading request is kept in <see cref="Writes"/>.
/// </summary>
internal sealed class SbcNode : IDisposable
{
    internal const string User = "monitor";
    internal const string Password = "s3cret & <more>:{user}";

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentBag<Task> open = [];
    private readonly Dictionary<string, string> row;
    private int answering;
    private bool isDisposed;

    internal SbcNode(string state, string earlier, string attempts)
    {
        row = SbcDocument.Row(state, earlier, $"sum_attempt_session={attempts}");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN=sansay {attempts}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch.AddYears(100));
        Certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
        listener.Start();
        Address = $"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        _ = Accept();
    }

    internal X509Certificate2 Certificate { get; }

    internal string Pin => Convert.ToHexString(SHA256.HashData(Certificate.RawData));

    internal string Address { get; }

    internal bool HasRest { get; set; } = true;

    internal bool HasSoap { get; set; } = true;

    internal bool SpeaksMtom { get; set; }

    internal bool IsNewer { get; set; }

    internal string Uptime { get; set; } = "12 days 3 hours 4 minutes";

    /// <summary>Every request, as method and path or as method and SOAP operation.</summary>
    internal ConcurrentQueue<string> Requests { get; } = [];

    internal ConcurrentQueue<string> Writes { get; } = [];

    /// <summary>Runs before and after a statistics answer is composed.</summary>
    internal Func<Task> BeforeStatistics { get; set; } = () => Task.CompletedTask;

    internal Action AfterStatistics { get; set; } = () => { };

    private SbcFault Fault { get; set; }

    private int FaultsLeft { get; set; }

    internal void Misbehave(SbcFault fault, int times = int.MaxValue) => (Fault, FaultsLeft) = (fault, times);

    internal void Set(string field, string value)
    {
        lock (row)
        {
            row[field] = value;
        }
    }

    internal string Get(string field)
    {
        lock (row)
        {
            return row[field];
        }
    }

    /// <summary>Takes another role, as the device keeps its earlier one.</summary>
    internal void Become(string state)
    {
        lock (row)
        {
            row["ha_pre_state"] = row["ha_current_state"];
            row["ha_current_state"] = state;
        }
    }

    internal void Stop() => listener.Stop();

    public void Dispose()
    {
        if (!isDisposed)
        {
            end.Cancel();
        }

        isDisposed = true;
        listener.Dispose();
        end.Dispose();
        Certificate.Dispose();
    }

    private async Task Accept()
    {
        try
        {
            while (true)
            {
                TcpClient client = await listener.AcceptTcpClientAsync(end.Token);
                open.Add(Task.Run(() => Serve(client)));
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The node was stopped.
        }
    }

    private async Task Serve(TcpClient client)
    {
        try
        {
            using (client)
            {
                SbcFault fault = Fault;
                if (fault == SbcFault.Silent)
                {
                    await Task.Delay(Timeout.Infinite, end.Token);
                }

                await using SslStream stream = new(client.GetStream());
                await stream.AuthenticateAsServerAsync(Certificate);
                (string head, string body) = await ReadRequest(stream);
                byte[] answer;
                try
                {
                    // Two requests at the same moment: the device answers 400 to the later one.
                    bool collides = Interlocked.Increment(ref answering) > 1;
                    answer = await Answer(head, body, fault);
                    answer = collides ? Http(400, "") : answer;
                }
                finally
                {
                    Interlocked.Decrement(ref answering);
                }

                await stream.WriteAsync(answer, end.Token);
                if (fault == SbcFault.EndlessBody)
                {
                    byte[] more = Encoding.ASCII.GetBytes(new string(' ', 65536));
                    while (true)
                    {
                        await stream.WriteAsync(more, end.Token);
                    }
                }
            }
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client left, or does not believe the certificate.
        }
    }

    private static async Task<(string Head, string Body)> ReadRequest(SslStream stream)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[8192];
        while (true)
        {
            int count = await stream.ReadAsync(buffer);
            text.Append(Encoding.UTF8.GetString(buffer, 0, count));
            string so = text.ToString();
            int headEnd = so.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (headEnd >= 0)
            {
                Match length = Regex.Match(so[..headEnd], "Content-Length: (?<bytes>[0-9]+)", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture);
                string body = so[(headEnd + 4)..];
                if (!length.Success || Encoding.UTF8.GetByteCount(body) >= int.Parse(length.Groups["bytes"].Value))
                {
                    return (so[..headEnd], body);
                }
            }

            if (count == 0)
            {
                throw new IOException("the client left");
            }
        }
    }

    private async Task<byte[]> Answer(string head, string body, SbcFault fault)
    {
        string[] words = head.Split('\r')[0].Split(' ');
        (string method, string path) = (words[0], words[1]);
        Match operation = Regex.Match(body, "<[a-zA-Z]+:Body><(?<name>[A-Za-z]+)");
        Requests.Enqueue($"{method} {(operation.Success ? operation.Groups["name"].Value : path)}");
        bool reads = (method == "GET" && path.StartsWith("/SSConfig/webresources/", StringComparison.Ordinal) && path.Split('/')[3] is "stats" or "system")
            || (method == "POST" && path == "/SSConfig/SansayWS" && operation.Groups["name"].Value is "realTimeStatsParams" or "SystemStatsParams");
        if (!reads)
        {
            Writes.Enqueue($"{head}\n\n{body}");
        }

        if (fault == SbcFault.SilentAfterHandshake)
        {
            await Task.Delay(Timeout.Infinite, end.Token);
        }

        if (fault != SbcFault.None && FaultsLeft-- <= 0)
        {
            fault = SbcFault.None;
        }

        return path == "/SSConfig/SansayWS" ? await Soap(operation.Groups["name"].Value, body, fault) : await Rest(head, path, fault);
    }

    private async Task<byte[]> Rest(string head, string path, SbcFault fault)
    {
        if (!HasRest)
        {
            return Http(404, "<html>no such context</html>");
        }

        string expected = "Authorization: Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"));
        if (!head.Split("\r\n").Contains(expected))
        {
            return Http(401, "Unauthorized");
        }

        if (path.StartsWith("/SSConfig/webresources/system/", StringComparison.Ordinal))
        {
            return Http(200, SbcDocument.System(Uptime), "text/plain");
        }

        return WholeFault(fault) ?? Http(200, Spoiled(await Statistics(), fault), "application/xml");
    }

    private async Task<byte[]> Soap(string operation, string body, SbcFault fault)
    {
        if (!HasSoap)
        {
            return Http(404, "");
        }

        if (WholeFault(fault) is { } whole)
        {
            return whole;
        }

        string result = operation.Replace("Params", "Result", StringComparison.Ordinal);
        bool known = body.Contains($"<username>{User}</username>", StringComparison.Ordinal)
            && body.Contains($"<password>{System.Security.SecurityElement.Escape(Password)}</password>", StringComparison.Ordinal);
        string file = operation == "SystemStatsParams" ? SbcDocument.System(Uptime) : Spoiled(await Statistics(), fault);
        (string code, string message, string? content) = fault switch
        {
            _ when !known => ("401", "user not authorized", null),
            SbcFault.ReturnCode300 => ("300", "finished with error", null),
            SbcFault.ReturnCode400 => ("400", "failed", null),
            SbcFault.ReturnCode402 => ("402", "invalid operation", null),
            SbcFault.ReturnCode999 => ("999", "", null),
            SbcFault.EmptyXmlFile => ("200", "ok", ""),
            _ => ("200", "ok", file),
        };
        string envelope = SbcDocument.Envelope(result, code, message, content);
        return Http(200, SpeaksMtom ? SbcDocument.Multipart(envelope) : envelope, SpeaksMtom ? "multipart/related; boundary=\"uuid:1234\"" : "text/xml");
    }

    private async Task<string> Statistics()
    {
        await BeforeStatistics();
        string document;
        lock (row)
        {
            row["sum_attempt_session"] = (long.Parse(row["sum_attempt_session"]) + 1).ToString();
            document = SbcDocument.Statistics(row, IsNewer);
        }

        AfterStatistics();
        return document;
    }

    private static byte[]? WholeFault(SbcFault fault) => fault switch
    {
        SbcFault.Status400 => Http(400, "Bad Request"),
        SbcFault.Status403 => Http(403, "Forbidden"),
        SbcFault.Status429 => Http(429, ""),
        SbcFault.Status503 => Http(503, "busy"),
        SbcFault.Redirect => Http(302, "", more: "Location: https://127.0.0.1/login\r\n"),
        SbcFault.EmptyBody => Http(200, ""),
        SbcFault.LoginPage => Http(200, SbcDocument.LoginPage, "text/html"),
        SbcFault.Json => Http(200, "{\"mysqldump\": {}}", "application/json"),
        SbcFault.CutConnection => Http(200, "<mysqldump>", length: 5000),
        SbcFault.EndlessBody => Http(200, "<mysqldump>", length: 1_000_000_000),
        SbcFault.SoapFault => Http(500, SbcDocument.Fault("java.lang.NullPointerException")),
        _ => null,
    };

    private static string Spoiled(string document, SbcFault fault) => fault switch
    {
        SbcFault.TruncatedXml => document[..(document.Length / 2)],
        SbcFault.RecursionText => "<mysqldump><database>Max recursion depth reached</database></mysqldump>",
        SbcFault.DoctypeWithEntity => document.Replace("<mysqldump>", "<!DOCTYPE m [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><mysqldump>", StringComparison.Ordinal),
        SbcFault.DeepXml => string.Concat(Enumerable.Repeat("<a>", 400_000)),
        SbcFault.WideXml => $"<mysqldump {string.Concat(Enumerable.Range(0, 200_000).Select(index => $"a{index}=\"\" "))}/>",
        SbcFault.ManyNames => $"<mysqldump>{string.Concat(Enumerable.Range(0, 400_000).Select(index => $"<a{index}/>"))}</mysqldump>",
        SbcFault.ManyFields => document.Replace(
            "</row>",
            string.Concat(Enumerable.Range(0, 20_000).Select(index => $"<field name=\"f{index}\">1</field>")) + "</row>",
            StringComparison.Ordinal),
        SbcFault.ManySections => $"<mysqldump>{string.Concat(Enumerable.Repeat("<![CDATA[x]]>", 200_000))}</mysqldump>",
        SbcFault.NoTable => document.Replace("\"system_stat\"", "\"other\"", StringComparison.Ordinal),
        SbcFault.NoState => Regex.Replace(document, "<field name=\"ha_current_state\">[a-z]+</field>", ""),
        _ => document,
    };

    private static byte[] Http(int status, string body, string type = "text/plain", int? length = null, string more = "") => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {length ?? Encoding.UTF8.GetByteCount(body)}\r\n{more}Connection: close\r\n\r\n{body}");
}
