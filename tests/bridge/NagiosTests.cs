using System.Diagnostics;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>A real nagios4 whose notification command is the published program: its own flapping, downtimes and acknowledgements.</summary>
[Trait("Kind", "published binary")]
public sealed class NagiosTests : IDisposable
{
    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly string[] Services = ["Ack", "Downtime", "Flap", "Lost", "Reconciled"];

    private PublishedBridge? bridge;
    private Process? nagios;

    private TestFolder Folder => bridge!.Folder;

    public void Dispose()
    {
        nagios?.Kill(entireProcessTree: true);
        nagios?.WaitForExit();
        nagios?.Dispose();
        bridge?.Dispose();
    }

    [SkippableFact]
    public async Task Downtime_flapping_acknowledgement_a_worsening_state_and_a_lost_daemon_end_in_the_right_state()
    {
        Needs.Root();
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        await using PagerDutySandbox sandbox = await PagerDutySandbox.StartAsync();
        bridge = new PublishedBridge(sandbox.Endpoint, scheduler: "nagios");
        Prepare();
        Process serve = await bridge.ServeAsync();
        StartNagios();
        await PublishedBridge.Until(() => File.Exists(Folder.PathOf("status.dat")) && Command("CHANGE_CUSTOM_SVC_VAR;web1;Ack;X;1"), "nagios4");

        // An acknowledgement, not sticky, and then a worse state: PagerDuty pages again.
        State("Ack", 1);
        await Until(sandbox, "Ack", "triggered", 1);
        Assert.True(Command("ACKNOWLEDGE_SVC_PROBLEM;web1;Ack;1;1;0;ann;looking"));
        await Until(sandbox, "Ack", "acknowledged", 1);
        State("Ack", 2);
        await Until(sandbox, "Ack", "triggered", 2);
        State("Ack", 0);
        await Until(sandbox, "Ack", "resolved", 2);

        // It recovers within its downtime: Nagios sends no recovery, and the end of the downtime resolves.
        State("Downtime", 2);
        await Until(sandbox, "Downtime", "triggered", 1);
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.True(Command($"SCHEDULE_SVC_DOWNTIME;web1;Downtime;{now};{now + 12};1;0;12;ann;new disks"));
        await UntilInDowntime("servicestatus", "service_description=Downtime");
        State("Downtime", 0);

        // It flaps: Nagios holds everything back until it is stable, and says then only that the flapping has stopped.
        State("Flap", 2);
        await Until(sandbox, "Flap", "triggered", 1);
        for (var turn = 0; turn < 14; turn++)
        {
            State("Flap", turn % 2 == 0 ? 0 : 2);
            await Task.Delay(TimeSpan.FromMilliseconds(1_200));
        }

        State("Flap", 0);
        await Until(sandbox, "Downtime", "resolved", 1);

        // The daemon is lost: notify delivers by itself, and the next serve agrees.
        serve.Kill();
        await serve.WaitForExitAsync();
        State("Lost", 2);
        await Until(sandbox, "Lost", "triggered", 1);
        State("Lost", 0);
        await Until(sandbox, "Lost", "resolved", 1);
        await PublishedBridge.Until(() => Newest(sandbox, "Flap")?.State == "resolved", "the end of the flapping", TimeSpan.FromSeconds(60));

        // It recovers while its host is in downtime: Nagios never says so, and the reconciliation finds it.
        Folder.Write(
            "bridge.toml",
            File.ReadAllText(bridge.ConfigFile) + $"\n[reconcile]\nstatus_file = \"{Folder.PathOf("status.dat")}\"\ninterval = \"2s\"\n",
            ReadableByAll);
        _ = await bridge.ServeAsync();
        State("Reconciled", 2);
        await Until(sandbox, "Reconciled", "triggered", 1);
        now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        Assert.True(Command($"SCHEDULE_HOST_DOWNTIME;web1;{now};{now + 3_600};1;0;3600;ann;moving"));
        await UntilInDowntime("hoststatus", "host_name=web1");
        State("Reconciled", 0);
        await Until(sandbox, "Reconciled", "resolved", 1);
        Assert.Contains("the scheduler says OK: closed", bridge.Run("trace", "web1", "Reconciled").Output, StringComparison.Ordinal);
        Assert.All(Services, service => Assert.Equal("resolved", Newest(sandbox, service)!.State));
    }

    private static Alert? Newest(PagerDutySandbox sandbox, string service) => PublishedBridge.Newest(sandbox, $"host=web1;service={service}");

    private async Task Until(PagerDutySandbox sandbox, string service, string state, int pages)
    {
        try
        {
            await PublishedBridge.Until(
                () => Newest(sandbox, service)?.State == state && sandbox.Incidents.Count(alert => alert.DedupKey == $"host=web1;service={service}") == pages,
                $"{service} {state}, {pages} pages",
                TimeSpan.FromSeconds(40));
        }
        catch (Xunit.Sdk.XunitException late)
        {
            string[] said = [.. File.ReadLines(Folder.PathOf("nagios.log")).Where(line => line.Contains($";{service};", StringComparison.Ordinal))];
            Assert.Fail($"{late.Message}\n{string.Join('\n', said)}\n{bridge!.Run("trace", "web1", service).Output}{bridge.Logged}");
        }
    }

