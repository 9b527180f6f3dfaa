using System.Diagnostics;
using System.Text;

namespace Ringfree.Monitoring.Estate;

/// <summary>A program of the machine that judges generated files.</summary>
/// <param name="path">Its absolute path.</param>
public sealed class ExternalProgram(string path)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);
    private static readonly string[] Folders = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

    /// <summary>Its absolute path.</summary>
    public string Path => path;

    /// <summary>Looks for a program where the system's programs are.</summary>
    /// <param name="names">Its names, the most likely first.</param>
    /// <returns>The program, or null when the machine has none of them.</returns>
    public static ExternalProgram? Find(params string[] names) => names
        .SelectMany(name => Folders.Select(folder => $"{folder}/{name}"))
        .FirstOrDefault(File.Exists) is { } found ? new ExternalProgram(found) : null;

    /// <summary>Runs it to its end, with nothing on its standard input.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>Its exit code (-1 when it was killed after five minutes), and what it said on both streams.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public (int ExitCode, string Said) Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        StringBuilder said = new();
        process.OutputDataReceived += (_, line) => Append(said, line.Data);
        process.ErrorDataReceived += (_, line) => Append(said, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        if (!process.WaitForExit(Deadline))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            return (-1, $"{said}{path} did not end within {Deadline.TotalMinutes} min");
        }

        process.WaitForExit();
        return (process.ExitCode, said.ToString());
    }

    /// <summary>Starts it; the caller ends it and disposes of it.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>The process.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public Process Start(params string[] arguments)
    {
        ProcessStartInfo start = new(path, arguments) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
#pragma warning disable RS0030 // this is the process runner that the rule asks for, with a deadline and an owner
        return Process.Start(start) ?? throw new InvalidOperationException($"{path} did not start");
#pragma warning restore RS0030
    }

    private static void Append(StringBuilder said, string? line)
    {
        lock (said)
        {
            said.Append(line is null ? "" : line + '\n');
        }
    }
}
