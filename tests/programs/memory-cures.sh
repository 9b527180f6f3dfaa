#!/bin/bash
# memory-cures.sh PROGRAM
#
# On a private machine: what check_gluster_split says of a memory folder that it cannot use, and what it says when that cure was followed as it is
# printed. Every case as root and as the user of a service; sudo is that of root, who needs no password.
set -uo pipefail
install -m 0755 "$1" /usr/local/bin/check_gluster_split
default=/var/lib/ringfree-monitoring

ask() {
    (umask 077 && exec runuser -u "$1" -- /usr/local/bin/check_gluster_split --only mounts --mount /nope=nfs 2>&1) | sed -n 's/^\[WARNING\] //p'
}

try() {
    local user=$1 what=$2 said
    rm -rf "$default" && eval "$3"
    said=$(ask "$user")
    echo "$user, $what:"
    echo "  ${said:-nothing}"
    eval "$(sed -n 's/.*cure: \(.*\); for a look by hand.*/\1/p' <<<"$said")"
    said=$(ask "$user")
    echo "  then: ${said:-nothing}"
    echo "  $(stat -c '%n %U %a' "$default" "$default/$user" | paste -sd ' ')"
}

for user in root daemon; do
    try $user 'no parent' true
    try $user 'no folder' "install -d $default"
    try $user 'open to others' "install -d $default && install -d -o $user -m 0755 $default/$user"
    try $user 'a link' "install -d $default && ln -s /etc $default/$user"
    try $user 'of another' "install -d $default && install -d -o nobody -m 0700 $default/$user"
    try $user 'memory of another' "install -d $default && install -d -o $user -m 0700 $default/$user && install -o nobody -m 0600 /dev/null $default/$user/check_gluster_split.json"
done
