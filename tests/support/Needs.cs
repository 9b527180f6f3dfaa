using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Xunit;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>
/// What a test needs of the machine. What is missing is a skip with the reason, and a failure on CI, where nothing may be skipped.
/// </summary>
public static class Needs
{
    public static void Root() => Require(Environment.UserName == "root", "needs root");

    public static void File(string path, string package) =>
        Require(System.IO.File.Exists(path), $"needs {path} of the Debian package {package}");

    /// <summary>
    /// An IPv4 address of this machine that is no loopback: what is said there could be said on a network.
    /// </summary>
    public static IPAddress OwnAddress()
    {
        IPAddress? own = NetworkInterface.GetAllNetworkInterfaces().SelectMany(link => link.GetIPProperties().UnicastAddresses)
            .Select(address => address.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address));
        Require(own is not null, "needs an IPv4 address beside the loopback");
        return own!;
    }

    private static void Require(bool met, string reason)
    {
        if (!met && Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail($"{reason}: on CI nothing may be skipped");
        }

        Assert.SkipUnless(met, reason);
    }
}
