#!/bin/bash
# staging.sh CHECKOUT PROGRAMS
#
# On this private machine: `make install`, staged as README.md says and in place. Prints what systemd says of the units, and what a check
# without sudo says.
# Run as: private-machine unshare --net bash staging.sh ...
set -euo pipefail
checkout=$1
programs=$2
ip link set lo up
rm -rf /var/lib/ringfree-monitoring
getent passwd nagios >/dev/null || useradd --system --no-create-home nagios
make_install() { make --no-print-directory -s -C "$checkout" install BIN="$programs" "$@"; }
memory() { find "$1/var/lib/ringfree-monitoring" -printf '%P %u:%g %m\n' | sort; }

echo "== staged"
make_install DESTDIR=/run/stage PREFIX=/usr PLUGINDIR=/usr/lib/nagios/plugins
grep -h ^ExecStart= /run/stage/usr/lib/systemd/system/*.service
memory /run/stage
on_a_machine_with_it() {
    unshare --mount sh -c 'mount -t overlay -o lowerdir=/run/stage/usr/bin:/usr/bin overlay /usr/bin && exec "$@"' sh "$@" 2>&1
}
for unit in /run/stage/usr/lib/systemd/system/*.service; do
    said=$(on_a_machine_with_it systemd-analyze verify --man=no "$unit") && rc=0 || rc=$?
    echo "$(basename "$unit"): exit code $rc $said"
done

echo "== staged, for a user"
make_install DESTDIR=/run/stage PREFIX=/usr MEMORY_USERS=nagios
memory /run/stage
! make_install DESTDIR=/run/stage PREFIX=/usr MEMORY_USERS=nosuchuser >/dev/null 2>&1 || echo "a user that is missing goes by"
rm -rf /run/stage

echo "== in place"
make_install
memory "" | grep 'root\|nagios'
. "$(dirname "$0")/without-sudo.sh"
for user in root nagios; do
    echo "$(without_sudo /usr/local/lib/nagios/plugins/check_haproxy $user) as $user"
done
