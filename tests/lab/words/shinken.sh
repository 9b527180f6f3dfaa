# Real Shinken 2.4.3, all six daemons, as the scheduler of the estate's monitoring host. Sourced by stage. Its sources and its Python are the caller's:
# SHINKEN_SRC, NAMED_PIPE_SRC, LIVESTATUS_SRC, LOGSTORE_SRC and PYTHON2 (see README.md).

scheduler_user=shinken scheduler_group=shinken dialect=shinken
shinken=/var/lib/shinken/lab
command_pipe=$shinken/run/shinken.cmd
scheduler_toml() {
    cat <<TOML
[reconcile]
livestatus = "127.0.0.1:50000"
contact = "rf-pagerduty"
interval = "20s"
TOML
}

daemons=(scheduler poller reactionner broker receiver)
prepare_scheduler() {
    local root=$disks/image/root
    mkdir -p "$root/opt/shinken/modules" "$root/opt/python2"
    cp -r "$SHINKEN_SRC/bin" "$SHINKEN_SRC/shinken" "$root/opt/shinken/"
    cp -r "$NAMED_PIPE_SRC/module" "$root/opt/shinken/modules/named_pipe"
    cp -r "$LIVESTATUS_SRC/module" "$root/opt/shinken/modules/livestatus"
    cp -r "$LOGSTORE_SRC/module" "$root/opt/shinken/modules/logstore_null"
    cp "$lab/doubles/python2/pycurl.py" "$root/opt/shinken/"
    chmod -R a+rX "$root/opt/shinken"
}
tags() { { echo None; grep -rhoE "^ *$1 +[^ ;]+" "$work/objects" | awk '{print $2}'; } | sort -u | paste -sd,; }
define() { # KIND NAME LINE...
    printf 'define %s {\n  %s_name %s\n' "$1" "$1" "$2"
    shift 2
    printf '  %s\n' "$@" '}'
}

start_scheduler() {
    local daemon port=7770 prefix
    prefix=$(cd "$(dirname "$PYTHON2")/.." && pwd)
    # Bound, because the folder of a home is closed to other users.
    on shinken mount --bind "$prefix" /opt/python2
    on shinken install -d -o shinken -g shinken -m 2775 $shinken $shinken/run $shinken/log
    cp -r "$work/objects" "$disks/shinken/objects"
    on shinken bash -c 'mkdir -p /etc/shinken/objects && cp -r /run/lab/objects /etc/shinken/objects/ringfree'
    {
        cat <<CFG
cfg_dir=/etc/shinken/objects
\$USER1\$=/var/lib/shinken/libexec
\$PLUGINSDIR\$=/var/lib/shinken/libexec
\$NAGIOSPLUGINSDIR\$=/usr/lib/nagios/plugins
modules_dir=/opt/shinken/modules
workdir=$shinken/run
lock_file=$shinken/run/arbiterd.pid
local_log=$shinken/log/arbiterd.log
log_level=INFO
pack_distribution_file=$shinken/run/pack.dat
idontcareaboutsecurity=0
interval_length=$unit
max_service_check_spread=1
max_host_check_spread=1
enable_environment_macros=0
illegal_macro_output_chars=\`~\\\$&|'"<>
disable_old_nagios_parameters_whining=1
http_backend=auto
CFG
        define arbiter arbiter-1 "address 127.0.0.1" "port $port" "modules named-pipe"
        define scheduler scheduler-1 "address 127.0.0.1" "port 7771"
        define poller poller-1 "address 127.0.0.1" "port 7772" "poller_tags $(tags poller_tag)" "min_workers 1" "max_workers 1"
        define reactionner reactionner-1 "address 127.0.0.1" "port 7773" "reactionner_tags $(tags reactionner_tag)" "min_workers 1" "max_workers 1"
        define broker broker-1 "address 127.0.0.1" "port 7774" "modules livestatus"
        define receiver receiver-1 "address 127.0.0.1" "port 7775"
        define module named-pipe "module_type named_pipe" "command_file $command_pipe"
        define module livestatus "module_type livestatus" "host 127.0.0.1" "port 50000" "modules logstore-null"
        define module logstore-null "module_type logstore_null"
    } | say_file shinken /etc/shinken/shinken.cfg root:root 0644
    for daemon in "${daemons[@]}"; do
        port=$((port + 1))
        say_file shinken "/etc/shinken/${daemon}d.ini" root:root 0644 <<INI
[daemon]
workdir=$shinken/run
pidfile=$shinken/run/${daemon}d.pid
host=127.0.0.1
port=$port
idontcareaboutsecurity=0
daemon_enabled=1
use_ssl=0
http_backend=auto
daemon_thread_pool_size=8
use_local_log=1
local_log=$shinken/log/${daemon}d.log
log_level=INFO
modules_dir=/opt/shinken/modules
INI
    done
    for daemon in "${daemons[@]}"; do launch "$daemon" -c "/etc/shinken/${daemon}d.ini"; done
    launch arbiter -n arbiter-1 -c /etc/shinken/shinken.cfg
    await "Shinken has its configuration" bash -c "cat $work/log/shinken.out $disks/shinken/upper$shinken/log/* | grep -qE 'Configuration sent|Dispatch OK'"
}
launch() {
    local daemon=$1
    shift
    run_on shinken env PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/opt/shinken LD_LIBRARY_PATH=/opt/python2/lib TZ="$noon" \
        setpriv --reuid shinken --regid shinken --init-groups sh -c 'cd "$1" && shift && exec "$@"' - $shinken/run \
        "/opt/python2/bin/$(basename "$PYTHON2")" "/opt/shinken/bin/shinken-$daemon" "$@"
}
scheduler_log() { on shinken sh -c "cat $shinken/log/*.log" | sed -e 's/\x1b\[[0-9;]*m//g'; }
# As in nagios.sh.
service_states() {
    on shinken python3 -c '
import socket
with socket.create_connection(("127.0.0.1", 50000), timeout=10) as live:
    live.sendall(b"GET services\nColumns: host_name description state has_been_checked acknowledged plugin_output\nSeparators: 10 9 44 124\n\n")
    live.shutdown(socket.SHUT_WR)
    while piece := live.recv(65536):
        print(piece.decode("utf-8", "replace"), end="")
' 2>/dev/null
}
