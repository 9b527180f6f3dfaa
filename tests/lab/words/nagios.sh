# Real Nagios 4 as the scheduler of the estate's monitoring host. Sourced by stage.

scheduler_user=nagios scheduler_group=nagios dialect=nagios
nagios=/var/lib/nagios4
command_pipe=$nagios/rw/nagios.cmd
scheduler_toml() {
    cat <<TOML
[reconcile]
status_file = "$nagios/status.dat"
objects_file = "$nagios/objects.cache"
contact = "rf-pagerduty"
interval = "20s"
TOML
}

start_scheduler() {
    cp -r "$work/objects" "$disks/shinken/objects"
    on shinken bash -c "rm -rf $nagios && mkdir -p /etc/nagios4 && cp -r /run/lab/objects /etc/nagios4/ringfree"
    on shinken "$checkout/tests/support/nagios-cfg" $nagios /etc/nagios4/ringfree "$unit" >"$work/nagios.cfg"
    place shinken "$work/nagios.cfg" /etc/nagios4/lab.cfg root:root 0644
    on shinken nagios4 -v /etc/nagios4/lab.cfg >"$work/log/nagios.verify" 2>&1 || fail "nagios4 refuses the objects: $(grep -i error "$work/log/nagios.verify" | head -n 3)"
    on shinken env TZ="$noon" nagios4 -d /etc/nagios4/lab.cfg >>"$work/log/nagios.verify" 2>&1
}
# What the scheduler logged, oldest first, without colors and moments.
scheduler_log() { on shinken cat $nagios/nagios.log 2>/dev/null; }
# One line for each service: host, service, state, whether it was checked, the plugin's output; separated by tabs.
service_states() {
    on shinken awk -v FS='=' -v OFS='\t' '
        /^servicestatus \{/ { inside = 1 }
        inside && $1 == "\thost_name" { host = $2 }
        inside && $1 == "\tservice_description" { service = $2 }
        inside && $1 == "\tcurrent_state" { state = $2 }
        inside && $1 == "\thas_been_checked" { checked = $2 }
        inside && $1 == "\tproblem_has_been_acknowledged" { acknowledged = $2 }
        inside && $1 == "\tplugin_output" { sub(/^[^=]*=/, ""); output = $0 }
        inside && /^\t\}/ { print host, service, state, checked, acknowledged, output; inside = 0 }' $nagios/status.dat 2>/dev/null
}
