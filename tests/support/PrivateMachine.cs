using System.Diagnostics;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>A private copy of this machine's configuration and state, with a network of its own: the script private-machine.</summary>
public static class PrivateMachine
{
    /// <summary>Runs a script on one to its end.</summary>
    /// <param name="script">A script of the tests, by its path below tests/.</param>
    /// <param name="deadline">When it must have ended.</param>
    /// <param name="arguments">Of the script.</param>
    public static ProcessResult Run(string script, TimeSpan deadline, params string[] arguments) => ProcessRun.Run(Program, Command(script, arguments), deadline: deadline);

    /// <summary>Starts a script on one. It ends, with all that it started, when the process is killed.</summary>
    public static Process Start(string script, params string[] arguments) => ProcessRun.Start(Program, Command(script, arguments));

    private static string Program
    {
        get
        {
            Needs.Root();
            Needs.File("/usr/sbin/ip", "iproute2");
            return Repository.PathOf("tests", "support", "private-machine");
        }
    }

    private static string[] Command(string script, string[] arguments) => ["unshare", "--net", "bash", Repository.PathOf("tests", script), .. arguments];
}
