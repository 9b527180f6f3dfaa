using System.Text;
using Ringfree.Monitoring.Plugin;
using Ringfree.Monitoring.Plugins.SansayHa;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>A pair that a test lays out answer by answer, and the whole check against it in this process.</summary>
internal sealed class LaidOutPair
{
    internal const string Credentials = "/etc/ringfree/monitoring/sansay.credentials";
    private static readonly SansayNode A = new("sbc-a", "10.0.0.11:8888");
    private static readonly SansayNode B = new("sbc-b", "10.0.0.12:8888");

    internal FakeWorld World { get; } = new();

    internal LaidOutPair Rest(string name, Answer answer) => Lay(name, Api.Rest, Subject.Statistics, answer);

    internal LaidOutPair Rest(string name, string body, int status = 200) => Rest(name, Page(body, status));

    internal LaidOutPair Rest(string name, string state, string earlier, params string[] changes) => Rest(name, SbcDocument.Statistics(state, earlier, changes));

    internal LaidOutPair Soap(string name, string body, int status = 200) => Soap(name, Page(body, status));

    internal LaidOutPair Soap(string name, Answer answer) => Rest(name, "", 404).Lay(name, Api.Soap, Subject.Statistics, answer);

    internal LaidOutPair Uptime(string name, string uptime) => Lay(name, Api.Rest, Subject.System, Page(SbcDocument.System(uptime)));

    internal (string Output, int ExitCode) Run(params string[] arguments) => Host.RunInside<SansayHaCheck>(
        ["--node", "sbc-a=10.0.0.11", "--node", "sbc-b=10.0.0.12", "--credentials", Credentials, .. arguments], World);

    internal static Answer Page(string body, int status = 200) => new(Outcome.Answered, Encoding.UTF8.GetBytes(body)) { Code = status };

    private LaidOutPair Lay(string name, Api api, Subject subject, Answer answer)
    {
        World.Answer(SansayRequest.Of(subject, api, name == A.Name ? A : B, Credentials, new CertificateTrust()), answer);
        return this;
    }
}
