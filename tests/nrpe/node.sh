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
sh /run/web/generated/install >/run/web/installed

# The scheduler's plugin folder of the example estate.
install -d /var/lib/shinken/libexec
ln -s /usr/lib/nagios/plugins/check_nrpe /var/lib/shinken/libexec/

for number in 1 2; do
    cat >"/run/web/$number.cfg" <<CFG
defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend web$number
    bind 127.0.0.1:800$number
    http-request return status 200
CFG
done
cat >/run/web/proxy.cfg <<'CFG'
global
    stats socket /var/lib/haproxy/stats mode 600 level admin
defaults
    mode http
    timeout client 5s
    timeout server 5s
    timeout connect 5s
frontend www
    bind 127.0.0.1:8000
    default_backend web
backend web
    default-server check inter 100ms fall 1 rise 1
    server web1 127.0.0.1:8001
    server web2 127.0.0.1:8002
CFG
for name in 1 2 proxy; do
    haproxy -D -q -f "/run/web/$name.cfg" -p "/run/web/$name.pid"
done
/usr/sbin/nrpe -c /etc/nagios/nrpe.cfg -d

echo ready
cat >/dev/null
