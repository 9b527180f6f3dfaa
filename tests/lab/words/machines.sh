# Machines of the lab, sourced by stage. Each has a process, network and mount namespace of its own and sees this machine's files through an overlay
# whose changes are its own (in memory), so that every host of the estate has its own /etc, its own loopback and its own process table. All hang on
# one bridge, each with its host's real address.
#
#   image                            the changes that every machine begins with are made between image and image_done
#   machine NAME ADDRESS [dark]      switches a machine on; with what it wrote before, but /run empty, as after a boot. A dark one is not on the
#                                    network before plug_in NAME: nobody sees how long it takes to come up.
#   plug_out NAME                    takes its line away; it runs on
#   on NAME COMMAND...               runs a command there, as root
#   switch_off NAME                  every process of it dies, nobody answers at its address any more
#   run_on NAME PROGRAM...           starts a program there that stays

disks=/mnt

network() {
    ip link set lo up
    ip link add lab type bridge
    ip link set lab up
}

image() {
    mkdir -p $disks/image/{upper,work,root}
    mount -t overlay overlay -o "lowerdir=/,upperdir=$disks/image/upper,workdir=$disks/image/work" $disks/image/root
    mount -t proc proc $disks/image/root/proc
    mount --rbind /dev $disks/image/root/dev
}
in_image() { chroot $disks/image/root "$@"; }
image_done() { umount -l $disks/image/root; }

machine() {
    local name=$1 address=$2 disk=$disks/$1
    mkdir -p "$disk"/{upper,work,root}
    rm -f "$disk/up"
    setsid unshare --mount --propagation private --pid --fork --kill-child --net --uts -- \
        bash "$lab/words/boot" "$name" "$address" "$disk" "$disks/image/upper" "$checkout" >"$work/log/$name.boot" 2>&1 </dev/null &
    local starter=$!
    await "machine $name boots" test -e "$disk/init"
    local process
    process=$(pgrep -P $starter)
    echo "$process" >"$disk/process"
    rm "$disk/init"
    # A name of an interface has 15 characters.
    local wire=${name:0:12}
    ip link add "l-$wire" type veth peer name "h-$wire"
    ip link set "l-$wire" master lab
    [ "${3-}" = dark ] || plug_in "$name"
    # The same after each boot, or its neighbors would talk to the interface that it had before.
    # shellcheck disable=SC2046 # words
    ip link set "h-$wire" address "$(printf '02:00:%02x:%02x:%02x:%02x' $(tr . ' ' <<<"$address"))"
    ip link set "h-$wire" netns "$process"
    await "machine $name is up" test -e "$disk/up"
}

plug_in() { ip link set "l-${1:0:12}" up; }
plug_out() { ip link set "l-${1:0:12}" down; }

on() {
    local name=$1
    shift
    nsenter --target "$(<"$disks/$name/process")" --mount --pid --net --uts -- "$@"
}
run_on() {
    local name=$1
    shift
    on "$name" setsid "$@" >>"$work/log/$name.out" 2>&1 </dev/null &
}
switch_off() {
    kill -KILL "$(<"$disks/$1/process")"
    await "machine $1 is off" bash -c "! ip link show l-${1:0:12}"
}
