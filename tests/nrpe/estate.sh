#!/bin/bash
# estate.sh ESTATE PROGRAMS
#
# On this private machine: every host of the example estate by its address, a real NRPE with the generated nrpe.cfg on each that has one
# (certificates and sudo included), and a real Nagios with the generated objects, in seconds instead of minutes. The plugins behind it are
# stand-ins that say OK while the address that they are about exists. The heartbeat is told again and again; then, all at once, NRPE
# of one host is killed; a storage server's too, in its maintenance, while a customer's container stops; a datacenter is lost. Prints what was notified.
# Run as: private-machine unshare --net bash estate.sh ...
set -euo pipefail
estate=$1
programs=$2
work=/run/estate
mkdir -p $work
ip link set lo up

# Seconds for minutes, and the maintenance today and tomorrow. A service that fails asks its host anew: in seconds, six of one host would use up
# its attempts before the check of its gateway has ended, so there are three times as many in the same time.
today=$(date +%A) tomorrow=$(date -d tomorrow +%A)
sed -e 's/^interval_length = .*/interval_length = "1s"/' -e 's/^notification_interval = .*/notification_interval = "2m"/' \
    -e '/^\[timing\]/,/^$/{s/^check_interval = .*/check_interval = "8s"/; s/^retry_interval = .*/retry_interval = "2s"/; s/^max_check_attempts = .*/max_check_attempts = 12/}' \
    -e '/^\[timing.agent\]/,/^$/{s/^check_interval = .*/check_interval = "3s"/; s/^retry_interval = .*/retry_interval = "3s"/}' \
    -e 's/^interval = "5m"/interval = "3s"/' \
    -e "s/^sunday = \"03:00-04:30\"/${today,,} = \"00:00-24:00\"\n${tomorrow,,} = \"00:00-24:00\"/" "$estate" >$work/estate.toml
"$programs/nrpe-config" --estate $work/estate.toml --out $work/nodes >/dev/null
"$programs/shinken-objects" --estate $work/estate.toml --out $work/objects/nagios --dialect nagios >/dev/null

# What the nodes and the scheduler run.
cat >$work/stand-in <<'PLUGIN'
#!/bin/sh
case "$*" in
    *container-101) [ ! -e /run/estate/stopped ] || { echo "CRITICAL - container 101 does not run"; exit 2; } ;;
esac
while [ $# -gt 1 ]; do
    case $1 in
        -H | -I) case $2 in *[!0-9.]*) ;; *) address=$2 ;; esac ;;
    esac
    shift
done
[ -z "${address-}" ] || ip -o address show to "$address" | grep -q . || { echo "CRITICAL - $address does not answer"; exit 2; }
echo "OK - stands in"
PLUGIN
chmod 0755 $work/stand-in
mkdir -p /usr/lib64/nagios/plugins /var/lib/shinken/libexec
real=/usr/lib/nagios/plugins
cp $real/check_nrpe $real/check_dummy $work/
sed -n "/^programs='/,/'\$/p" $work/nodes/*/install | grep -o '/[^ '\'']*' | sort -u | while read -r program; do
    [[ $program == */pagerduty-bridge ]] || install -D -m 0755 $work/stand-in "$program"
done
grep -oh '/var/lib/shinken/libexec/[a-z_]*' $work/objects/nagios/commands/rf-checks.cfg | sort -u | while read -r program; do install -m 0755 $work/stand-in "$program"; done
install -m 0755 $work/check_dummy /var/lib/shinken/libexec/
# From the scheduler's own address: on one machine the kernel would ask from the address that is asked.
printf '#!/bin/sh\nexec %s/check_nrpe -b 203.0.113.10 "$@"\n' $work >/var/lib/shinken/libexec/check_nrpe
cat >/usr/local/bin/pagerduty-bridge <<'BRIDGE'
#!/bin/sh
case "$*" in
    *status) echo "BRIDGE OK - stands in" ;;
    notify*) echo "$NAGIOS_NOTIFICATIONTYPE $NAGIOS_HOSTNAME/$NAGIOS_SERVICEDESC ${NAGIOS_SERVICESTATE:-$NAGIOS_HOSTSTATE}" >>/run/estate/pages ;;
esac
BRIDGE
chmod 0755 /usr/local/bin/pagerduty-bridge

# The certificates of the one host that demands them, and of the scheduler.
mkdir -p /etc/ringfree/nrpe
cd /etc/ringfree/nrpe
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=authority -keyout authority.key -out authority.pem 2>/dev/null
for name in node scheduler; do
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=$name -keyout $name.key -out $name.csr 2>/dev/null
    openssl x509 -req -in $name.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 2 -out $name.pem 2>/dev/null
    chown nagios $name.key
done

