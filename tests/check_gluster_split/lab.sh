#!/bin/bash
# lab.sh FOLDER NAME
#
# A real GlusterFS pool of three servers on one machine, for the tests. Run as process 1 of private process, network and mount namespaces, it
# brings the pool up, says "ready", and ends with everything in it when its standard input does.
#
# Server N is 127.1.1.N: a glusterd of its own in a mount namespace of its own, because glusterd, the bricks and glfsheal use fixed paths below
# /var/lib/glusterd, /var/log/glusterfs and /run. A process called NAME-N keeps that namespace, for nsenter.
# Volumes: nimbus (two copies, servers 1 and 2) and containers (three copies). Server 1 mounts both below FOLDER/mount.
set -eu
folder=$1 name=$2
servers=(1 2 3)
trap 'echo "lab: line $LINENO failed" >&2' ERR

ip link set lo up

on() { # SERVER COMMAND...
    local server=$1; shift
    nsenter --mount --target "${holder[$server]}" -- "$@"
}
gluster() { on 1 timeout 30 gluster --mode=script --log-file=/dev/null "$@" >>"$folder/gluster.log"; }
until_true() { # SECONDS COMMAND...
    local end=$((SECONDS + $1)); shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || { echo "lab: in vain: $*" >&2; return 1; }
        sleep 0.1
    done
}
peers() { [ "$(on 1 gluster --mode=script --log-file=/dev/null peer status | grep -c 'Peer in Cluster (Connected)')" = "$1" ]; }

declare -A holder
for server in "${servers[@]}"; do
    own=$folder/$server
    mkdir -p "$own"/{lib,log,run/gluster,nimbus,containers}
    unshare --mount --propagation private bash -c '
        mount --bind "$1/lib" /var/lib/glusterd
        mount --bind "$1/log" /var/log/glusterfs
        mount --bind "$1/run" /run
        touch "$1/mounted"
        exec -a "$2" sleep infinity' - "$own" "$name-$server" &
    holder[$server]=$!
    until_true 10 test -e "$own/mounted"
    on "$server" glusterd --xlator-option "management.transport.socket.bind-address=127.1.1.$server" --pid-file=/run/glusterd.pid
done
for server in "${servers[@]}"; do until_true 30 on "$server" gluster --mode=script --log-file=/dev/null peer status; done
gluster peer probe 127.1.1.2
until_true 30 peers 1
gluster peer probe 127.1.1.3
until_true 30 peers 2

gluster volume create nimbus replica 2 "127.1.1.1:$folder/1/nimbus" "127.1.1.2:$folder/2/nimbus" force
gluster volume create containers replica 3 "127.1.1.1:$folder/1/containers" "127.1.1.2:$folder/2/containers" "127.1.1.3:$folder/3/containers" force
for volume in nimbus containers; do
    # Clients heal nothing and cache nothing, so that a test decides when something is healed and sees what it wrote.
    gluster volume set "$volume" cluster.data-self-heal off cluster.metadata-self-heal off cluster.entry-self-heal off \
        cluster.heal-timeout 5 network.ping-timeout 5 performance.quick-read off performance.io-cache off performance.stat-prefetch off \
        performance.read-ahead off performance.write-behind off performance.open-behind off
    gluster volume start "$volume"
    mkdir -p "$folder/mount/$volume"
done
for volume in nimbus containers; do
    until_true 30 on 1 mount -t glusterfs -o entry-timeout=0,attribute-timeout=0 "127.1.1.1:/$volume" "$folder/mount/$volume"
done

echo ready
cat >/dev/null
