namespace Ringfree.Monitoring.Bridge;

/// <summary>Whether a user may run a program, by owner, mode and groups of the file and of every folder above it.</summary>
internal static class ProgramAccess
{
    /// <returns>What is wrong and the cure; null when the user may run it.</returns>
    public static (string Finding, string Cure)? Complaint(string program, Account user, Func<string, PathLook> look)
    {
        for (string? folder = Path.GetDirectoryName(program); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (look(folder).Facts is { } passed && !user.May(Access.Pass, passed))
            {
                return ($"{program} cannot be reached by {user.Name}: {folder} has mode {passed.Permissions}", $"chmod a+x {folder}");
            }
        }

        return look(program) switch
        {
            { IsAbsent: true } => ($"{program} does not exist", ""),
            { Facts: { IsRegular: false } } => ($"{program} is not a file", ""),
            { Facts: { } facts } when (facts.Mode & 0x49) == 0 || !user.May(Access.Pass, facts) =>
                ($"{program} cannot be run by {user.Name}: it has mode {facts.Permissions}", $"chmod a+rx {program}"),
            _ => null,
        };
    }
}
