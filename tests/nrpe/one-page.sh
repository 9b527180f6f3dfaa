#!/bin/bash
# one-page.sh ESTATE PROGRAMS UNIT
#
# On this private machine: each host of the estate but the scheduler's is a namespace of its own with real NRPE, sudo and HAProxy behind the generated
# files, and real Nagios has the generated objects; UNIT seconds stand for a minute. Host FAULT-N suffers FAULT after N tenths of a unit:
#   dies: NRPE and HAProxy are killed together
#   rules: the rules of sudo go
#   tty: a new file demands a terminal of sudo
# Then all is mended. Prints every page, host by host, and what became of hostile words and of the heartbeat on their way through Nagios.
# Run as: private-machine unshare --net bash one-page.sh ...
set -euo pipefail
hosts=/run/hosts

# One host, process 1 of its namespaces: carries out the orders that come through its pipe.
if [[ $1 == --host ]]; then
    name=$2 home=$hosts/$2
    mount --bind $home/monitoring /etc/ringfree/monitoring
    mount --bind $home/sudoers.d /etc/sudoers.d
    mount --bind $home/memory /var/lib/ringfree-monitoring
    rules=/etc/sudoers.d/ringfree-monitoring
    start() {
        install -m 0440 $home/sudoers $rules
        rm -f /etc/sudoers.d/zz-hardening
        [[ -e $home/haproxy.pid ]] || haproxy -D -q -f $home/haproxy.cfg -p $home/haproxy.pid
        [[ -e $home/nrpe.pid ]] || nrpe -c $home/nrpe.cfg -d
    }
    start
    exec 3<>$home/orders
    while read -r order <&3; do
        case $order in
            dies)
                kill -KILL "$(<$home/nrpe.pid)" "$(<$home/haproxy.pid)"
                rm $home/nrpe.pid $home/haproxy.pid
                ;;
            rules) rm $rules ;;
            tty)
                echo 'Defaults:nagios requiretty' >/etc/sudoers.d/zz-hardening
                chmod 0440 /etc/sudoers.d/zz-hardening
                ;;
            mend) start ;;
        esac
    done
    exit
fi

estate=$1 programs=$2 unit=$3
ip link set lo up
"$programs/nrpe-config" --estate "$estate" --out /run/nodes >/dev/null
"$programs/shinken-objects" --estate "$estate" --out /run/objects/nagios --dialect nagios >/dev/null
install -m 0755 "$programs/check_haproxy" /usr/lib/nagios/plugins/
mkdir -p /etc/ringfree/monitoring /var/lib/ringfree-monitoring /run/scheduler/results
address() { sed -n 's/^ *address  *//p' "/run/objects/nagios/hosts/$1.cfg"; }
ip address add "$(address shinken)/32" dev lo

# From the scheduler's own address: on one machine the kernel would ask from the address that is asked.
mv /usr/lib/nagios/plugins/check_nrpe /run/check_nrpe
printf '#!/bin/sh\nexec /run/check_nrpe -b %s "$@"\n' "$(address shinken)" >/usr/lib/nagios/plugins/check_nrpe
chmod 0755 /usr/lib/nagios/plugins/check_nrpe

# Words in a custom variable: what would become of a first step that travelled so.
sed -i '/service_description  *Hostile$/a\    _WORDS touch /run/x \&\& service nrpe start\\; it'"'"'s "$HOME" `id` | cat' /run/objects/nagios/services/shinken.cfg
cat >/usr/local/bin/pagerduty-bridge <<'BRIDGE'
#!/bin/bash
echo "$NAGIOS_NOTIFICATIONTYPE $NAGIOS_HOSTNAME/$NAGIOS_SERVICEDESC $NAGIOS_SERVICESTATE (step $NAGIOS__HOSTSTEP, $NAGIOS__SERVICESTEP): $NAGIOS_SERVICEOUTPUT${NAGIOS__SERVICEWORDS:+; $NAGIOS__SERVICEWORDS}" \
    >>/run/scheduler/pages
BRIDGE
chmod 0755 /usr/local/bin/pagerduty-bridge

