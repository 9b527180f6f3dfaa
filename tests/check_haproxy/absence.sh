#!/bin/bash
# absence.sh CHECK: on a private machine, a real HAProxy that is alone there, in states in which its socket is not where it is asked for; and one
# whose files lie where a node sees those of container 101. Prints each command's first line and exit code, without what differs from run to run.
set -euo pipefail

if [[ $1 != --inside ]]; then
    # The whole file system as an overlay: /vz is on no machine that tests run on.
    mkdir -p /mnt/machine/{upper,work,root}
    mount -t overlay -o lowerdir=/,upperdir=/mnt/machine/upper,workdir=/mnt/machine/work overlay /mnt/machine/root
    mount -t proc proc /mnt/machine/root/proc
    mount --bind /dev /mnt/machine/root/dev
    exec env --unset=TMPDIR chroot /mnt/machine/root bash "$0" --inside "$1"
fi
check=$2
ip link set lo up

run() {
    echo "\$ check_haproxy $*"
    local code=0
    "$check" --state-dir /root/none --no-memory "$@" >/tmp/out 2>&1 || code=$?
    sed -E 's/pid [0-9]+/pid N/g; s/ \| .*//; s/ up for [0-9a-z ]+/ up for N/; s/on 20[0-9-]+/on DATE/; /^note: first look/d' /tmp/out
    echo "exit $code"
}

start() { # CONFIGURATION SOCKET
    haproxy -db -f "$1" &
    pid=$!
    local tries=0
    until "$check" --state-dir /root/none --no-memory --socket "$2" --only process >/dev/null; do
        ((++tries < 600)) && kill -0 $pid || { echo "HAProxy does not answer on $2"; exit 1; }
        sleep 0.1
    done
}

configure() { # FILE SOCKET [CRT]
    mkdir -p "$(dirname "$1")" "$(dirname "$2")"
    printf '%s\n' global "  stats socket '$2' mode 600 level admin # ours" defaults '  mode http' '  timeout connect 1s' '  timeout client 1s' '  timeout server 1s' \
        'userlist people' '  user mon insecure-password dial-tone' 'frontend f' "  bind unix@/tmp/f${3:+ ssl crt $3}" '  default_backend pbx' 'backend pbx' '  server pbx1 127.0.0.1:9' >"$1"
}

configure /etc/haproxy/haproxy.cfg /srv/haproxy/stats
start /etc/haproxy/haproxy.cfg /srv/haproxy/stats
run --only process
run --only process --socket /run/haproxy/nope.sock
run --only process --socket http://127.0.0.1:1/stats
run --only process --socket /srv/haproxy/stats
"$check" --state-dir /root/none --no-memory --record /tmp/recording >/dev/null || true
grep -rq dial-tone /tmp/recording && echo "the recording holds a password"
rm /srv/haproxy/stats
run --only process --socket /srv/haproxy/stats
kill -9 $pid
wait $pid 2>/dev/null || true
run --only process
run --only process --socket /srv/haproxy/stats
run --only process --socket http://127.0.0.1:1/stats

# A container's, whose paths are resolved in its root: a link that would lead to the node's leads nowhere.
container=/vz/root/101
configure /etc/own.cfg $container/var/lib/haproxy/stats
start /etc/own.cfg $container/var/lib/haproxy/stats
run --only process --socket $container/var/lib/haproxy/stats
mkdir -p /srv/secret $container/srv
ln -s /srv/secret $container/srv/out
mv $container/var/lib/haproxy/stats /srv/secret/stats
run --only process --socket $container/srv/out/stats
kill -9 $pid
wait $pid 2>/dev/null || true

# The folder of the article: key, certificate and CA bundle, and the file that they were put together to.
certs=/etc/ringfree/certs
mkdir -p $certs $container$certs $container/etc/letsencrypt
cd $certs
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 900 -subj '/CN=Test CA' 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ringfree_biz.key -out r.csr -subj '/CN=ringfree.biz' 2>/dev/null
printf 'subjectAltName=DNS:ringfree.biz,DNS:*.ringfree.biz\n' >r.ext
openssl x509 -req -in r.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 90 -extfile r.ext -out ringfree_biz.crt 2>/dev/null
mv ca.crt ringfree_biz_bundle.pem
rm ca.* r.* 2>/dev/null || true
chmod 600 *.key
(umask 077; cat ringfree_biz.key ringfree_biz.crt ringfree_biz_bundle.pem >main_ringfree_biz.pem)
run --only certificates --bundle $certs
configure /etc/haproxy/haproxy.cfg /srv/haproxy/stats $certs/main_ringfree_biz.pem
run --only certificates --bundle $certs

# HAProxy that loads the whole folder: it began when nothing but the bundle was there.
mkdir /srv/parts
mv ringfree_biz.crt ringfree_biz_bundle.pem /srv/parts
configure /etc/haproxy/haproxy.cfg /srv/haproxy/stats $certs
start /etc/haproxy/haproxy.cfg /srv/haproxy/stats
cp /srv/parts/* .
run --only certificates --bundle $certs
haproxy -c -f /etc/haproxy/haproxy.cfg >/dev/null 2>&1 || echo "HAProxy refuses it"

# In a container the links of its own are its own.
cp main_ringfree_biz.pem $container/etc/letsencrypt/pbx.pem
ln -s /etc/letsencrypt/pbx.pem $container$certs/pbx.pem
ln -s /etc/ringfree/certs/main_ringfree_biz.pem $container$certs/node.pem
run --only certificates --bundle $container$certs/pbx.pem
run --only certificates --bundle $container$certs
