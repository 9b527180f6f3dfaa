using System.Diagnostics;

namespace Ringfree.Monitoring.Programs.Tests;

/// <summary>Runs programs under a filter that refuses the system calls of later kernels. Compiled once from old_kernel.c.</summary>
public sealed class OldKernel : IDisposable
{
    /// <summary>The last system call of Linux 2.6.32 on x86-64, perf_event_open.</summary>
    public const int RedHat6 = 298;

    /// <summary>The last system call of Linux 3.10 on x86-64, finit_module.</summary>
    public const int RedHat7 = 313;

    private readonly TestFolder folder = new();

    public OldKernel()
    {
        Program = folder.PathOf("old_kernel");
        ProcessResult built = ProcessRun.Run(
            "/usr/bin/gcc", ["-Wall", "-static", "-o", Program, Repository.PathOf("tests", "programs", "old_kernel.c")]);
        Assert.True(built.ExitCode == 0, built.Error);
    }

    public string Program { get; }

    public ProcessResult Run(int lastCall, string program, params string[] arguments) => ProcessRun.Run(Program, [$"{lastCall}", program, .. arguments]);

    public Process Start(int lastCall, string program, params string[] arguments) => ProcessRun.Start(Program, [$"{lastCall}", program, .. arguments]);

    public void Dispose() => folder.Dispose();
}