# The hosts: all on one machine, so each NRPE gets its host's address, pid file and ask-sudo; the rest is as generated.
addresses() { sed -n 's/^ *address  *//p' $work/objects/nagios/hosts/$1.cfg; }
for address in $(addresses '*'); do ip address add "$address/32" dev lo; done
useradd --system --no-create-home --shell /usr/sbin/nologin nrpe
install -d -o nrpe $work/pids
chmod 0777 $work/pids
start_nrpe() {
    sed -e "s|^pid_file=.*|pid_file=$work/pids/$1|" -e "s|^server_port=|server_address=$(addresses "$1")\n&|" \
        -e "s|/etc/ringfree/monitoring/ask-sudo|$work/nodes/$1/ask-sudo|" $work/nodes/$1/nrpe.cfg >$work/$1.cfg
    nrpe -c $work/$1.cfg -d
}
for node in $work/nodes/*/; do
    name=$(basename "$node")
    install -m 0440 "$node/sudoers" "/etc/sudoers.d/ringfree-$name"
    [[ ! -f $node/nrpe.cfg ]] || start_nrpe "$name"
done

"$(dirname "$0")/../support/nagios-cfg" $work/scheduler $work/objects/nagios >$work/nagios.cfg
chown nagios $work
pages() { grep -v heartbeat $work/pages 2>/dev/null || true; }
fail() {
    echo "$1" >&2
    pages >&2
    grep -v heartbeat $work/scheduler/nagios.log | tail -n 60 >&2
    exit 1
}
await() { # await SECONDS WHAT COMMAND...
    for ((attempt = 0; attempt < $1 * 5; attempt++)); do
        if "${@:3}"; then return; fi
        sleep 0.2
    done
    fail "not within $1 s: $2"
}
told() { pages | grep -qx "$1"; }
# Every service is known to be OK, but for the heartbeat and those in maintenance.
services=$(grep -h '^    service_description' $work/objects/nagios/services/*.cfg | wc -l)
resting=$(grep -h '^    service_description' $work/objects/nagios/services/storage-*.cfg | wc -l)
settled() { [[ $(awk '/^servicestatus/ {inside = 1; ok = checked = 0} inside && /has_been_checked=1/ {checked = 1} inside && /current_state=0/ {ok = 1} /}/ {n += inside && ok && checked; inside = 0} END {print n + 0}' $work/scheduler/status.dat 2>/dev/null) -eq $((services - resting - 1)) ]]; }

nagios4 -d $work/nagios.cfg >/dev/null
await 60 "every service to be OK" settled
[[ -z $(pages) ]] || fail "something was told although all is well"

heartbeats() { [[ $(grep -c '^PROBLEM shinken/PagerDuty path heartbeat CRITICAL$' $work/pages) -ge $1 ]]; }
await 30 "three heartbeats" heartbeats 3
echo "the heartbeat is told again and again"

# Two faults at once, of hosts that have nothing to do with each other.
kill -KILL "$(cat $work/pids/node001)" "$(cat $work/pids/storage-atl)"
touch $work/stopped
ip address delete "$(addresses pbx-dioceses)/32" dev lo
await 60 "the page of the agent" told "PROBLEM node001/NRPE agent CRITICAL"
await 60 "the page of the container" told "PROBLEM pbx-dioceses/Container CRITICAL"
# What must not be told would have been by then.
sleep 16
rm $work/stopped
ip address add "$(addresses pbx-dioceses)/32" dev lo
start_nrpe node001
await 60 "the recovery of the agent" told "RECOVERY node001/NRPE agent OK"
await 60 "the recovery of the container" told "RECOVERY pbx-dioceses/Container OK"
await 60 "every service to be OK again" settled

# A lost link alone: seconds are minutes here, and a scheduler that is busy with other faults asks the gateway after the hosts behind it.
dallas=$(grep -l 'rf-datacenter-dal' $work/objects/nagios/hosts/*.cfg | xargs sed -n 's/^ *address  *//p')
for address in $dallas; do ip address delete "$address/32" dev lo; done
await 60 "the page of Dallas" told "PROBLEM gateway-dal/ DOWN"
sleep 16
for address in $dallas; do ip address add "$address/32" dev lo; done
await 60 "the recovery of Dallas" told "RECOVERY gateway-dal/ UP"
await 60 "every service to be OK again" settled
told_of() {
    echo "== $1"
    pages | grep -E "^[A-Z]+ ($2)/"
}
told_of "NRPE of node001 is killed" "node001"
told_of "NRPE of storage-atl is killed, in its maintenance, and a customer's container stops" "storage-atl|pbx-dioceses"
told_of "the link to Dallas is lost" ".*-dal|node003|node004"
echo "== all"
pages | wc -l
