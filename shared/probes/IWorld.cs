namespace Ringfree.Monitoring.Probes;

/// <summary>
/// The outside, as a probe sees it: this machine, or the tests' own. A probe asks nothing but its world, so the same probe runs on all of
/// them. No question throws for what the outside did; the answer says it.
/// </summary>
public interface IWorld
{
    /// <summary>The wall clock, UTC: the same moment through the whole run, so that a recording needs one.</summary>
    DateTimeOffset Now { get; }

    /// <summary>Time since the run began, for what a run measures of itself.</summary>
    TimeSpan Elapsed { get; }

    /// <summary>The path of the program that runs, for a cure that names it.</summary>
    string ProgramPath { get; }

    /// <summary>What stands at a path, without opening it. Links are followed.</summary>
    PathStatus Look(string path);

    /// <summary>Puts a question and waits for the answer.</summary>
    /// <param name="question">What is asked.</param>
    /// <returns>The whole answer.</returns>
    Answer Ask(Question question);

    /// <summary>Puts questions that do not wait for each other: all are begun, then each is waited for.</summary>
    /// <param name="questions">What is asked.</param>
    /// <param name="meanwhile">What the caller does itself until the answers are there; it may ask, too.</param>
    /// <returns>The answers, in the order of the questions.</returns>
    IReadOnlyList<Answer> AskTogether(IReadOnlyList<Question> questions, Action? meanwhile = null);

    /// <summary>Puts a question whose answer may be too long to be kept.</summary>
    /// <param name="question">What is asked.</param>
    /// <param name="reader">Takes the bytes as they come.</param>
    /// <returns>How it ended; without bytes.</returns>
    Answer Stream(Question question, ChunkReader reader);

    /// <summary>Reads all files that match, one after the other.</summary>
    /// <param name="question">Which files.</param>
    /// <param name="visitor">Takes each.</param>
    /// <returns>How it ended; without bytes.</returns>
    Answer Read(FilesQuestion question, FileVisitor visitor);

    /// <summary>The name of the user that the check runs as; the number when it has none.</summary>
    string UserName { get; }
}
