#!/bin/bash
# node.sh ESTATE PROGRAMS
#
# Makes this private machine node003 and its scheduler at once: everything that the estate gives at its real path, keys made here, Debian's
# own sshd_config, HAProxy with two servers and a stats socket that only root may open. A second key is bound to behave.sh, which answers in
# the ways that run-check never does. Then it waits until its standard input ends.
# Run as: private-machine unshare --net bash node.sh ...
set -euo pipefail
estate=$1
programs=$2
here=$(dirname "$0")

ip link set lo up
ip address add 198.51.100.11/32 dev lo

install -d /run/web /run/sshd /var/lib/haproxy /var/lib/ringfree-monitoring /etc/ringfree/monitoring /etc/ringfree/ssh/.ssh /usr/lib64/nagios/plugins /var/lib/shinken/libexec
getent passwd shinken >/dev/null || useradd --system --no-create-home --shell /bin/sh shinken
useradd --system --password '*' --no-create-home --home-dir /etc/ringfree/ssh --shell /bin/sh ringfree

# The scheduler's keys, one of each kind that may log in, and the estate that knows them.
keys=/run/web/keys
install -d -o shinken "$keys"
ssh-keygen -q -t ed25519 -N '' -C scheduler@test -f "$keys/ed25519"
ssh-keygen -q -t ecdsa -N '' -C scheduler@test -f "$keys/ecdsa"
ssh-keygen -q -t rsa -b 2048 -N '' -C scheduler@test -f "$keys/rsa"
ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -C scheduler@test -f "$keys/pem"
ssh-keygen -q -t ed25519 -N 'a passphrase' -C scheduler@test -f "$keys/encrypted"
ssh-keygen -q -t ed25519 -N '' -C stranger@test -f "$keys/stranger"
ssh-keygen -q -t ed25519 -N '' -C behave@test -f "$keys/behave"
chown shinken "$keys"/*
public=$(sed 's/.*/"&"/' "$keys"/{ed25519,ecdsa,rsa,pem,encrypted}.pub | paste -sd,)
awk -v keys="$public" '/^public_keys = / {print "public_keys = [" keys "]"; next} {print}' "$estate" >/run/web/estate.toml
"$programs/nrpe-config" --estate /run/web/estate.toml --out /run/web/nodes >/dev/null
"$programs/shinken-objects" --estate /run/web/estate.toml --out /run/web/objects/shinken --dialect shinken >/dev/null
"$programs/shinken-objects" --estate /run/web/estate.toml --out /run/web/objects/nagios --dialect nagios >/dev/null

# The node, as plugins/check_over_ssh/README.md says.
node=/run/web/nodes/node003
install -m 0755 "$programs"/check_* /usr/lib64/nagios/plugins/
ln -s /usr/lib/nagios/plugins/check_{load,disk,swap,procs,ntp_time} /usr/lib64/nagios/plugins/
sh "$node/install" >/run/web/installed
# The example tolerates a backend without servers here, because check_openvz pages for it; the tests want every status.
# The proxy of these tests runs on the node itself, not in a container.
sed -i -e '/^--min-servers$/,+1d' -e 's#^/vz/root/[0-9]*/var/lib/haproxy/#/var/lib/haproxy/#' \
    /etc/ringfree/monitoring/check_haproxy.*.options
echo "restrict,command=\"/bin/sh /run/web/behave.sh\" $(cat "$keys/behave.pub")" >>/etc/ringfree/ssh/.ssh/authorized_keys
install -m 0644 "$here/behave.sh" /run/web/

rm -f /etc/ssh/ssh_host_*
ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
ssh-keygen -q -t ecdsa -N '' -f /etc/ssh/ssh_host_ecdsa_key
ssh-keygen -q -t rsa -b 2048 -N '' -f /etc/ssh/ssh_host_rsa_key
printf 'Port 22\nPort 2222\nMaxStartups 50\nPermitUserRC yes\n' >/etc/ssh/sshd_config.d/test.conf
/usr/sbin/sshd -E /run/web/sshd.log

# The scheduler.
install -m 0755 "$programs/check_over_ssh" /var/lib/shinken/libexec/
install -m 0600 -o shinken "$keys/ed25519" /etc/ringfree/ssh/identity
ssh-keyscan -T 5 198.51.100.11 2>/dev/null >/etc/ringfree/ssh/known_hosts

. "$here/../support/web-node"

echo ready
cat >/dev/null
