using Ringfree.Monitoring.Estate;

namespace Ringfree.Monitoring.Bridge;

/// <summary>The systemd unit that starts serve, or watch on the host that only watches.</summary>
internal static class UnitFile
{
    private const string DefaultConfig = "/etc/ringfree/pagerduty-bridge.toml";
    private const string Systemd = "/run/systemd/system";

    private static readonly string[] Folders =
        ["/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    /// <summary>Finds the unit where systemd looks, and judges it.</summary>
    public static void Judge(Diagnosis diagnosis, Config config, string configFile, Installation installation)
    {
        string name = installation.IsOnlyWatch ? "pagerduty-watch.service" : "pagerduty-bridge.service";
        foreach (string folder in Folders)
        {
            string path = Path.Combine(folder, name);
            if (diagnosis.Read(path) is { } text)
            {
                int before = diagnosis.Wrong.Count;
                Judge(
                    diagnosis, path, text, config, configFile, installation.IsOnlyWatch ? null : installation.Serve?.Name, Diagnosis.Look);
                if (diagnosis.Wrong.Count == before)
                {
                    diagnosis.AddGood($"unit {path}");
                }

                return;
            }
        }

        if (Directory.Exists(Systemd))
        {
            diagnosis.AddWrong($"systemd has no unit {name}", "make install puts it there; then systemctl daemon-reload");
        }
        else
        {
            diagnosis.AddUnknown($"{name}: systemd does not run here, so what starts the program is not known");
        }
    }

    /// <summary>Judges a unit.</summary>
    /// <param name="diagnosis">Receives what is wrong.</param>
    /// <param name="path">Its file.</param>
    /// <param name="text">Its content.</param>
    /// <param name="config">The config that it should run with.</param>
    /// <param name="configFile">That config's file.</param>
    /// <param name="user">The user that owns the store; null when not known.</param>
    /// <param name="look">Asks the machine for a path.</param>
    public static void Judge(
        Diagnosis diagnosis, string path, string text, Config config, string configFile, string? user, Func<string, PathLook> look)
    {
        List<(string Key, string Value)> settings = [.. text.Split('\n').Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(parts => parts.Length == 2 && !parts[0].StartsWith('#') && !parts[0].StartsWith(';'))
            .Select(parts => (parts[0], parts[1]))];
        string? Last(string key) => settings.FindLast(setting => setting.Key == key).Value;
        static string[] Words(string value) => value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        string[] command = Words(Last("ExecStart") ?? "");
        string program = command.Length > 0 ? command[0].TrimStart('-', '@', ':', '+', '!') : "";
        string restart = $"systemctl daemon-reload && systemctl restart {Path.GetFileNameWithoutExtension(path)}";
        string Set(string key, string value) => $"set {key}={value} in {path}, then {restart}";
        if (!program.StartsWith('/') || look(program) is { IsAbsent: true } or { Facts: { IsRegular: false } })
        {
            string own = ShellWord.Quote(Environment.ProcessPath ?? "/usr/local/bin/pagerduty-bridge");
            diagnosis.AddWrong(
                $"{path}: ExecStart={program}: there is no such program",
                Set("ExecStart", $"{own} {string.Join(' ', command.Skip(1))}".TrimEnd()));
        }

        int option = Array.IndexOf(command, "--config");
        string used = option >= 0 && option + 1 < command.Length ? command[option + 1] : DefaultConfig;
        if (used != configFile)
        {
            diagnosis.AddWrong(
                $"{path} runs with {used}, but {configFile} is diagnosed", $"pagerduty-bridge --config {ShellWord.Quote(used)} doctor");
        }

        if (user is not null && (Last("User") ?? "root") is var runsAs && runsAs != user)
        {
            diagnosis.AddWrong($"{path} runs serve as {runsAs}, but the store belongs to {user}", Set("User", user));
        }

        if (Last("ProtectSystem") == "strict" && user is not null)
        {
            List<string> writable = [.. settings.Where(setting => setting.Key == "ReadWritePaths")
                .SelectMany(setting => Words(setting.Value)).Select(folder => folder.TrimStart('-', '+'))
                .Concat(Words(Last("StateDirectory") ?? "").Select(folder => $"/var/lib/{folder}"))];
            foreach (string needed in new[] { config.SpoolPath, Path.GetDirectoryName(config.StorePath)! })
            {
                if (!writable.Exists(folder => needed == folder || needed.StartsWith(folder.TrimEnd('/') + '/', StringComparison.Ordinal)))
                {
                    diagnosis.AddWrong(
                        $"{path}: ProtectSystem=strict keeps serve from writing {needed}",
                        $"add ReadWritePaths={needed}, then {restart}");
                }
            }
        }
    }
}
