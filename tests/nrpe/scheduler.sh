#!/bin/bash
# scheduler.sh ESTATE PROGRAMS
#
# On this private machine: the one host of the demo estate behind real NRPE or sshd (its transport says which), sudo and HAProxy, and Nagios
# with the generated objects. The notification command appends one line for each page to its log. A check whose words are hostile fails, HAProxy
# dies and comes back, then the agent does; the log is printed. PUBLIC_KEY in the estate becomes the key that is made here.
# Run as: private-machine unshare --net bash scheduler.sh ...
set -euo pipefail
estate=$1
programs=$2
support=$(cd "$(dirname "$0")/../support" && pwd)
. "$support/proxies"

ip link set lo up
install -d /etc/ringfree/ssh/.ssh /run/sshd
ssh-keygen -q -t ed25519 -N '' -C scheduler@test -f /etc/ringfree/ssh/identity
chown nagios /etc/ringfree/ssh/identity
sed -i "s#PUBLIC_KEY#$(cat /etc/ringfree/ssh/identity.pub)#" "$estate"
"$programs/nrpe-config" --estate "$estate" --out /run/nodes >/dev/null
"$programs/shinken-objects" --estate "$estate" --out /run/objects/nagios --dialect nagios >/dev/null

node=/run/nodes/pbx-proxy
install -d -o nagios /run/nagios /run/scheduler
install -d /etc/ringfree/monitoring /run/haproxy /var/lib/ringfree-monitoring
install -m 0755 "$programs"/check_{haproxy,over_ssh} /usr/lib/nagios/plugins/
install -m 0644 "$node"/options/* "$node/ask-sudo" /etc/ringfree/monitoring/
install -m 0440 "$node/sudoers" /etc/sudoers.d/ringfree-monitoring
# Words in a custom variable: what would become of a first step that traveled in one.
sed -i '/service_description  *Hostile$/a\    _WORDS touch /run/x \&\& service nrpe start\\; it'"'"'s "$HOME" `id` | cat' /run/objects/nagios/services/pbx-proxy.cfg
cat >/usr/local/bin/pagerduty-bridge <<'BRIDGE'
#!/bin/bash
echo "$NAGIOS_NOTIFICATIONTYPE $NAGIOS_HOSTNAME/$NAGIOS_SERVICEDESC $NAGIOS_SERVICESTATE (step ${NAGIOS__SERVICESTEP:-none}) at $NAGIOS__HOSTDATACENTER for $NAGIOS__HOSTROLE: $NAGIOS_SERVICENOTESURL $NAGIOS_SERVICEACTIONURL ($*)${NAGIOS__SERVICEWORDS:+: $NAGIOS_SERVICEOUTPUT; $NAGIOS__SERVICEWORDS}" >>/run/scheduler/pages
BRIDGE
chmod 0755 /usr/local/bin/pagerduty-bridge

{
    proxy_settings /run/haproxy/admin.sock mode 600 level admin
    web_server itself 127.0.0.1:8001
    cat <<'CFG'
frontend www
    bind 127.0.0.1:8000
    default_backend web
backend web
    server itself 127.0.0.1:8001 check inter 100ms fall 1 rise 1
CFG
} >/run/haproxy.cfg
"$support/nagios-cfg" /run/scheduler /run/objects/nagios >/run/nagios.cfg

# The agent of the host's transport: how it starts and ends, and what its service is called.
if [[ -f $node/nrpe.cfg ]]; then
    agent="NRPE agent"
    start_agent() { nrpe -c "$node/nrpe.cfg" -d; }
    stop_agent() { kill "$(cat /run/nagios/nrpe.pid)"; }
else
    agent="SSH agent"
    useradd --system --password '*' --no-create-home --home-dir /etc/ringfree/ssh --shell /bin/sh ringfree
    install -m 0644 "$node/authorized_keys" /etc/ringfree/ssh/.ssh/
    install -m 0644 "$node/run-check" /etc/ringfree/monitoring/
    touch /var/run/ringfree-checks-may-start
    [[ -f /etc/ssh/ssh_host_ed25519_key ]] || ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
    echo "127.0.0.1 $(cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)" >/etc/ringfree/ssh/known_hosts
    start_agent() { /usr/sbin/sshd -o PidFile=/run/scheduler/sshd.pid; }
    stop_agent() { kill "$(cat /run/scheduler/sshd.pid)"; }
fi
start_haproxy() { haproxy -D -q -f /run/haproxy.cfg -p /run/haproxy.pid; }

# await PAGE SECONDS: waits for the page, then so long that each one that must not come would have come.
await() {
    for ((attempt = 0; attempt < 600; attempt++)); do
        if grep -q "^$1" /run/scheduler/pages 2>/dev/null; then
            sleep "$2"
            return
        fi
        sleep 0.1
    done
    echo "no page '$1' within a minute" >&2
    cat /run/scheduler/pages /run/scheduler/nagios.log >&2
    exit 1
}

start_haproxy
start_agent
nagios4 -d /run/nagios.cfg >/dev/null
for ((attempt = 0; attempt < 600; attempt++)); do
    [[ $(grep -c 'plugin_output=\(HAPROXY OK\|SUDO OK\|NRPE v\|OVER_SSH OK\)' /run/scheduler/status.dat 2>/dev/null) -eq 5 ]] && break
    sleep 0.1
done

await "PROBLEM pbx-proxy/Hostile" 0
kill -KILL "$(cat /run/haproxy.pid)"
await "PROBLEM pbx-proxy/HAProxy" 4
# Nobody looks while HAProxy starts: its process is there before its socket.
pkill -STOP nagios4
sleep 3
start_haproxy
pkill -CONT nagios4
await "RECOVERY pbx-proxy/HAProxy" 2
stop_agent
await "PROBLEM pbx-proxy/$agent" 8
start_agent
await "RECOVERY pbx-proxy/$agent" 4
cat /run/scheduler/pages
