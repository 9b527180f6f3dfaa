#!/bin/bash
# installations.sh GENERATED PROGRAMS ESTATE
#
# On this private machine: the generated trees of node001 and node003 and their install scripts, in the situations that a deployment meets. For each it
# prints what the script said, its exit code, and what changed on the machine.
# Run as: private-machine unshare --net bash installations.sh ...
set -uo pipefail
generated=$1
programs=$2
estate=$3

ip link set lo up
ip address add 203.0.113.10/32 dev lo
node=/run/deploy/node001
places=(/etc/nagios/nrpe.cfg /etc/sudoers.d/ringfree-monitoring /etc/systemd/system/nrpe.service.d /etc/ringfree /var/lib/ringfree-monitoring)
may_start=/var/run/ringfree-checks-may-start
rm -rf /etc/ringfree /usr/lib64/nagios /var/lib/ringfree-monitoring
install -d /run/deploy
cp -r "$generated/node001" $node
echo '# The distribution wrote this.' >/etc/nagios/nrpe.cfg

state() {
    {
        find "${places[@]}" -type f -printf '%p %u:%g %m ' -exec sh -c 'sha256sum <"$1"' sh {} \;
        find "${places[@]}" -type d -path '*/ringfree-monitoring*' -printf '%p %u:%g %m\n'
    } 2>/dev/null | sort
    [ ! -e $may_start ] || echo "$may_start"
}
before=$(state)
try() { # try WHAT COMMAND...
    local rc=0 said now
    echo "== $1"
    said=$("${@:2}" 2>&1 </dev/null) || rc=$?
    echo "$said" | sed -E -e "s|$node|NODE|g" -e 's|/var/lib/ringfree-stage\.[A-Za-z0-9]*|STAGE|g' \
        -e 's/[0-9]{4}-[0-9-]+ [0-9:]+ UTC \([0-9a-z ]+ ago\)/BOOT/' -e 's/^/   /'
    now=$(state)
    echo "   exit code $rc, $([ "$now" = "$before" ] && echo 'nothing changed' || echo "changed: $(comm -3 <(echo "$before") <(echo "$now") | awk '{print $1}' | sort -u | xargs)")"
    before=$now
}
deploy() { sh $node/install "$@"; }
fresh() { rm -rf $node && cp -r "$generated/node001" $node; }
changed() { before=$(state); }

try "usage" deploy --help
try "an option that it does not know" deploy --force
try "two that exclude each other" deploy --diff --revert
try "another host" deploy
ip address add 192.0.2.11/32 dev lo
try "the agent's user is missing" deploy
useradd --system --no-create-home --shell /usr/sbin/nologin nrpe
install -d -o nrpe -g nrpe /var/run/nrpe
try "a plugin is missing" deploy
install -d /usr/lib64/nagios/plugins
ln -s /usr/lib/nagios/plugins/check_{load,disk,swap,procs,ntp_time} /usr/lib64/nagios/plugins/
install -m 0755 "$programs"/check_* /usr/lib64/nagios/plugins/
try "nobody to revert to" deploy --revert
chmod 0775 /usr/lib64/nagios/plugins
chgrp nrpe /usr/lib64/nagios/plugins
try "a folder of a root plugin that a group may write" deploy
chmod 0755 /usr/lib64/nagios/plugins

# Who could write the tree, or exchange it.
useradd --system --no-create-home --shell /usr/sbin/nologin mallory
below() { # below WHAT FOLDER: the tree in a folder that is not root's alone
    mkdir -p "$2"
    cp -r "$generated/node001" "$2/"
    try "$1" sh "$2/node001/install" --diff
}
install -d -o mallory /run/home-of-mallory
below "below a folder of somebody else" /run/home-of-mallory/deploy
install -d -m 0775 /run/of-a-group
below "in a folder that a group may write" /run/of-a-group
install -d -m 1777 /run/sticky
below "in a folder that all may write, sticky" /run/sticky
ln -s /run/deploy /run/link
try "by a link" sh /run/link/node001/install --diff
try "from a pipe" sh -c "cd $node && sh <install"
chown mallory $node/options
try "a folder of somebody else in the tree" deploy
fresh
chown nrpe $node/sudoers
try "a file of somebody else" deploy
fresh
rm $node/options/check_haproxy.proxies.options
try "half a tree" deploy
fresh
ln -sf /etc/passwd $node/options/check_haproxy.proxies.options
try "a link in the tree" deploy
fresh

