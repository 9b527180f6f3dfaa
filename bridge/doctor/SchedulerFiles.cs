using System.Text.RegularExpressions;

namespace Ringfree.Monitoring.Bridge;

/// <summary>A setting of the scheduler's main file.</summary>
/// <param name="Key">Before the equals sign.</param>
/// <param name="Value">Behind it.</param>
/// <param name="Place">File and line.</param>
internal sealed record MainSetting(string Key, string Value, string Place);

/// <summary>The scheduler's main file and the objects that it names, as they lie on the disk.</summary>
/// <param name="Path">The main file.</param>
/// <param name="Settings">Its settings and those of its resource files, in their order.</param>
/// <param name="Objects">Every definition.</param>
internal sealed partial record SchedulerFiles(string Path, IReadOnlyList<MainSetting> Settings, IReadOnlyList<ObjectDefinition> Objects)
{
    private static readonly string[] OfShinken = ["/etc/shinken/shinken.cfg"];

    private static readonly string[] OfNagios = ["/etc/nagios4/nagios.cfg", "/etc/nagios/nagios.cfg", "/usr/local/nagios/etc/nagios.cfg"];

    /// <summary>Reads them.</summary>
    /// <param name="diagnosis">Receives what cannot be read.</param>
    /// <param name="scheduler"><c>shinken</c> or <c>nagios</c>.</param>
    /// <param name="mainFile">The main file; null to look where distributions have it.</param>
    /// <param name="objectsFolder">Read instead of the folders that the main file names; null for those.</param>
    /// <returns>Null when there is no main file.</returns>
    public static SchedulerFiles? Read(Diagnosis diagnosis, string scheduler, string? mainFile, string? objectsFolder)
    {
        string[] places = mainFile is not null ? [mainFile] : scheduler == "shinken" ? OfShinken : OfNagios;
        (string Path, string Text) main = places.Select(path => (Path: path, Text: diagnosis.Read(path)!)).FirstOrDefault(
            one => one.Text is not null);
        if (main.Text is null)
        {
            diagnosis.AddUnknown($"the scheduler's main file is not at {string.Join(", ", places)}: give --main-file FILE");
            return null;
        }

        List<MainSetting> settings = [.. Parse(main.Text, main.Path)];
        string folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(main.Path))!;
        IEnumerable<string> Named(string key) =>
            settings.Where(setting => setting.Key == key).Select(setting => System.IO.Path.Combine(folder, setting.Value)).ToList();
        foreach (string resource in Named("resource_file"))
        {
            settings.AddRange(Parse(diagnosis.Read(resource) ?? "", resource));
        }

        var objects = new List<ObjectDefinition>();
        foreach (string place in objectsFolder is not null ? [objectsFolder] : Named("cfg_dir").Concat(Named("cfg_file")))
        {
            try
            {
                objects.AddRange(Directory.Exists(place) ? ObjectFiles.ReadFolder(place) : ObjectFiles.ReadFile(place));
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                diagnosis.AddUnknown($"the scheduler's objects: {unreadable.Message}");
            }
        }

        return new SchedulerFiles(main.Path, settings, objects);
    }

    /// <summary>The settings of a text: <c>key=value</c>, one a line.</summary>
    public static IEnumerable<MainSetting> Parse(string text, string file)
    {
        var number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            string[] parts = line.Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts.Length == 2 && parts[0].Length > 0 && parts[0][0] is not ('#' or ';'))
            {
                yield return new MainSetting(parts[0], parts[1], $"{file}:{number}");
            }
        }
    }

    /// <summary>A setting; of one that stands twice the last counts.</summary>
    public MainSetting? Last(string key) => Settings.LastOrDefault(setting => setting.Key == key);

    /// <summary>
    /// What is in force: definitions that are registered, and the templates that these use. The stock objects of a distribution define more
    /// than anything uses.
    /// </summary>
    public IReadOnlyList<ObjectDefinition> InForce() => WithTemplates(Objects.Where(one => one["register"] != "0"));

    /// <summary>The hosts of a service by its name, those that its templates name included.</summary>
    public IEnumerable<string> HostsOf(string service) =>
        WithTemplates(Objects.Where(one => one.Kind == "service" && one["register"] != "0" && one["service_description"] == service))
            .SelectMany(one => one.Names("host_name"));

    private List<ObjectDefinition> WithTemplates(IEnumerable<ObjectDefinition> definitions)
    {
        Dictionary<(string Kind, string Name), ObjectDefinition> templates = Objects.Where(one => one["name"].Length > 0)
            .GroupBy(one => (one.Kind, one["name"])).ToDictionary(group => group.Key, group => group.Last());
        var found = new HashSet<ObjectDefinition>(ReferenceEqualityComparer.Instance);
        var waiting = new Stack<ObjectDefinition>(definitions);
        while (waiting.TryPop(out ObjectDefinition? one))
        {
            if (found.Add(one))
            {
                foreach (string name in one.Names("use"))
                {
                    if (templates.TryGetValue((one.Kind, name), out ObjectDefinition? template))
                    {
                        waiting.Push(template);
                    }
                }
            }
        }

        return [.. found];
    }

    /// <summary>The first word of a command line with the macros of the main file filled in; null when one is not known.</summary>
    public string? ProgramOf(string commandLine)
    {
        string first = commandLine.Split(' ', 2)[0].Trim('"', '\'');
        string program = Macro().Replace(first, match => Last(match.Value)?.Value.TrimEnd('/') ?? match.Value);
        return program.StartsWith('/') && !program.Contains('$', StringComparison.Ordinal) ? program : null;
    }

    [GeneratedRegex(@"\$[A-Za-z0-9_]+\$")]
    private static partial Regex Macro();
}
