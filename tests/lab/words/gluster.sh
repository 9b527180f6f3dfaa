# Faults of GlusterFS on the storage servers' pool, and a client that writes; sourced by stage.

client=gateway-dal
mount_nimbus() {
    on $client mkdir -p /mnt/nimbus
    # Clients heal nothing and cache nothing: what is healed is the self-heal daemons' work.
    local option
    for option in cluster.{data,metadata,entry}-self-heal \
        performance.{quick-read,io-cache,stat-prefetch,read-ahead,write-behind,open-behind}; do
        gluster volume set nimbus $option off
    done
    await "the volume is mounted" on $client mount -t glusterfs -o entry-timeout=0,attribute-timeout=0 storage-atl:/nimbus /mnt/nimbus
}
write() { on $client timeout 60 bash -c "$1" || fail "the client: $1"; }

brick_process() { on "$1" pgrep -f -- "--brick-name /srv/bricks/${2:-nimbus}" | head -n 1; }
kill_brick() { on "$1" kill -KILL "$(brick_process "$1" "${2-}")"; }
start_bricks() {
    await "the bricks of ${1-nimbus} start" gluster volume start "${1-nimbus}" force
    # The client and the self-heal daemons find them.
    sleep 2
}
kill_glusterd() { on "$1" bash -c 'kill -KILL "$(cat /run/glusterd.pid)"'; }

# Each copy of a file gets a write that the other one lacks.
split_file() {
    write "echo base >/mnt/nimbus/$1"
    gluster volume set nimbus cluster.self-heal-daemon off
    kill_brick storage-dal
    sleep 1
    write "echo AAAA >/mnt/nimbus/$1"
    start_bricks
    kill_brick storage-atl
    sleep 1
    write "echo BBBBBB >/mnt/nimbus/$1"
    start_bricks
    gluster volume set nimbus cluster.self-heal-daemon on
}
