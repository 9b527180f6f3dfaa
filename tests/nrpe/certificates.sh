#!/bin/bash
# certificates.sh GENERATED
#
# On this private machine: NRPE with the generated nrpe.cfg of pbx-db, which demands a certificate, and the scheduler's generated command
# lines with certificates of the right authority, of another one, and without any. Prints what each is answered.
# Run as: private-machine unshare --net bash certificates.sh ...
set -euo pipefail
generated=$1

ip link set lo up
ip address add 203.0.113.10/32 dev lo
install -d /etc/ringfree/nrpe /var/lib/shinken/libexec
install -d -o nagios /run/nagios
ln -s /usr/lib/nagios/plugins/check_nrpe /var/lib/shinken/libexec/
cd /etc/ringfree/nrpe
authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj "/CN=$1" -keyout "$1.key" -out "$1.pem" 2>/dev/null
}
certificate() { # certificate AUTHORITY NAME
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$2.key" -out "$2.csr" 2>/dev/null
    openssl x509 -req -in "$2.csr" -CA "$1.pem" -CAkey "$1.key" -CAcreateserial -days 2 -out "$2.pem" 2>/dev/null
}
authority authority
authority stranger
certificate authority node
certificate authority scheduler
certificate stranger impostor
chgrp nagios node.key
chmod 0640 node.key

nrpe -c "$generated/nrpe/generated/pbx-db/nrpe.cfg" -d
line() { # line COMMAND: the scheduler's command line, for this machine
    sed -n "/command_name  *$1\$/{n;s/^ *command_line *//p}" "$generated/shinken-objects/generated/shinken/commands/rf-checks.cfg" |
        sed -e 's/\$HOSTADDRESS\$/203.0.113.10/' -e 's/\$_HOSTNRPE_PORT\$/5666/'
}
ask() { # ask WHAT LINE
    local rc=0 said
    said=$(sh -c "$2" 2>&1) || rc=$?
    echo "$1: exit code $rc, $(head -n 1 <<<"$said" | sed 's/|.*//; s/PROCS OK.*/PROCS OK/; s/CHECK_NRPE: \(Receive header underflow\|Error sending query\|Error receiving data\).*/CHECK_NRPE: cut off/')"
}
for ((attempt = 0; attempt < 100; attempt++)); do
    sh -c "$(line rf-nrpe-tls-agent)" >/dev/null 2>&1 && break
    sleep 0.1
done
ask "the agent, as generated" "$(line rf-nrpe-tls-agent)"
ask "a command, as generated" "$(line rf-nrpe-tls-zombies)"
ask "without a certificate" "$(line rf-nrpe-zombies)"
ask "with a stranger's certificate" "$(line rf-nrpe-tls-zombies | sed 's|/scheduler\.|/impostor.|g')"
mv stranger.pem authority.pem
ask "a node whose authority the scheduler does not know" "$(line rf-nrpe-tls-zombies)"