race() { # race FOLDER TRIES COMMAND...: while it is read, the folder is exchanged for another, whose sudoers are mallory's
    local folder=$1 tries=$2 won=0 before_sudoers
    before_sudoers=$(sed -n "/^files='/,/^sudoers/p" $node/install | awk '/^sudoers/ {print before} {before = $1}')
    cp -r "$generated/node001" "$folder.evil"
    printf '%s ALL=(root) NOPASSWD: ALL\n' nrpe mallory >"$folder.evil/sudoers"
    chown mallory "$folder.evil/sudoers"
    perl "$(dirname "$0")/exchange.pl" "$folder" "$folder.evil" "$before_sudoers" sudoers &
    for ((attempt = 0; attempt < tries && !won; attempt++)); do
        { "${@:3}" 2>&1; cat /etc/sudoers.d/ringfree-monitoring; } >/run/raced 2>/dev/null
        ! grep -q 'mallory ALL' /run/raced || won=1
    done
    kill %1
    wait %1 2>/dev/null
    [ $won = 0 ] && echo "   mallory's sudoers were never taken"
}
cp -r "$generated/node001" /run/home-of-mallory/node001
echo "== the tree is exchanged while it is installed, by somebody who may"
race /run/home-of-mallory/node001 150 sh /run/home-of-mallory/node001/install
echo "== the tree is exchanged while it is read, though its folder is root's alone"
cp -r "$generated/node001" /run/deploy/raced
race /run/deploy/raced 30 sh /run/deploy/raced/install --diff
changed

chmod u+w $node/sudoers
echo 'nrpe ALL=(root NOPASSWD: /bin/sh' >>$node/sudoers
try "sudoers that visudo refuses" deploy
fresh
sed -i 's/ --instance proxies$/ --instance other/' $node/sudoers
try "sudoers that do not let the agent run what it will run" deploy
fresh
sed -i 's/^command_timeout=40$/command_timeout=soon/' $node/nrpe.cfg
try "with NRPE not running, an nrpe.cfg that it does not understand" deploy
fresh

echo "== what would change, before the first time"
deploy --diff | grep '^[+][+][+]\|^install\|would'
echo "   exit code ${PIPESTATUS[0]}"
try "the first time, NRPE not running" deploy
state | sed 's/ [0-9a-f]\{64\}  -$//; s/^/   /'
try "again, nothing is different" deploy
try "again, what would change" deploy --diff
ip address delete 192.0.2.11/32 dev lo
try "behind NAT" deploy --any-address
mkdir /run/old
cat >/run/old/ifconfig <<'IFCONFIG'
#!/bin/sh
echo 'eth0      Link encap:Ethernet  HWaddr 52:54:00:12:34:56'
echo '          inet addr:192.0.2.11  Bcast:192.0.2.255  Mask:255.255.255.0'
IFCONFIG
chmod 0755 /run/old/ifconfig
without_ip() {
    unshare --mount sh -c '
        mount --bind /dev/null "$1" && mount -t overlay -o lowerdir=/run/old:/usr/sbin overlay /usr/sbin && exec sh "$2" --diff' \
        sh "$(readlink -f "$(command -v ip)")" $node/install
}
try "without ip, its ifconfig as on RHEL 6" without_ip
ip address add 192.0.2.11/32 dev lo
sed -i 's/^address=.*/address=node001.example/' $node/install
try "a name without an address" deploy --diff
echo '192.0.2.99 node001.example' >>/etc/hosts
try "a name of another host" deploy --diff
sed -i 's/^192.0.2.99 /127.0.1.1 /' /etc/hosts
try "a name that is this host's own" deploy --diff
fresh
try "reverted" deploy --revert
try "reverted twice" deploy --revert
chmod 0644 /etc/sudoers.d/ringfree-monitoring
chmod 0755 /var/lib/ringfree-monitoring/nrpe
changed
try "modes that somebody changed, what would change" deploy --diff
try "modes that somebody changed" deploy
state | sed -n -e '/ringfree-monitoring\/nrpe /s/^/   /p' -e '/sudoers.d/s/^\([^ ]* [^ ]* [^ ]*\) .*/   \1/p'

# A check that does not go through sudo.
. "$(dirname "$0")/without-sudo.sh"
echo "== a check as the agent's user, without sudo"
without_sudo /usr/lib64/nagios/plugins/check_haproxy nrpe
changed

