namespace Ringfree.Monitoring.Probes;

/// <summary>
/// The outside, as a probe sees it: this machine, or the tests' own. A probe asks nothing but its world, so the same probe runs on all of
/// them. No question throws for what the outside did; the answer says it.
/// </summary>
public interface IWorld
{
    /// <summary>The wall clock, UTC: the same moment through the whole run, so that a recording needs one.</summary>
    DateTimeOffset Now { get; }

    /// <summary>What stands at a path, without opening it. Links are followed.</summary>
    PathStatus Look(string path);

    /// <summary>Connects, sends one question and reads until the other side closes.</summary>
    SocketAnswer Ask(SocketQuestion question);

    /// <summary>The name of the user that the check runs as; the number when it has none.</summary>
    string UserName { get; }
}
