using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// The published program before a server that is good, bad in one way, good, bad again and good, always at the same port: a problem pages once
/// and is resolved, and meanwhile the list says what is wrong.
/// </summary>
[Trait("Kind", "published binary")]
public sealed class BadServersTests(BadServersTests.Stories stories) : IClassFixture<BadServersTests.Stories>
{
    private const string Key = "host=web1;service=HAProxy proxies";

    // Which of them depends on how far the request has got.
    private const string CutOff = "^no answer: (Connection reset by peer|Broken pipe|The response ended prematurely.*)$";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, Defect> Defects = new(StringComparer.Ordinal)
    {
        ["handles the event and answers after the deadline"] =
            new("^no answer within 10 s$", scene => scene.Misbehave(new Behaviour { Mode = "late", DelayMilliseconds = 60_000 })) { IsHandled = true },
        ["is slower than the deadline"] =
            new("^no answer within 10 s$", scene => scene.Misbehave(new Behaviour { Mode = "slow", DelayMilliseconds = 60_000 })),
        ["handles the event and sends half of its answer"] =
            new("^no answer: The response ended prematurely", scene => scene.Misbehave(new Behaviour { Mode = "half" })) { IsHandled = true },
        ["closes after the first bytes of the request"] =
            new(CutOff, scene => scene.Treat(async (client, stop) => await client.ReceiveAsync(new byte[20], stop))),
        ["refuses the connection"] = new("^no answer: Connection refused$", scene => scene.Door.ShutAsync()),
        ["neither accepts nor refuses the connection"] = new("^no connection within 5 s$", scene => scene.Door.DropAsync()),
        ["accepts and closes"] = new(CutOff, scene => scene.Treat((_, _) => Task.CompletedTask)),
        ["accepts and is silent"] = new("^no answer within 10 s$", scene => scene.Treat(Silence)),
        ["has an expired certificate"] =
            new("^no TLS connection: The remote certificate is invalid .*: NotTimeValid$", scene => scene.Impostor(scene.Authority.Issue(IPAddress.Loopback, endsInDays: -1)))
            {
                IsTls = true,
            },
        ["has the certificate of another name"] =
            new("^no TLS connection: The remote certificate is invalid .*: RemoteCertificateNameMismatch$", scene => scene.Impostor(scene.Authority.Issue(IPAddress.Parse("127.0.0.2"))))
            {
                IsTls = true,
            },
        ["has a certificate of an unknown issuer"] =
            new("^no TLS connection: The remote certificate is invalid .*: PartialChain$", scene => scene.Impostor(scene.Stranger.Issue(IPAddress.Loopback))) { IsTls = true },
        ["speaks plain HTTP where TLS belongs"] =
            new("^no TLS connection: Cannot determine the frame size or a corrupted frame was received", scene => scene.Impostor(null)) { IsTls = true },
        ["answers the handshake of TLS with garbage"] =
            new(
                "^no TLS connection: Cannot determine the frame size or a corrupted frame was received",
                scene => scene.Treat((client, stop) => Say(client, [.. Enumerable.Repeat((byte)0x5A, 100)], stop)))
            {
                IsTls = true,
            },
        ["closes within the first record of TLS"] =
            new("^no TLS connection: Received an unexpected EOF", scene => scene.Treat((client, stop) => Say(client, [0x16, 3, 3, 0, 0x7A, 2, 0, 0, 0x76, 3, 3], stop)))
            {
                IsTls = true,
            },
        ["accepts and is silent where TLS belongs"] = new("^no connection within 5 s$", scene => scene.Treat(Silence)) { IsTls = true },
    };