    // Renamed into place: a check that reads an empty file would call it CRITICAL.
    private void State(string service, int code) => File.Move(Folder.Write($"states/.{service}", $"{code}", ReadableByAll), Folder.PathOf("states", service), overwrite: true);

    private Task UntilInDowntime(string kind, string of) => PublishedBridge.Until(
        () => Regex.IsMatch(File.ReadAllText(Folder.PathOf("status.dat")), $"^{kind} \\{{[^}}]*{of}\n[^}}]*scheduled_downtime_depth=1\n", RegexOptions.Multiline, TimeSpan.FromSeconds(5)),
        $"{of} in downtime");

    private bool Command(string command)
    {
        string pipe = Folder.PathOf("rw", "nagios.cmd");
        if (!File.Exists(pipe))
        {
            return false;
        }

        try
        {
            new CommandPipe(pipe, TimeProvider.System).Write(command);
            return true;
        }
        catch (IOException)
        {
            return false; // Nagios is not there yet.
        }
    }

    private void Prepare()
    {
        File.SetUnixFileMode(Folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
            | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(bridge!.ConfigFile, ReadableByAll);
        Directory.CreateDirectory(Folder.PathOf("rw"));
        Directory.CreateDirectory(Folder.PathOf("results"));
        Directory.CreateDirectory(Folder.PathOf("states"));
        ProcessRun.CopyProgram(PublishedBridge.Program, Folder.PathOf("pagerduty-bridge"));
        Folder.Write("check.sh", "code=$(cat \"$1/states/$2\"); echo \"$2 says $code\"; exit \"$code\"\n", ReadableByAll);
        foreach (string service in Services)
        {
            State(service, 0);
        }

        string root = Folder.Root;
        string services = string.Concat(Services.Select(service =>
            $$"""
            define service {
                host_name web1
                service_description {{service}}
                check_command check!{{service}}
                check_interval 1
                retry_interval 1
                max_check_attempts 1
                check_period always
                notification_period always
                notification_interval 0
                notification_options w,u,c,r,f,s
                flap_detection_enabled {{(service == "Flap" ? 1 : 0)}}
                low_flap_threshold 10
                high_flap_threshold 25
                contacts pagerduty
            }

            """));
        Folder.Write(
            "objects.cfg",
            $$"""
            define timeperiod {
                timeperiod_name always
                alias always
                sunday 00:00-24:00
                monday 00:00-24:00
                tuesday 00:00-24:00
                wednesday 00:00-24:00
                thursday 00:00-24:00
                friday 00:00-24:00
                saturday 00:00-24:00
            }
            define command {
                command_name check
                command_line /bin/sh {{root}}/check.sh {{root}} $ARG1$
            }
            define command {
                command_name notify
                command_line {{root}}/pagerduty-bridge --config {{root}}/bridge.toml notify
            }
            define contact {
                contact_name pagerduty
                service_notification_commands notify
                host_notification_commands notify
                service_notification_period always
                host_notification_period always
                service_notification_options w,u,c,r,f,s
                host_notification_options d,u,r,f,s
            }
            define host {
                host_name web1
                alias web1
                address 127.0.0.1
                max_check_attempts 1
                check_period always
                notification_period always
                contacts pagerduty
            }
            {{services}}
            """,
            ReadableByAll);
        Folder.Write(
            "nagios.cfg",
            $"""
            cfg_file={root}/objects.cfg
            log_file={root}/nagios.log
            object_cache_file={root}/objects.cache
            status_file={root}/status.dat
            state_retention_file={root}/retention.dat
            temp_file={root}/temporary
            temp_path={root}
            check_result_path={root}/results
            lock_file={root}/lock
            query_socket={root}/query
            command_file={root}/rw/nagios.cmd
            check_external_commands=1
            nagios_user=nagios
            nagios_group=nagios
            use_syslog=0
            interval_length=1
            status_update_interval=1
            enable_environment_macros=1
            enable_flap_detection=1
            execute_service_checks=1
            enable_notifications=1
            max_service_check_spread=1
            service_inter_check_delay_method=n
            """,
            ReadableByAll);
        ProcessResult owned = ProcessRun.Shell(
            "chgrp nagios \"$1/spool\" \"$1/key\" && chmod 2770 \"$1/spool\" && chmod 0640 \"$1/key\" && chmod 0755 \"$1/pagerduty-bridge\" && chown nagios \"$1\" \"$1/rw\" \"$1/results\"",
            root);
        Assert.Equal((0, ""), (owned.ExitCode, owned.Error));
    }

    private void StartNagios()
    {
        ProcessResult verified = ProcessRun.Run("/usr/sbin/nagios4", ["-v", Folder.PathOf("nagios.cfg")]);
        Assert.True(verified.ExitCode == 0, verified.Output);
        nagios = ProcessRun.Start("/usr/sbin/nagios4", [Folder.PathOf("nagios.cfg")]);
    }
}
