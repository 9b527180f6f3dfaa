using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace Ringfree.Monitoring.CheckHaproxy.Tests;

/// <summary>Bundles on disk and as a real HAProxy serves them; what the check says of HAProxy is what HAProxy does.</summary>
public sealed class RealCertificateTests : IDisposable
{
    private const string Haproxy = "/usr/sbin/haproxy";
    private const string Package = "haproxy";

    private readonly TestFolder folder = new();
    private readonly TestAuthority authority = new();
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly string certificate;

    public RealCertificateTests() => certificate = authority.Issue(key, 60, "pbx.example.com", "*.pbx.example.com");

    private string Key => TestAuthority.PrivateKey(key);

    public void Dispose()
    {
        key.Dispose();
        authority.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void What_haproxy_refuses_is_critical_and_what_it_takes_is_not()
    {
        Needs.File(Haproxy, Package);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string intermediate = authority.Intermediate;
        (string edwards, string edwardsCertificate) = TestAuthority.SelfSigned("ed25519", "pbx.example.com");
        (string otherEdwards, _) = TestAuthority.SelfSigned("ed25519", "pbx.example.com");
        (string Name, string Content, bool IsTaken, string Sentence)[] bundles =
        [
            ("good", Key + certificate + intermediate, true, "1 certificate, the first expires on "),
            ("root", Key + certificate + intermediate + authority.Root, true, "1 certificate, the first expires on "),
            ("keylast", certificate + intermediate + Key, true, "1 certificate, the first expires on "),
            ("crlf", (Key + certificate + intermediate).Replace("\n", "\r\n", StringComparison.Ordinal), true, "bundle {0} has Windows line ends (CRLF)"),
            ("order", Key + certificate + authority.Root + intermediate, true, "the chain of bundle {0} is out of order: Test Intermediate signed certificate 1 (pbx.example.com) but stands as certificate 3"),
            ("alone", Key + certificate, true, "bundle {0} holds no CA bundle: clients that do not know Test Intermediate, who signed pbx.example.com, refuse it"),
            ("gluedchain", Key + certificate + intermediate.TrimEnd('\n') + authority.Root, true, "line LINE of bundle {0} glues two parts together, a newline is missing: HAProxy drops the rest of the chain without a word"),
            ("glued", Key + certificate.TrimEnd('\n') + intermediate, false, "line LINE of bundle {0} glues two parts together, a newline is missing: HAProxy refuses the bundle at its next start"),
            ("gluedkey", Key.TrimEnd('\n') + certificate + intermediate, false, "line LINE of bundle {0} glues two parts together, a newline is missing: HAProxy refuses the bundle at its next start"),
            ("leaf", Key + intermediate + certificate, false, "the certificate pbx.example.com of bundle {0} stands as certificate 2 behind Test Intermediate"),
            ("nokey", certificate + intermediate, false, "bundle {0} holds no private key, and there is no {0}.key"),
            ("encrypted", TestAuthority.EncryptedKey(key) + certificate + intermediate, false, "the private key of bundle {0} is encrypted"),
            ("another", TestAuthority.PrivateKey(other) + certificate + intermediate, false, "the private key of bundle {0} does not belong to its certificate pbx.example.com"),
            ("edwards", edwards + edwardsCertificate, true, "1 certificate, the first expires on "),
            ("otheredwards", otherEdwards + edwardsCertificate, false, "the private key of bundle {0} does not belong to its certificate pbx.example.com"),
            ("cut", Key + certificate[..200] + "\n" + intermediate, false, "the part of bundle {0} that begins in line LINE is cut or garbled"),
            ("nothing", Key, false, "bundle {0} holds no certificate"),
        ];
        foreach ((string name, string content, bool isTaken, string sentence) in bundles)
        {
            string path = folder.Write(name + ".pem", content);
            ProcessResult haproxy = ProcessRun.Run(Haproxy, ["-c", "-f", ConfigurationOf(path)]);
            Assert.True(haproxy.ExitCode == 0 == isTaken, $"{name}: {haproxy.Output}{haproxy.Error}");
            ProcessResult check = Check("--bundle", path);
            Assert.True(check.ExitCode == 2 != isTaken, $"{name}: {check.Output}");
            Assert.Matches("^HAPROXY (OK|WARNING|CRITICAL) - " + System.Text.RegularExpressions.Regex.Escape(string.Format(null, System.Text.CompositeFormat.Parse(sentence), path)).Replace("LINE", "[0-9]+", StringComparison.Ordinal), check.Output);
        }
    }

    [Fact]
    public void What_lies_beside_a_bundle_is_judged_as_haproxy_takes_it()
    {
        Needs.File(Haproxy, Package);
        string chained = Key + certificate + authority.Intermediate, alone = Key + certificate;
        byte[] list = [0, 4, 0, 2, 1, 2], intermediate = Encoding.ASCII.GetBytes(authority.Intermediate);
        byte[] root = Encoding.ASCII.GetBytes(authority.Root);
        const string NoList = "which HAProxy loads beside bundle {0}, is not a list of signed certificate timestamps: HAProxy";
        (string Name, string Bundle, (string Ending, byte[] Content)[] Beside, string? Refusal)[] cases =
        [
            ("list", chained, [("sctl", list)], null),
            ("emptylist", chained, [("sctl", [0, 0])], null),
            ("page", chained, [("sctl", "<html>404</html>"u8.ToArray())], NoList),
            ("nothing", chained, [("sctl", [])], NoList),
            ("longlist", chained, [("sctl", [.. list, 0])], NoList),
            ("overlong", chained, [("sctl", [0, 4, 0, 3, 1, 2])], NoList),
            ("response", chained, [("ocsp", [1])], null),
            ("noissuer", alone, [("ocsp", [])], "of Test Intermediate, which is neither in the bundle nor in {0}.issuer"),
            ("issuer", alone, [("ocsp", [1]), ("issuer", intermediate)], null),
            ("brokenissuer", chained, [("ocsp", [1]), ("issuer", [1])], "which HAProxy loads beside bundle {0}, holds no certificate"),
            ("otherissuer", chained, [("ocsp", [1]), ("issuer", root)], "holds Test Root, which did not"),
            ("issueralone", chained, [("issuer", [1])], null),
            ("parameters", chained, [("dhparam", [1])], null),
        ];
        foreach ((string name, string content, (string Ending, byte[] Content)[] beside, string? refusal) in cases)
        {
            string path = folder.Write(name + ".pem", content);
            Array.ForEach(beside, file => File.WriteAllBytes($"{path}.{file.Ending}", file.Content));

            // With a list of timestamps 2.6 aborts when it has said that all is well: its exit code says nothing.
            ProcessResult haproxy = ProcessRun.Run(Haproxy, ["-c", "-f", ConfigurationOf(path)]);
            bool isTaken = haproxy.Output.Contains("Configuration file is valid", StringComparison.Ordinal);
            Assert.True(isTaken == refusal is null, $"{name}: {haproxy.Output}{haproxy.Error}");
            ProcessResult check = Check("--bundle", path);
            Assert.True(check.ExitCode == 2 != isTaken, $"{name}: {check.Output}");
            Assert.Contains(string.Format(null, CompositeFormat.Parse(refusal ?? ""), path), check.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_expired_certificate_that_the_path_goes_around_is_judged_as_openssl_verifies()
    {
        const string OpenSsl = "/usr/bin/openssl";
        Needs.File(OpenSsl, "openssl");
        string leaf = folder.Write("leaf.pem", certificate), root = folder.Write("root.pem", authority.Root);
        string chain = authority.Intermediate + authority.CrossSignedRoot(-30);
        string bundle = folder.Write("pbx.pem", Key + certificate + chain), rest = folder.Write("rest.pem", chain);
        ProcessResult openssl = ProcessRun.Run(OpenSsl, ["verify", "-CAfile", root, "-untrusted", rest, leaf]);
        Assert.Equal((0, $"{leaf}: OK\n"), (openssl.ExitCode, openssl.Output));
        ProcessResult trusted = Check("--bundle", bundle, "--ca", root, "-v");
        Assert.Equal(0, trusted.ExitCode);
        Assert.Contains(", and no client that has the authorities of --ca needs it\n", trusted.Output, StringComparison.Ordinal);
        ProcessResult unknown = Check("--bundle", bundle);
        Assert.Equal(2, unknown.ExitCode);
        Assert.StartsWith(
            $"HAPROXY CRITICAL - the intermediate certificate Test Root of bundle {bundle} has expired on ",
            unknown.Output,
            StringComparison.Ordinal);
        Assert.Contains("they have Test Root as an authority of their own: --ca names those |", unknown.Output, StringComparison.Ordinal);

        // Beside its successor it is no client's only way.
        folder.Write("pbx.pem", Key + certificate + chain + authority.CrossSignedRoot(300));
        ProcessResult beside = Check("--bundle", bundle);
        Assert.Equal(1, beside.ExitCode);
        Assert.Contains(" beside a valid path without it: old clients refuse it (", beside.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renewed_certificate_that_is_not_loaded_is_told_before_the_old_one_expires()
    {
        Needs.File(Haproxy, Package);
        int port = Ports.Free();
        string path = folder.Write("pbx.pem", Key + authority.Issue(key, 30, "pbx.example.com") + authority.Intermediate);
        using (Serve(port, path))
        {
            string served = $"127.0.0.1:{port}/pbx.example.com";
            ProcessResult same = Check("--bundle", path, "--endpoint", served, "--expect-host", "pbx.example.com");
            Assert.Equal(0, same.ExitCode);
            folder.Write("pbx.pem", Key + certificate + authority.Intermediate);
            ProcessResult renewed = Check("--bundle", path, "--endpoint", served);
            Assert.Equal(1, renewed.ExitCode);
            Assert.Matches($"^HAPROXY WARNING - the certificate pbx\\.example\\.com that HAProxy serves at 127\\.0\\.0\\.1:{port} \\(for pbx\\.example\\.com\\) expires on [0-9-]+, while the renewed one in bundle {path} is valid until [0-9-]+ and not loaded; cure: service haproxy reload \\|", renewed.Output);
        }

        using (Serve(port, path))
        {
            Assert.Equal(0, Check("--bundle", path, "--endpoint", $"127.0.0.1:{port}").ExitCode);
        }
    }

    /// <summary>At the level operator HAProxy tells what it has loaded; at the level user the bundle's age has to do.</summary>
    [Fact]
    public void A_renewed_certificate_that_is_not_loaded_is_told_without_an_endpoint()
    {
        Needs.File(Haproxy, Package);
        string path = folder.Write("pbx.pem", Key + authority.Issue(key, 5, "pbx.example.com") + authority.Intermediate);
        string renewed = Key + certificate + authority.Intermediate;
        using RealHaproxy haproxy = Serve(Ports.Free(), path);
        string[] named = ["--bundle", path, "--socket", haproxy.Socket];
        ProcessResult same = Check([.. named, "-v"]);
        Assert.Equal(2, same.ExitCode);
        Assert.Contains($"[OK] HAProxy has loaded the certificate of bundle {path}\n", same.Output, StringComparison.Ordinal);
        folder.Write("pbx.pem", renewed);
        ProcessResult told = Check(named);
        Assert.Equal(2, told.ExitCode);
        Assert.Matches(
            $"^HAPROXY CRITICAL - HAProxy has loaded a certificate of bundle {path} that expires on [0-9-]+, while the renewed one in the "
                + "file, pbx\\.example\\.com, is valid until [0-9-]+ and not loaded; cure: service haproxy reload \\| ",
            told.Output);
        ProcessResult young = Check("--bundle", path, "--socket", haproxy.UserSocket, "-v");
        Assert.Equal(0, young.ExitCode);
        Assert.DoesNotContain("HAProxy has loaded", young.Output, StringComparison.Ordinal);
        folder.Write("pbx.pem", Key + authority.Issue(key, 1, "pbx.example.com") + authority.Intermediate);
        Assert.Contains("the next reload takes the newer one away; cure: put", Check(named).Output, StringComparison.Ordinal);
        folder.Write("other.pem", renewed);
        ProcessResult absent = Check("--bundle", folder.PathOf("other.pem"), "--socket", haproxy.Socket, "-v");
        Assert.Equal(0, absent.ExitCode);
        Assert.Contains("[OK] HAProxy has loaded no bundle by the name ", absent.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_served_is_chosen_by_name_and_its_chain_is_judged()
    {
        Needs.File(Haproxy, Package);
        int port = Ports.Free();
        folder.Write("certs/a.pem", Key + certificate + authority.Intermediate);
        folder.Write("certs/b.pem", Key + authority.Issue(key, 5, "fop.example.com"));
        folder.Write("certs/.hidden", "not read");
        folder.Write("certs/a.pem.ocsp", "not read");
        using RealHaproxy haproxy = Serve(port, folder.PathOf("certs"));

        ProcessResult first = Check("--endpoint", $"127.0.0.1:{port}/pbx.example.com", "-v");
        Assert.Equal(0, first.ExitCode);
        Assert.Contains($"[OK] the certificate pbx.example.com that HAProxy serves at 127.0.0.1:{port} (for pbx.example.com) expires on ", first.Output, StringComparison.Ordinal);

        ProcessResult second = Check("--endpoint", $"127.0.0.1:{port}/fop.example.com");
        Assert.Equal(2, second.ExitCode);
        Assert.StartsWith($"HAPROXY CRITICAL - the certificate fop.example.com that HAProxy serves at 127.0.0.1:{port} (for fop.example.com) expires on ", second.Output, StringComparison.Ordinal);
        Assert.Contains($"[WARNING] what HAProxy serves at 127.0.0.1:{port} (for fop.example.com) holds no CA bundle", second.Output, StringComparison.Ordinal);

        ProcessResult wrong = Check("--endpoint", $"127.0.0.1:{port}/elsewhere.example.com");
        Assert.Equal(2, wrong.ExitCode);
        Assert.StartsWith($"HAPROXY CRITICAL - HAProxy serves at 127.0.0.1:{port} (for elsewhere.example.com) a certificate that does not cover elsewhere.example.com but pbx.example.com, *.pbx.example.com: clients refuse it", wrong.Output, StringComparison.Ordinal);

        ProcessResult all = Check("--bundle", folder.PathOf("certs"), "--expect-host", "a.pbx.example.com", "--expect-host", "fop.example.com", "--expect-host", "mail.example.com");
        Assert.Equal(2, all.ExitCode);
        Assert.Contains("no certificate covers mail.example.com: they cover pbx.example.com, *.pbx.example.com; fop.example.com", all.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("no certificate covers fop", all.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_port_that_does_not_serve_certificates_is_critical_within_the_deadline()
    {
        int closed = Ports.Free();
        ProcessResult refused = Check("--endpoint", $"127.0.0.1:{closed}");
        Assert.Equal((2, $"HAPROXY CRITICAL - nothing listens at 127.0.0.1:{closed}, so no certificate is served there | certificates=0;;;0 certificate_lifetime=U intermediate_lifetime=U"), (refused.ExitCode, refused.Output.Split('\n')[0]));

        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        string address = silent.LocalEndpoint.ToString()!;
        ProcessResult hangs = Check("--endpoint", address, "-t", "2");
        Assert.Equal(2, hangs.ExitCode);
        Assert.StartsWith($"HAPROXY CRITICAL - {address} accepts no TLS handshake: no complete handshake", hangs.Output, StringComparison.Ordinal);
        Assert.InRange(hangs.Elapsed.TotalSeconds, 1.6, 20);
    }

    [Fact]
    public void A_recording_of_certificates_holds_no_key_and_gives_the_same_report_elsewhere()
    {
        Needs.Root();
        Needs.File(Haproxy, Package);
        int port = Ports.Free();
        string path = folder.Write("pbx.pem", Key + certificate + authority.Intermediate);
        using RealHaproxy haproxy = Serve(port, path);
        ProcessResult recorded = Check("--bundle", path, "--endpoint", $"127.0.0.1:{port}", "-vv", "--record", folder.PathOf("recording"));
        Assert.Equal(0, recorded.ExitCode);
        string[] secrets = [.. Key.Split('\n').Where(line => line.Length > 20 && !line.StartsWith('-'))];
        Assert.NotEmpty(secrets);
        foreach (string file in Directory.GetFiles(folder.PathOf("recording"), "*", SearchOption.AllDirectories))
        {
            string text = File.ReadAllText(file);
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
            Assert.All(secrets, secret => Assert.DoesNotContain(secret, text, StringComparison.Ordinal));
        }

        File.Delete(path);
        haproxy.Kill();
        Directory.CreateDirectory(folder.PathOf("root"));
        Directory.Move(folder.PathOf("recording"), folder.PathOf("root", "recording"));
        ProcessRun.CopyProgram(Repository.Program("check_haproxy"), folder.PathOf("root", "check_haproxy"));
        ProcessResult replayed = ProcessRun.Run("/usr/sbin/chroot", [folder.PathOf("root"), "/check_haproxy", "--replay", "/recording"]);
        Assert.Equal((recorded.ExitCode, recorded.Output), (replayed.ExitCode, replayed.Output));
    }

    [Fact]
    public void A_user_who_may_not_read_the_bundle_is_sent_to_root()
    {
        Needs.Root();
        string path = folder.Write("pbx.pem", Key + certificate + authority.Intermediate);
        ProcessRun.Shell("chmod 0755 \"$1\"", folder.Root);
        ProcessResult denied = ProcessRun.Run("/usr/sbin/runuser", ["-u", "nobody", "--", Repository.Program("check_haproxy"), "--only", "certificates", "--no-memory", "--bundle", path]);
        Assert.Equal(3, denied.ExitCode);
        Assert.StartsWith($"HAPROXY UNKNOWN - bundle {path} cannot be read: Permission denied; it is root's and should stay so; cure: run the check through sudo, nobody ALL=(root) NOPASSWD: {Repository.Program("check_haproxy")} \"\"", denied.Output, StringComparison.Ordinal);
    }

    private string ConfigurationOf(string bundle) => folder.Write(
        "haproxy.cfg",
        "defaults\n  mode http\n  timeout connect 1s\n  timeout client 1s\n  timeout server 1s\n"
            + $"frontend f\n  bind unix@{folder.PathOf("f")} ssl crt {bundle}\n");

    private static ProcessResult Check(params string[] arguments) =>
        ProcessRun.Run(Repository.Program("check_haproxy"), ["--only", "certificates", "--no-memory", "--state-dir", "/proc/nonexistent", .. arguments]);

    private static RealHaproxy Serve(int port, string bundle) => new($"frontend tls\n  bind 127.0.0.1:{port} ssl crt {bundle}\n  http-request return status 200");
}
