using System.Diagnostics;
using System.Text.RegularExpressions;
using Ringfree.Monitoring.Tests.PagerDuty;

namespace Ringfree.Monitoring.Bridge.Tests;

/// <summary>
/// A nagios4 of one host, web1, whose notification command is the published program. Its checks read what <see cref="State"/> wrote; its units of
/// time are seconds.
/// </summary>
internal sealed class RealNagios : IDisposable
{
    /// <summary>Lets a service flap; for the constructor's services.</summary>
    public const string Flaps = "flap_detection_enabled 1";

    /// <summary>Gives a service to a contact that does not notify the bridge; for the constructor's services.</summary>
    public const string OfAnotherContact = "contacts somebody";

    private const UnixFileMode ReadableByAll =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // Much is done by programs of their own, on a machine that may be busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly PagerDutySandbox sandbox;
    private Process? nagios;

    /// <param name="sandbox">Where the bridge delivers.</param>
    /// <param name="toml">Further tables of the bridge's config; FOLDER stands for the test's folder.</param>
    /// <param name="services">Each a name and, after a blank, directives that the others have not.</param>
    public RealNagios(PagerDutySandbox sandbox, string toml, params string[] services)
    {
        Needs.Root();
        Needs.File("/usr/sbin/nagios4", "nagios4-core");
        this.sandbox = sandbox;
        Bridge = new PublishedBridge(sandbox.Endpoint, scheduler: "nagios", toml: toml);
        Prepare([.. services.Select(service => service.Split(' ', 2))]);
    }

    public PublishedBridge Bridge { get; }

    private TestFolder Folder => Bridge.Folder;

    /// <summary>Starts nagios and waits until it takes commands.</summary>
    public async Task StartAsync()
    {
        ProcessResult verified = ProcessRun.Run("/usr/sbin/nagios4", ["-v", Folder.PathOf("nagios.cfg")]);
        Assert.True(verified.ExitCode == 0, verified.Output);
        nagios = ProcessRun.Start("/usr/sbin/nagios4", [Folder.PathOf("nagios.cfg")]);
        await PublishedBridge.Until(() => File.Exists(Folder.PathOf("status.dat")) && IsTold("CHANGE_CUSTOM_HOST_VAR;web1;X;1"), "nagios4", Patience);
    }

    /// <summary>What the next checks of a service say, or of the host by its name: 0 is good, 1 a service's warning, 2 critical or down.</summary>
    /// <remarks>Renamed into place: a check that reads an empty file would call it CRITICAL.</remarks>
    public void State(string name, int code) =>
        File.Move(Folder.Write($"states/.{name}", $"{code}", ReadableByAll), Folder.PathOf("states", name), overwrite: true);

    public void Command(string command) => Assert.True(IsTold(command), $"nagios does not take {command}");

    /// <summary>The newest alert of a service, or of the host when the name is empty.</summary>
    public Alert? Newest(string service) => PublishedBridge.Newest(sandbox, KeyOf(service));

    /// <summary>What the bridge did about a service.</summary>
    public string Trace(string service) => Bridge.Run("trace", "web1", service).Output;

    /// <summary>Waits for the state of a service at PagerDuty, or of the host when the name is empty, and for the number of pages so far.</summary>
    public async Task Until(string service, string state, int pages)
    {
        try
        {
            await PublishedBridge.Until(
                () => Newest(service)?.State == state && sandbox.Incidents.Count(alert => alert.DedupKey == KeyOf(service)) == pages,
                $"{KeyOf(service)} {state}, {pages} pages",
                Patience);
        }
        catch (Xunit.Sdk.XunitException late)
        {
            Assert.Fail($"{late.Message}\n{File.ReadAllText(Folder.PathOf("nagios.log"))}{Trace(service)}{Bridge.Logged}");
        }
    }