answers() { # answers [COMMAND]: what NRPE says, as soon as it does
    for ((attempt = 0; attempt < 100; attempt++)); do
        /usr/lib/nagios/plugins/check_nrpe -H 203.0.113.10 ${1:+-c "$1"} 2>/dev/null && return
        sleep 0.1
    done
    return 1
}
start_nrpe() {
    nrpe -c /etc/nagios/nrpe.cfg -d
    answers >/dev/null || { echo "NRPE does not answer: it is started once more" >&2; nrpe -c /etc/nagios/nrpe.cfg -d; answers >/dev/null; }
    pid=$(cat /var/run/nrpe/nrpe.pid)
}
start_nrpe
printf '# Generated by nrpe-config from estate.toml\n--only\nprocess\n' >/etc/ringfree/monitoring/check_haproxy.old.options
printf 'mine\n' >/etc/ringfree/monitoring/check_mine.options
changed
sed -i 's/^command_timeout=40$/command_timeout=42/' $node/nrpe.cfg
try "with NRPE running, what would change" deploy --diff
try "with NRPE running, a new limit, and an options file that the estate no longer has" deploy
[ "$pid" = "$(cat /var/run/nrpe/nrpe.pid)" ] && kill -0 "$pid" && echo "   NRPE runs on; $(answers)"
sed -i 's/^command_timeout=42$/command_timeout=soon/' $node/nrpe.cfg
try "with NRPE running, an nrpe.cfg that it does not understand" deploy
ip address delete 127.0.0.1/8 dev lo
try "the same, where it cannot be tried" deploy
ip address add 127.0.0.1/8 dev lo
echo "   NRPE runs again; $(answers)"
fresh
chown nrpe /etc/ringfree
try "a folder of the options files that is somebody else's" deploy
chown root /etc/ringfree

# The unit as systemd sees it, at a boot and after somebody allowed the start.
condition() { systemd-analyze condition "$(sed -n '/^Condition/p' /etc/systemd/system/nrpe.service.d/ringfree-not-at-boot.conf)" >/dev/null 2>&1 && echo starts || echo "does not start"; }
echo "== NRPE ran when this was installed: a restart by an upgrade $(condition)"
rm $may_start
echo "== after a boot NRPE $(condition)"

# An nrpe.cfg that a person wrote.
install -d /etc/nagios/nrpe.d
printf 'command[my_raid]=/bin/echo RAID OK\n' >/etc/nagios/nrpe.d/raid.cfg
cat >/etc/nagios/nrpe.cfg <<'CFG'
# By hand.
pid_file=/var/run/nrpe/nrpe.pid
server_port=5666
nrpe_user=nrpe
nrpe_group=nrpe
allowed_hosts=127.0.0.1,203.0.113.10
command_timeout=60
  command[my_check]=/bin/echo MINE OK
command[check_load]=/usr/lib/nagios/plugins/check_load -w 1 -c 2
include=/etc/nagios/nrpe_local.cfg
include_dir=/etc/nagios/nrpe.d/
CFG
changed
try "an nrpe.cfg that a person wrote" deploy
echo "== what would change there"
deploy --diff | sed -n '/was not generated/,$p'
try "an nrpe.cfg that a person wrote, replaced" deploy --replace
try "and back" deploy --revert
sed '/^\[hosts.node001\]/,/^os = /s/^os = .*/&\nnrpe = { include_dir = "\/etc\/nagios\/nrpe.d" }/' "$estate" >/run/estate.toml
"$programs/nrpe-config" --estate /run/estate.toml --out /run/included >/dev/null
rm -rf $node
cp -r /run/included/node001 $node
chgrp nrpe /etc/nagios/nrpe.d/raid.cfg
chmod 0664 /etc/nagios/nrpe.d/raid.cfg
try "the folder of the distribution is kept, and a group may write in it" deploy --replace
chmod 0644 /etc/nagios/nrpe.d/raid.cfg
try "the folder of the distribution is kept" deploy --replace
# Killed is not gone: until then its port is taken.
pid=$(cat /var/run/nrpe/nrpe.pid)
kill -KILL "$pid"
for ((attempt = 0; attempt < 600; attempt++)); do grep -qs '^State:[[:space:]]*[^Z]' "/proc/$pid/status" || break; sleep 0.1; done
start_nrpe
echo "   NRPE answers: $(answers my_raid); $(answers rf_zombies | sed 's/ .*//')"
kill "$pid"

# The same script for a host over SSH.
useradd --system --password '*' --no-create-home --home-dir /etc/ringfree/ssh --shell /bin/sh ringfree
rm -rf $node /var/lib/ringfree-deployment && cp -r "$generated/node003" $node
ip address add 198.51.100.11/32 dev lo
rm -f $may_start
changed
run_check() { SSH_ORIGINAL_COMMAND=$1 sh /etc/ringfree/monitoring/run-check; }
try "a host over SSH, for the first time" deploy
try "its agent" run_check ''
rm $may_start
changed
try "after a boot its agent" run_check ''
try "after a boot one of its checks" run_check rf_load
try "after a boot, installed again" deploy
sed -i 's/timeout -k 1 40/timeout -k 1 41/' $node/run-check
try "after a boot, something new is installed" deploy
touch $may_start
changed
try "its agent, when somebody knows why" run_check ''
