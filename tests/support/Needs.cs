using Xunit;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>What a test needs of the machine. What is missing is a skip with the reason, and a failure on CI, where nothing may be skipped.</summary>
public static class Needs
{
    public static void Root() => Require(Environment.UserName == "root", "needs root");

    public static void File(string path, string package) =>
        Require(System.IO.File.Exists(path), $"needs {path} of the Debian package {package}");

    private static void Require(bool met, string reason)
    {
        if (!met && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{reason}: on CI nothing may be skipped");
        }

        Assert.SkipUnless(met, reason);
    }
}