    public static TheoryData<string> Names => [.. Defects.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public Task A_problem_pages_once_and_is_resolved_though_the_server(string defect) => stories.Of[defect];

    private static async Task Tell(Defect defect)
    {
        await using Scene scene = await Scene.StartAsync(defect.IsTls);
        using var bridge = new PublishedBridge(scene.Address);
        Task UntilLogged(string line) => PublishedBridge.Until(() => bridge.Logged.Contains(line, StringComparison.Ordinal), line, Patience);
        async Task Fail(string action, string type, string state, string desired)
        {
            await defect.Begin(scene);
            Assert.Equal(0, bridge.Notify(type, state).ExitCode);
            await UntilLogged($"{action} of {Key} not delivered");
            JsonNode incident = Assert.Single(bridge.List())!;
            Assert.Equal((true, desired), ((bool)incident["is_pending"]!, (string?)incident["desired"]));
            Assert.Matches(defect.Cause, (string?)incident["last_answer"]);
        }

        // It serves before a server that is good: what fails then fails for this defect alone.
        string trusted = bridge.Folder.Write("authority.pem", scene.Authority.Pem);
        _ = await bridge.ServeAsync(new Dictionary<string, string>(StringComparer.Ordinal) { ["SSL_CERT_FILE"] = trusted });
        await PublishedBridge.Until(() => scene.Sandbox.Calls.Any(call => call.Status == 202), "the proof of the way", Patience);

        await Fail("trigger", "PROBLEM", "CRITICAL", "triggered");
        await scene.GoodAsync();
        await UntilLogged($"trigger of {Key} delivered");
        Assert.Equal("triggered", Assert.Single(scene.Sandbox.Incidents).State);

        await Fail("resolve", "RECOVERY", "OK", "resolved");
        await scene.GoodAsync();
        await UntilLogged($"resolve of {Key} delivered");
        Alert only = Assert.Single(scene.Sandbox.Incidents);
        Assert.Equal("resolved", only.State);
        Assert.True(only.Triggers > 1 || !defect.IsHandled, "the event came once, though its first answer was lost");
        Assert.Empty(bridge.List());
        Assert.All(scene.Impostors, impostor => Assert.Empty(impostor.Calls));
    }

    private static Task Silence(Socket client, CancellationToken stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);

    private static async Task Say(Socket client, byte[] bytes, CancellationToken stop)
    {
        await client.ReceiveAsync(new byte[4_096], stop);
        await client.SendAsync(bytes, stop);
    }

    /// <summary>Every story, begun at once, because some wait for a deadline.</summary>
    public sealed class Stories : IAsyncDisposable
    {
        public IReadOnlyDictionary<string, Task> Of { get; } =
            Defects.ToDictionary(defect => defect.Key, defect => Task.Run(() => Tell(defect.Value)), StringComparer.Ordinal);

        public async ValueTask DisposeAsync() => await Task.WhenAll(Of.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>One way in which a server is bad.</summary>
    /// <param name="Cause">What the list says of it, as a regular expression.</param>
    /// <param name="Begin">Makes the server bad.</param>
    private sealed record Defect(string Cause, Func<Scene, Task> Begin)
    {
        public bool IsTls { get; init; }

        /// <summary>The server has the event although its answer does not arrive.</summary>
        public bool IsHandled { get; init; }
    }

    /// <summary>A sandbox behind a door, and what else may stand there.</summary>
    private sealed class Scene : IAsyncDisposable
    {
        private readonly List<PagerDutySandbox> impostors = [];

        private Scene(PagerDutySandbox sandbox, TestAuthority authority)
        {
            Sandbox = sandbox;
            Authority = authority;
        }

        /// <summary>The authority that the bridge trusts.</summary>
        public TestAuthority Authority { get; }

        public TestAuthority Stranger { get; } = new();

        public Door Door { get; } = new();

        public PagerDutySandbox Sandbox { get; }

        public IReadOnlyList<PagerDutySandbox> Impostors => impostors;

        public Uri Address => new($"{Sandbox.Endpoint.Scheme}://127.0.0.1:{Door.Port}");

        public static async Task<Scene> StartAsync(bool isTls)
        {
            var authority = new TestAuthority();
            var scene = new Scene(await PagerDutySandbox.StartAsync(certificate: isTls ? authority.Issue(IPAddress.Loopback) : null), authority);
            await scene.GoodAsync();
            return scene;
        }

        public Task GoodAsync() => Misbehave(new Behaviour());

        public Task Misbehave(Behaviour behaviour)
        {
            Sandbox.Behaviour = behaviour;
            return Treat(Door.To(Sandbox.Endpoint));
        }

        public Task Treat(Door.Treatment treatment) => Door.OpenAsync(treatment);

        /// <summary>Puts another PagerDuty behind the door, which would accept every event.</summary>
        public async Task Impostor(X509Certificate2? certificate)
        {
            PagerDutySandbox impostor = await PagerDutySandbox.StartAsync(certificate: certificate);
            impostors.Add(impostor);
            await Treat(Door.To(impostor.Endpoint));
        }

        public async ValueTask DisposeAsync()
        {
            await Door.DisposeAsync();
            await Sandbox.DisposeAsync();
            foreach (PagerDutySandbox impostor in impostors)
            {
                await impostor.DisposeAsync();
            }

            Authority.Dispose();
            Stranger.Dispose();
        }
    }
}
