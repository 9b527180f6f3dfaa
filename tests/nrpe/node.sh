#!/bin/bash
# node.sh GENERATED PROGRAMS
#
# Makes this private machine node001: its generated files at their real paths, unchanged, its user, its address beside the scheduler's, and
# HAProxy with two servers and a stats socket that only root may open. Then it waits until its standard input ends.
# Run as: private-machine unshare --net bash node.sh ...
set -euo pipefail
generated=$1
programs=$2

ip link set lo up
ip address add 203.0.113.10/32 dev lo
ip address add 192.0.2.11/32 dev lo

useradd --system --no-create-home --shell /usr/sbin/nologin nrpe
install -d -o nrpe -g nrpe /var/run/nrpe
install -d /usr/lib64/nagios/plugins /run/web /var/lib/haproxy /var/lib/ringfree-monitoring
install -m 0755 "$programs"/check_* /usr/lib64/nagios/plugins/
ln -s /usr/lib/nagios/plugins/check_{load,disk,swap,procs,ntp_time} /usr/lib64/nagios/plugins/
cp -r "$generated" /run/web/generated
sh /run/web/generated/install --replace >/run/web/installed
# The example tolerates a backend without servers here, because check_openvz pages for it; the tests want every status.
# The proxy of these tests runs on the node itself, not in a container.
sed -i -e '/^--min-servers$/,+1d' -e 's#^/vz/root/[0-9]*/var/lib/haproxy/#/var/lib/haproxy/#' \
    /etc/ringfree/monitoring/check_haproxy.*.options

# The scheduler's plugin folder of the example estate.
install -d /var/lib/shinken/libexec
ln -s /usr/lib/nagios/plugins/check_nrpe /var/lib/shinken/libexec/

. "$(dirname "$0")/../support/web-node"
/usr/sbin/nrpe -c /etc/nagios/nrpe.cfg -d

echo ready
cat >/dev/null