names=()
for node in /run/nodes/*/; do
    name=$(basename "$node")
    names+=("$name")
    home=$hosts/$name
    ip address add "$(address "$name")/32" dev lo
    mkdir -p $home/{monitoring,sudoers.d,memory} "/run/$name"
    install -m 0644 "$node"/options/* "$node/ask-sudo" $home/monitoring/
    cp "$node/sudoers" $home/
    sed -e "s|^pid_file=.*|pid_file=$home/nrpe.pid|" -e "s|^server_port=|server_address=$(address "$name")\n&|" "$node/nrpe.cfg" >$home/nrpe.cfg
    cat >$home/haproxy.cfg <<CFG
global
    stats socket /run/$name/haproxy.sock mode 600 level admin
defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend www
    bind $(address "$name"):8000
    default_backend web
backend web
    server itself $(address "$name"):8001
frontend itself
    bind $(address "$name"):8001
    http-request return status 200
CFG
    mkfifo $home/orders
    unshare --mount --propagation private --pid --fork --kill-child --mount-proc bash "$0" --host "$name" </dev/null >/run/scheduler/$name.log 2>&1 &
done

cat >/run/scheduler/nagios.cfg <<'CFG'
cfg_dir=/run/objects/nagios
log_file=/run/scheduler/nagios.log
object_cache_file=/run/scheduler/objects.cache
status_file=/run/scheduler/status.dat
state_retention_file=/run/scheduler/retention.dat
temp_file=/run/scheduler/temporary
temp_path=/run/scheduler
check_result_path=/run/scheduler/results
lock_file=/run/scheduler/lock
query_socket=/run/scheduler/query
command_file=/run/scheduler/command
nagios_user=nagios
nagios_group=nagios
use_syslog=0
interval_length=1
status_update_interval=1
service_check_timeout=60
max_service_check_spread=1
max_host_check_spread=1
enable_environment_macros=1
soft_state_dependencies=1
cached_host_check_horizon=0
illegal_macro_output_chars=`~$&|'"<>
CFG
chown -R nagios /run/scheduler

fail() {
    echo "$1" >&2
    grep -v heartbeat /run/scheduler/pages >&2 || true
    grep -v heartbeat /run/scheduler/nagios.log | tail -n 80 >&2
    cat /run/scheduler/*-*.log >&2
    exit 1
}
await() { # await WHAT COMMAND...
    for ((attempt = 0; attempt < 300; attempt++)); do
        if "${@:2}"; then return; fi
        sleep 0.2
    done
    fail "waited a minute for $1"
}
# services PATTERN CONDITION: how many services of hosts of the pattern fulfil an awk condition on state, hard, checked.
services() {
    awk -v pattern="$1" "/^servicestatus/ {inside = 1} /host_name=/ {split(\$0, name, \"=\")} /has_been_checked=/ {split(\$0, checked, \"=\")}
        /current_state=/ {split(\$0, state, \"=\")} /state_type=/ {split(\$0, hard, \"=\")}
        /}/ {if (inside && name[2] ~ pattern && checked[2] == 1 && ($2)) n++; inside = 0} END {print n + 0}" /run/scheduler/status.dat 2>/dev/null || echo 0
}
of_nodes=$(cat /run/objects/nagios/services/*-*.cfg | grep -c service_description)
of_sudo=$(cat /run/objects/nagios/services/{rules,tty}-*.cfg | grep -c 'HAProxy ')
well() { [[ $(services '-[0-9]' 'state[2] == 0') -eq $of_nodes ]]; }
refused() { [[ $(services '^(rules|tty)-' 'state[2] == 3 && hard[2] == 1') -eq $of_sudo ]]; }
paged() { [[ $(grep -c "^$1 .*-[0-9]*/$2 " /run/scheduler/pages 2>/dev/null) -ge $3 ]]; }
agents=$(ls -d /run/nodes/dies-* | wc -l) sudos=$(ls -d /run/nodes/{rules,tty}-* | wc -l)

nagios4 -d /run/scheduler/nagios.cfg >/dev/null
await "every service to be OK" well
for name in "${names[@]}"; do
    (
        sleep "$(awk "BEGIN {print ${name#*-} * $unit / 10}")"
        echo "${name%-*}" >$hosts/$name/orders
    ) &
    orders+=($!)
done
wait "${orders[@]}"
await "each page of an agent" paged PROBLEM "NRPE agent" "$agents"
await "each page of sudo" paged PROBLEM sudo "$sudos"
await "every check through sudo to be believed UNKNOWN" refused
for name in "${names[@]}"; do echo mend >$hosts/$name/orders; done
await "each recovery of an agent" paged RECOVERY "NRPE agent" "$agents"
await "each recovery of sudo" paged RECOVERY sudo "$sudos"
await "every service to be OK again" well
await "the page of the hostile words" grep -q 'shinken/Hostile' /run/scheduler/pages
kill "$(</run/scheduler/lock)"
sleep 1

beats=$(grep -c 'SERVICE ALERT: shinken;PagerDuty path heartbeat;CRITICAL;HARD' /run/scheduler/nagios.log)
told=$(grep -c 'shinken/PagerDuty path heartbeat' /run/scheduler/pages)
((beats >= 10 && told <= beats && told >= beats - 1)) || fail "$beats heartbeats, $told of them told"
echo "the heartbeat is told once with each result"
grep -v heartbeat /run/scheduler/pages | sed "s|$unit s||" | sort -s -t ' ' -k 2,2
