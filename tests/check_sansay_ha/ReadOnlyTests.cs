using System.Text;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Plugins.SansayHa;
using Ringfree.Monitoring.Probes;

namespace Ringfree.Monitoring.CheckSansayHa.Tests;

/// <summary>The check cannot change an SBC: on these devices an upload or a replacement empties tables.</summary>
public partial class ReadOnlyTests
{
    [Fact]
    public void Every_request_that_can_be_made_only_reads()
    {
        PageQuestion[] all =
        [
            .. from subject in Enum.GetValues<Subject>()
               from api in Enum.GetValues<Api>()
               select SansayRequest.Of(subject, api, new SansayNode("a", "h:1"), "/c", new CertificateTrust()),
        ];
        Assert.Equal(
            [
                "GET https://h:1/SSConfig/webresources/stats/realtime?format=xml ",
                "GET https://h:1/SSConfig/webresources/system/realtime ",
                "POST https://h:1/SSConfig/SansayWS SystemStatsParams",
                "POST https://h:1/SSConfig/SansayWS realTimeStatsParams",
            ],
            all.Select(question => $"{question.Method} {question.Address} {Operation().Match(question.Body ?? "").Groups["name"].Value}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_published_program_holds_no_name_of_a_writing_operation()
    {
        byte[] program = File.ReadAllBytes(Repository.Program("check_sansay_ha"));
        Assert.InRange(program.Length, 1_000_000, 100_000_000);
        string text = Encoding.Latin1.GetString(program) + "\n" + Encoding.Unicode.GetString(program) + "\n" + Encoding.Unicode.GetString(program.AsSpan(1));
        Assert.Contains("realTimeStatsParams", text, StringComparison.Ordinal);
        Assert.Contains("SSConfig/webresources/", text, StringComparison.Ordinal);
        Assert.Matches(Writing(), "doUploadXmlFile uploadParams webresources/delete");
        Assert.DoesNotMatch(Writing(), text);
    }

    [Fact]
    public void The_source_holds_none_either()
    {
        string[] files = Directory.GetFiles(Repository.PathOf("plugins", "check_sansay_ha"), "*.cs");
        Assert.InRange(files.Length, 10, 100);
        Assert.All(files, file => Assert.DoesNotMatch(Writing(), File.ReadAllText(file)));
    }

    [GeneratedRegex("<soapenv:Body><(?<name>[A-Za-z]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Operation();

    [GeneratedRegex("do(Upload|Replace|Delete|Update)|(upload|replace|delete|update)(Large)?(Xml|File)?Params|webresources/(upload|replace|delete|update)", RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60000)]
    private static partial Regex Writing();
}
