namespace Ringfree.Monitoring.Tests.Support;

/// <summary>The checkout that the tests run in, found by the solution file above the test assembly.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A published program of the suite; the tests never fall back to an assembly when it is missing.</summary>
    public static string Program(string name)
    {
        string path = PathOf("out", "bin", name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not published: run make first", path);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Ringfree.Monitoring.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no Ringfree.Monitoring.sln above {AppContext.BaseDirectory}");
    }
}
