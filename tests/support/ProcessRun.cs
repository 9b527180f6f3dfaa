using System.Diagnostics;
using System.Text;
using Xunit;

namespace Ringfree.Monitoring.Tests.Support;

/// <summary>How a program ended. Standard output and error are whole, as bytes and as text.</summary>
public sealed record ProcessResult(int ExitCode, byte[] OutputBytes, string Error, TimeSpan Elapsed)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);
}

/// <summary>The tests' only way to start a process: every child has a deadline, and its tree ends with the test.</summary>
public static class ProcessRun
{
    public static readonly TimeSpan DefaultDeadline = TimeSpan.FromSeconds(60);

    /// <summary>Runs a program to its end. <paramref name="environment"/> replaces the whole environment when given.</summary>
    public static ProcessResult Run(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        byte[]? input = null,
        TimeSpan? deadline = null,
        string? workingFolder = null)
    {
        var clock = Stopwatch.StartNew();
        using Process process = Start(file, arguments, environment, workingFolder);
        Task<byte[]> output = ReadAll(process.StandardOutput.BaseStream);
        Task<byte[]> error = ReadAll(process.StandardError.BaseStream);
        Task feeding = Feed(process.StandardInput.BaseStream, input ?? []);
        if (!process.WaitForExit(deadline ?? DefaultDeadline))
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            throw new TimeoutException(
                $"{file} {string.Join(' ', arguments)} did not end within {deadline ?? DefaultDeadline}; "
                + $"output: {Encoding.UTF8.GetString(output.Result)} error: {Encoding.UTF8.GetString(error.Result)}");
        }

        TimeSpan elapsed = clock.Elapsed;
        Task.WaitAll(output, error, feeding);
        return new ProcessResult(process.ExitCode, output.Result, Encoding.UTF8.GetString(error.Result), elapsed);
    }

    /// <summary>Runs a line of shell with positional parameters ($1 …); data never becomes part of the line.</summary>
    public static ProcessResult Shell(string line, params string[] parameters) =>
        Run("/bin/sh", ["-c", line, "sh", .. parameters]);

    /// <summary>
    /// Copies a program that is to be run. Another process copies: a child that another thread starts meanwhile would inherit the open
    /// copy, and the kernel runs no file that is open for writing ("Text file busy").
    /// </summary>
    public static void CopyProgram(string program, string to)
    {
        ProcessResult copied = Run("/bin/cp", [program, to]);
        Assert.True(copied.ExitCode == 0, copied.Error);
    }

    /// <summary>Starts a program that the caller owns, kills and disposes of.</summary>
    public static Process Start(
        string file,
        IEnumerable<string> arguments,
        IReadOnlyDictionary<string, string>? environment = null,
        string? workingFolder = null)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingFolder ?? "",
        };
        if (environment is not null)
        {
            start.Environment.Clear();
            foreach ((string name, string value) in environment)
            {
                start.Environment[name] = value;
            }
        }

#pragma warning disable RS0030 // this is the process runner that the rule asks for
        return Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
#pragma warning restore RS0030
    }

    private static async Task<byte[]> ReadAll(Stream stream)
    {
        using var buffer = new MemoryStream();
        await stream.CopyToAsync(buffer);
        return buffer.ToArray();
    }

    private static async Task Feed(Stream stream, byte[] input)
    {
        try
        {
            await stream.WriteAsync(input);
            stream.Close();
        }
        catch (IOException)
        {
            // The program ended without reading its input: its own affair.
        }
    }
}
