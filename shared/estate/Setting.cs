namespace Ringfree.Monitoring.Estate;

/// <summary>A value of a file together with its place, so that a later check of its meaning can complain in the same form.</summary>
/// <typeparam name="T">The type that the getter read it as.</typeparam>
/// <param name="Value">The value; the default when the key is absent; the type's empty value when it was refused.</param>
/// <param name="Place">The place of the value, or of the table that lacks it.</param>
/// <param name="IsGiven">True when the file holds the key, false when the value is the default.</param>
/// <param name="IsSound">False when the value is missing or was refused: the problem is reported already and further checks are
/// noise.</param>
public readonly record struct Setting<T>(T Value, Place Place, bool IsGiven, bool IsSound)
{
    /// <summary>Checks the meaning of a sound value and reports what is wrong with it.</summary>
    /// <param name="problems">Receives the complaint.</param>
    /// <param name="complaint">Returns null when the value is good, else one sentence that quotes what was given and what is
    /// accepted.</param>
    /// <returns>This setting, no longer sound when it was refused.</returns>
    public Setting<T> Check(Problems problems, Func<T, string?> complaint)
    {
        if (!IsSound || complaint(Value) is not { } sentence)
        {
            return this;
        }

        problems.Report(Place, sentence);
        return this with { IsSound = false };
    }
}
