#!/bin/bash
# units.sh PROGRAM UNITS CONFIG KEY TOKEN
#
# On this private machine: both units under a real systemd, process 1 of a process namespace of its own, with nothing beside them but the targets that
# they name. Set up as bridge/README.md says. It prints what systemd says of them, and what an operator's `list` does.
# Run as: private-machine bash units.sh ...
set -euo pipefail
program=$1
units=$2
config=$3
key=$4
token=$5

groupadd --system shinken
useradd --system --no-create-home --shell /usr/sbin/nologin --gid shinken shinken
useradd --system --no-create-home --shell /usr/sbin/nologin --user-group --groups shinken ringfree-bridge
install -D -m 0755 "$program" /usr/local/bin/pagerduty-bridge
install -d -m 2770 -o ringfree-bridge -g shinken /var/spool/ringfree-pagerduty
install -D -m 0644 "$config" /etc/ringfree/pagerduty-bridge.toml
install -m 0640 -o ringfree-bridge -g shinken "$key" /etc/ringfree/pagerduty.key
install -m 0600 -o ringfree-bridge -g ringfree-bridge "$token" /etc/ringfree/heartbeat.token
shinken() { runuser -u shinken -- env NAGIOS_NOTIFICATIONTYPE=PROBLEM NAGIOS_HOSTNAME=node001 NAGIOS_SERVICEDESC=HAProxy "$@"; }

# systemd's own units would set up a machine: it gets two of ours and empty targets.
folder=/run/units-of-ours
mkdir $folder
cp "$units"/pagerduty-{bridge,watch}.service "$folder"
for target in sysinit basic shutdown network-online test; do
    printf '[Unit]\nDescription=%s\nDefaultDependencies=no\n' $target >"$folder/$target.target"
done
mount --bind "$folder" /lib/systemd/system
mkdir -p /etc/systemd/system/pagerduty-bridge.service.d
printf '[Service]\nWatchdogSec=6\n' >/etc/systemd/system/pagerduty-bridge.service.d/sooner.conf
mount -t tmpfs -o mode=0755 tmpfs /run

# A control group of its own, so that nothing of it is left among the machine's.
for root in /sys/fs/cgroup/systemd /sys/fs/cgroup/unified /sys/fs/cgroup; do
    if [ -e $root/cgroup.procs ] && mkdir -p $root/units-test-$$ 2>/dev/null; then
        echo $$ >$root/units-test-$$/cgroup.procs
        group=$root/units-test-$$
        break
    fi
done
container=unshare unshare --pid --fork --kill-child --mount-proc --uts --ipc --cgroup /lib/systemd/systemd --system --unit=test.target >/dev/null 2>&1 &
trap 'kill -9 $! 2>/dev/null; wait 2>/dev/null; sleep 0.2; echo $$ >"${group%/*}/cgroup.procs"; find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true' EXIT
inside() { nsenter --target "$(pgrep -P $!)" --mount --pid -- "$@"; }
systemctl() { inside systemctl "$@"; }
for _ in $(seq 600); do
    systemctl show-environment >/dev/null 2>&1 && break
    sleep 0.1
done
systemctl show-environment >/dev/null || { echo "systemd does not start here"; exit 1; }

state() { systemctl show "$1" -p "$2" --value; }
until_is() { # until_is UNIT PROPERTY VALUE
    for _ in $(seq 600); do
        [ "$(state "$1" "$2")" = "$3" ] && return
        sleep 0.1
    done
    echo "$1: $2 is $(state "$1" "$2"), not $3, after 20 s"
}
say() { echo "$1: $(state "$2" ActiveState), restarts $(state "$2" NRestarts), '$(state "$2" StatusText | sed 's|:[0-9][0-9]*/|:PORT/|')'"; }

systemctl start pagerduty-bridge
say "started" pagerduty-bridge
shinken NAGIOS_SERVICESTATE=CRITICAL /usr/local/bin/pagerduty-bridge notify
list() { runuser -u ringfree-bridge -- /usr/local/bin/pagerduty-bridge list | awk '{ print $1, $2, $3 }'; }
for _ in $(seq 600); do list 2>/dev/null | grep -q done && break; sleep 0.1; done
list
inside kill -9 "$(state pagerduty-bridge MainPID)"
until_is pagerduty-bridge NRestarts 1
until_is pagerduty-bridge ActiveState active
say "killed" pagerduty-bridge
inside kill -STOP "$(state pagerduty-bridge MainPID)"
until_is pagerduty-bridge NRestarts 2
until_is pagerduty-bridge ActiveState active
say "frozen" pagerduty-bridge
systemctl stop pagerduty-bridge
echo "stopped: $(state pagerduty-bridge ActiveState), $(state pagerduty-bridge Result)"
systemctl start pagerduty-watch
say "watch" pagerduty-watch
systemctl stop pagerduty-watch
echo "stopped: $(state pagerduty-watch ActiveState), $(state pagerduty-watch Result)"