    /// <summary>Waits for lines of a service in nagios' own status, or of the host when the name is empty, in the order in which they stand there.</summary>
    public Task UntilItSays(string service, params string[] lines) => UntilStatusHolds(
        $"^{(service.Length > 0 ? $"servicestatus {{[^}}]*service_description={service}" : "hoststatus {")}\n", lines);

    /// <summary>Waits for nagios' comment on a service.</summary>
    public Task UntilItComments(string service, string author, string comment) => UntilStatusHolds(
        "^servicecomment {\n", $"service_description={service}", $"author={author}", $"comment_data={comment}");

    public void Dispose()
    {
        nagios?.Kill(entireProcessTree: true);
        nagios?.WaitForExit();
        nagios?.Dispose();
        Bridge.Dispose();
    }

    private static string KeyOf(string service) => service.Length > 0 ? $"host=web1;service={service}" : "host=web1";

    private Task UntilStatusHolds(string first, params string[] lines)
    {
        string pattern = first + string.Concat(lines.Select(line => $"[^}}]*\t{Regex.Escape(line)}\n"));
        return PublishedBridge.Until(
            () => Regex.IsMatch(File.ReadAllText(Folder.PathOf("status.dat")), pattern, RegexOptions.Multiline, TimeSpan.FromSeconds(5)),
            $"nagios says {string.Join(", ", lines)}",
            Patience);
    }

    private bool IsTold(string command)
    {
        try
        {
            new CommandPipe(Folder.PathOf("rw", "nagios.cmd"), TimeProvider.System).Write(command);
            return true;
        }
        catch (IOException)
        {
            return false; // Nagios is not there yet.
        }
    }

    private void Prepare(IReadOnlyList<string[]> services)
    {
        File.SetUnixFileMode(Folder.Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead
            | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
        File.SetUnixFileMode(Bridge.ConfigFile, ReadableByAll);
        Directory.CreateDirectory(Folder.PathOf("rw"));
        Directory.CreateDirectory(Folder.PathOf("results"));
        Directory.CreateDirectory(Folder.PathOf("states"));
        ProcessRun.CopyProgram(PublishedBridge.Program, Folder.PathOf("pagerduty-bridge"));
        Folder.Write("check.sh", "code=$(cat \"$1/states/$2\"); echo \"$2 says $code\"; exit \"$code\"\n", ReadableByAll);
        State("web1", 0);
        foreach (string[] service in services)
        {
            State(service[0], 0);
        }

        string root = Folder.Root;
        string definitions = string.Concat(services.Select(service =>
            $$"""
            define service {
                use any
                service_description {{service[0]}}
                check_command check!{{service[0]}}
                {{(service.Length > 1 ? service[1] : "")}}
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
            define command {
                command_name tell_somebody
                command_line /bin/true
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
            define contact {
                contact_name somebody
                service_notification_commands tell_somebody
                host_notification_commands tell_somebody
                service_notification_period always
                host_notification_period always
                service_notification_options w,u,c,r,f,s
                host_notification_options d,u,r,f,s
            }
            define host {
                host_name web1
                alias web1
                address 127.0.0.1
                check_command check!web1
                check_interval 1
                retry_interval 1
                max_check_attempts 1
                check_period always
                notification_period always
                notification_interval 0
                notification_options d,u,r,f,s
                flap_detection_enabled 0
                contacts pagerduty
            }
            define service {
                name any
                register 0
                host_name web1
                check_interval 1
                retry_interval 1
                max_check_attempts 1
                check_period always
                notification_period always
                notification_interval 0
                notification_options w,u,c,r,f,s
                flap_detection_enabled 0
                low_flap_threshold 10
                high_flap_threshold 25
                contacts pagerduty
            }
            {{definitions}}
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
            max_host_check_spread=1
            host_inter_check_delay_method=n
            cached_host_check_horizon=0
            """,
            ReadableByAll);
        ProcessResult owned = ProcessRun.Shell(
            "chgrp nagios \"$1/spool\" \"$1/key\" && chmod 2770 \"$1/spool\" && chmod 0640 \"$1/key\" && chmod 0755 \"$1/pagerduty-bridge\" && chown nagios \"$1\" \"$1/rw\" \"$1/results\"",
            root);
        Assert.Equal((0, ""), (owned.ExitCode, owned.Error));
    }
}
