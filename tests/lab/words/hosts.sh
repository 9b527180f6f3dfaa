# The estate on its machines: programs and files deployed as the README says, and a healthy double of whatever each host runs. Sourced by stage.
#
#   prepare HOST...        generates from the estate, makes the image, the secrets and the certificates
#   bring_up HOST...       switches the hosts on, deploys them and starts what they run
#   start_HOST             what a host starts at boot; start_agent HOST what a person starts after a reboot

address() { sed -n 's/^ *address  *//p' "$work/objects/hosts/$1.cfg"; }

generate() {
    ssh-keygen -q -t ed25519 -N '' -C shinken@lab -f "$work/identity"
    sed -i "s#PUBLIC_KEY#$(cat "$work/identity.pub")#" "$work/estate.toml"
    "$checkout/out/bin/nrpe-config" --estate "$work/estate.toml" --out "$work/nodes" >"$work/log/generate" 2>&1 || fail "nrpe-config"
    "$checkout/out/bin/shinken-objects" --estate "$work/estate.toml" --out "$work/objects" --dialect "$dialect" >>"$work/log/generate" 2>&1 || fail "shinken-objects"
    # A minute is a unit here, so the scheduler ends that many more checks at a time, each a zombie until it is waited for.
    sed -i "s#check_procs -w 20 -c 100 -s Z#check_procs -w $((20 * 60 / unit)) -c $((100 * 60 / unit)) -s Z#" "$work/nodes/shinken/nrpe.cfg"
    local file
    for file in "$work"/objects/{hosts,services,dependencies}/*.cfg; do
        has "$(basename "$file" .cfg)" || rm "$file"
    done
    services_of_objects >"$work/services"
    if [ -n "${left_out-}" ]; then leave_out "${left_out%/*}" "${left_out#*/}"; fi
}

# Every service of the objects: host and name, separated by a tab.
services_of_objects() { grep -h '^    \(host_name\|service_description\)  ' "$work"/objects/services/*.cfg | sed 's/^ *[a-z_]*  *//' | paste -d'\t' - - | sort; }
# leave_out HOST SERVICE: takes a service away from what the scheduler gets.
leave_out() {
    awk -v RS= -v ORS='\n\n' -v name="service_description +$2(\n|\$)" '$0 !~ name' "$work/objects/services/$1.cfg" >"$work/kept"
    cmp -s "$work/kept" "$work/objects/services/$1.cfg" && fail "no service $2 of $1"
    mv "$work/kept" "$work/objects/services/$1.cfg"
}

make_image() {
    local root=$disks/image/root program folder
    image
    rm -rf "$root"/var/lib/ringfree-* "$root/etc/ringfree" "$root/var/spool/ringfree-pagerduty"
    make --silent -C "$checkout" install DESTDIR="$root" PREFIX=/usr/local PLUGINDIR=/usr/lib/nagios/plugins || fail "make install"
    [ -x "$root/usr/lib/nagios/plugins/check_mysql" ] || install -m 0755 "$lab/doubles/check_mysql" "$root/usr/lib/nagios/plugins/"
    # The plugin folders of the RHEL kin and of Shinken, with what the generated files name in them.
    for program in $(grep -rhoE '/(usr/lib64/nagios/plugins|var/lib/shinken/libexec)/check_[a-z_]+' "$work/nodes" "$work/objects" | sort -u); do
        folder=$(dirname "$program")
        mkdir -p "$root$folder"
        cp -a "$root/usr/lib/nagios/plugins/$(basename "$program")" "$root$folder/" || fail "no plugin $(basename "$program") on this machine"
    done
    in_image useradd --system --no-create-home --shell /usr/sbin/nologin nrpe
    in_image useradd --system --no-create-home --shell /bin/sh --user-group shinken
    in_image useradd --system --password '*' --no-create-home --home-dir /etc/ringfree/ssh --shell /bin/sh ringfree
    in_image useradd --system --no-create-home --shell /usr/sbin/nologin --user-group --groups "$scheduler_group" ringfree-bridge
    # sshd refuses to start without host keys, and the estate's names are known everywhere.
    [ -f "$root/etc/ssh/ssh_host_ed25519_key" ] || in_image ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
    local host
    for host in $hosts; do echo "$(address "$host") $host"; done >"$work/names"
    cat "$work/names" >>"$root/etc/hosts"
    if declare -F prepare_scheduler >/dev/null; then prepare_scheduler; fi
    rm -rf "$root/var/lib/mysql"
    rm -rf "$root/etc/sudoers.d/"ringfree*
    image_done
}

has() { [[ " $hosts " == *" $1 "* ]]; }

# authority FOLDER: makes FOLDER/authority.pem; certificate FOLDER NAME SUBJECT-ALTERNATIVE-NAME: FOLDER/NAME.pem and .key of it.
authority() {
    mkdir -p "$1"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 900 -subj /CN=authority -keyout "$1/authority.key" -out "$1/authority.pem" 2>>"$work/log/openssl"
}
certificate() {
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" -keyout "$1/$2.key" -out "$1/$2.csr" 2>>"$work/log/openssl"
    openssl x509 -req -in "$1/$2.csr" -CA "$1/authority.pem" -CAkey "$1/authority.key" -CAcreateserial -days 800 -extfile <(echo "subjectAltName=$3") -out "$1/$2.pem" 2>>"$work/log/openssl"
}

# place HOST FILE PLACE OWNER MODE: a file of the lab at its place on a host.
place() {
    cp "$2" "$disks/$1/placed"
    on "$1" install -D -o "${4%:*}" -g "${4#*:}" -m "$5" /run/lab/placed "$3"
}
say_file() { # HOST PLACE OWNER MODE <TEXT
    cat >"$disks/$1/text"
    place "$1" "$disks/$1/text" "$2" "$3" "$4"
}

deploy() {
    local host=$1
    [ -d "$work/nodes/$host" ] || return 0
    cp -r "$work/nodes/$host" "$disks/$host/deployed"
    on "$host" cp -r /run/lab/deployed "/root/$host"
    # The distribution's nrpe.cfg goes, which install does only when it is told.
    on "$host" sh "/root/$host/install" --replace >>"$work/log/install" 2>&1 || fail "install on $host: $(tail -n 3 "$work/log/install")"
}

# A minute of production is a few seconds here: what a minute's logins are to sshd must not be a flood.
start_sshd() { on "$1" /usr/sbin/sshd -o PidFile=/run/sshd.pid -o MaxStartups=100; }
stop_sshd() { on "$1" sh -c 'kill "$(cat /run/sshd.pid)"'; }
answers() { run_on "$1" python3 "$lab/doubles/answers.py" "${@:2}"; }

# What a person does who knows why the host rebooted.
start_agent() {
    local host=$1
    on "$host" touch /var/run/ringfree-checks-may-start /run/ringfree-nrpe-may-start
    [ -f "$work/nodes/$host/nrpe.cfg" ] || return 0
    local owner
    owner=$(sed -n 's/^nrpe_user=//p' "$work/nodes/$host/nrpe.cfg")
    on "$host" install -d -o "$owner" "$(dirname "$(sed -n 's/^pid_file=//p' "$work/nodes/$host/nrpe.cfg")")"
    on "$host" nrpe -c /etc/nagios/nrpe.cfg -d
}

stop_agent() { on "$1" bash -c 'kill "$(cat "$1")"' - "$(sed -n 's/^pid_file=//p' "$work/nodes/$1/nrpe.cfg")"; }

# --- OpenVZ nodes -------------------------------------------------------------------------------------------------------------------------

pbx=asterisk,httpd,httpd,master,qmgr,crond
# What Prosody is called in /proc: it is a script of Lua.
revnat=httpd,httpd,haproxy,lua5.4,crond
declare -A containers=(
    [node001]="10=revnat-atl=$revnat 101=alpha=$pbx 102=bravo=$pbx 103=charlie=$pbx 104=delta=$pbx"
    [node002]="101=dioceses=$pbx 106=echo=$pbx"
    [node003]="20=revnat-dal=$revnat 107=foxtrot=$pbx"
    [node004]="108=golf=$pbx"
)
# An option that the estate gives to a check on a host: option HOST FILE NAME.
option() { sed -n "/^$3\$/{n;p}" "$work/nodes/$1/options/$2.options"; }

# make_node HOST DATACENTER UPTIME [VERB]: with the verb boot instead of make, no container runs yet.
make_node() {
    local host=$1 datacenter=$2 uptime=$3
    # shellcheck disable=SC2086 # words
    on "$host" python3 "$lab/doubles/openvz_node.py" /srv/node "${4-make}" "$datacenter" ${containers[$host]}
    tr ' ' '\n' <<<"${containers[$host]}" | sed 's/=.*//' | say_file "$host" /etc/ringfree/containers root:root 0644
    run_on "$host" python3 "$lab/doubles/openvz_node.py" /srv/node clock "$uptime"
}
openvz() { on "$1" python3 "$lab/doubles/openvz_node.py" /srv/node "${@:2}"; }

make_proxy() {
    local host=$1 bundle
    bundle=$(option "$host" check_haproxy.certificates --bundle)
    # Beside the bundle lie the parts that it was made of, as on a real proxy.
    place "$host" "$work/site/proxy.key" "$(dirname "$bundle")/proxy.key" root:root 0600
    place "$host" "$work/site/proxy.pem" "$(dirname "$bundle")/proxy.crt" root:root 0644
    place "$host" "$work/site/authority.pem" "$(dirname "$bundle")/bundle.crt" root:root 0644
    cat "$work/site/proxy.key" "$work/site/proxy.pem" "$work/site/authority.pem" | say_file "$host" "$bundle" root:root 0600
    say_file "$host" /etc/haproxy/haproxy.cfg root:root 0644 <<CFG
global
    stats socket $(option "$host" check_haproxy.process --socket) mode 600 level admin
    maxconn 500
defaults
    mode http
    timeout connect 500ms
    timeout client 5s
    timeout server 5s
frontend www
    bind :443 ssl crt $bundle
    default_backend alpha
backend alpha
    option httpchk GET /
    server alpha 127.0.0.1:8001 check inter 500 fall 2 rise 1
backend bravo
    server bravo 127.0.0.1:8002 check inter 500 fall 2 rise 1
CFG
}
web() { # HOST PORT: a web server of a container
    run_on "$1" python3 -m http.server --bind 127.0.0.1 "$2"
}
stop_web() { on "$1" pkill -f "http.server --bind 127.0.0.1 $2"; }
start_haproxy() {
    on "$1" bash -c 'mkdir -p "$(dirname "$2")" && haproxy -D -q -f "$1" -p /run/haproxy.pid' - /etc/haproxy/haproxy.cfg "$(option "$1" check_haproxy.process --socket)"
}
stop_haproxy() { on "$1" bash -c 'kill -KILL $(cat /run/haproxy.pid)'; }
start_proxy() {
    web "$1" 8001
    web "$1" 8002
    answers "$1" silent=5222
    start_haproxy "$1"
}

make_node001() { make_node node001 atl 3000000; make_proxy node001; }
make_node002() { make_node node002 atl 4000000; }
make_node003() { make_node node003 dal 5000000; make_proxy node003; }
make_node004() { make_node node004 dal 6000000; }
start_node001() { start_sshd node001; start_proxy node001; }
start_node002() { start_sshd node002; }
start_node003() { start_sshd node003; start_proxy node003; }
start_node004() { start_sshd node004; }

# --- Hosts without an agent -----------------------------------------------------------------------------------------------------------------

start_gateway-atl() { answers gateway-atl ntp; }
start_gateway-dal() { answers gateway-dal ntp; }
start_pbx-dioceses() { answers pbx-dioceses silent=4445 ami=5038; }
make_sbc() {
    mkdir -p "$disks/$1/sbc"
    cp "$work/site/$1".{pem,key} "$disks/$1/sbc/"
    echo "$sbc_login" >"$disks/$1/sbc/login"
    printf '%s\n' "${@:2}" >"$disks/$1/sbc/$1.state"
}
make_sbc1() { make_sbc sbc1 active standby; }
make_sbc2() { make_sbc sbc2 standby boot; }
start_sbc1() { answers sbc1 sip; run_on sbc1 python3 "$lab/doubles/sbc.py" /run/lab/sbc sbc1; }
start_sbc2() { answers sbc2 sip; run_on sbc2 python3 "$lab/doubles/sbc.py" /run/lab/sbc sbc2; }
sbc_login=monitor:s3cret

# --- Databases ------------------------------------------------------------------------------------------------------------------------------

# An empty one, for every host that has one.
make_database() {
    mkdir "$work/database"
    chown mysql "$work/database"
    mariadb-install-db --no-defaults --user=mysql --datadir="$work/database" --auth-root-authentication-method=normal --skip-test-db \
        --innodb-log-file-size=4M >"$work/log/mariadb-install-db" 2>&1 && touch "$work/database.made"
}
start_database() {
    on "$1" install -d -o mysql /run/mysqld
    if on "$1" test ! -d /var/lib/mysql; then
        await "mariadb-install-db" test -e "$work/database.made"
        cp -a "$work/database" "$disks/$1/database"
        on "$1" mv /run/lab/database /var/lib/mysql
    fi
    run_on "$1" mariadbd --no-defaults --user=mysql --datadir=/var/lib/mysql --port=3306 --bind-address=127.0.0.1 --socket=/run/mysqld/mysqld.sock \
        --pid-file=/run/mysqld/mysqld.pid --skip-log-bin --innodb-buffer-pool-size=16M --innodb-log-file-size=4M --skip-name-resolve
    await "MariaDB of $1" sql "$1" "DO 1"
}
sql() { on "$1" mariadb --no-defaults --skip-column-names --socket=/run/mysqld/mysqld.sock --user=root --execute="$2"; }

partitions() {
    local day
    for day in -2 -1 0 1 2 3; do printf "PARTITION p%s VALUES LESS THAN ('%s')," $((day + 2)) "$(date -d "$((day + 1)) day" +%F)"; done | sed 's/,$//'
}
make_voipmon() {
    on voipmon install -d /var/spool/voipmonitor
    start_database voipmon
    sql voipmon "CREATE DATABASE voipmonitor; USE voipmonitor;
        CREATE TABLE cdr (ID bigint unsigned NOT NULL AUTO_INCREMENT, calldate datetime NOT NULL, callend datetime NOT NULL, duration mediumint unsigned,
            caller varchar(255), called varchar(255), id_sensor smallint unsigned NULL, PRIMARY KEY (ID, calldate), KEY calldate (calldate), KEY id_sensor (id_sensor))
            PARTITION BY RANGE COLUMNS (calldate) ($(partitions));
        CREATE TABLE cdr_next (cdr_ID bigint unsigned NOT NULL, calldate datetime NOT NULL, PRIMARY KEY (cdr_ID, calldate))
            PARTITION BY RANGE COLUMNS (calldate) ($(partitions));
        CREATE TABLE sensors (id_sensor int unsigned NOT NULL PRIMARY KEY, name varchar(256), host varchar(255), port int);
        CREATE TABLE sensor_running_config (ID int unsigned AUTO_INCREMENT PRIMARY KEY, id_sensor int unsigned NULL, start_at datetime, stop_at datetime NULL,
            version varchar(40), config mediumtext);
        CREATE TABLE system (type varchar(100), content mediumtext);
        CREATE USER 'monitoring'@'127.0.0.1' IDENTIFIED BY 'secret';"
    # The rights that the check's README asks for, and no more.
    sed -n '/```sql/,/```/p' "$checkout/plugins/check_voipmon/README.md" | grep '^GRANT' | while read -r statement; do sql voipmon "$statement"; done
    printf '[client]\nhost=127.0.0.1\nport=3306\nuser=monitoring\npassword=secret\ndatabase=voipmonitor\n' |
        say_file voipmon /etc/ringfree/monitoring/voipmonitor.cnf nagios:nagios 0600
}
start_voipmon() { start_sshd voipmon; run_on voipmon python3 "$lab/doubles/sniffer.py" /var/spool/voipmonitor /run/mysqld/mysqld.sock 12 25; }

make_pbx-db() {
    start_database pbx-db
    sql pbx-db "CREATE USER 'monitoring'@'127.0.0.1' IDENTIFIED BY 'secret'"
    printf '[client]\nhost=127.0.0.1\nport=3306\nuser=monitoring\npassword=secret\n' | say_file pbx-db /etc/ringfree/monitoring/mysql.cnf root:nagios 0640
    place pbx-db "$work/nrpe/authority.pem" /etc/ringfree/nrpe/authority.pem root:root 0644
    place pbx-db "$work/nrpe/node.pem" /etc/ringfree/nrpe/node.pem root:root 0644
    place pbx-db "$work/nrpe/node.key" /etc/ringfree/nrpe/node.key root:nagios 0640
}
start_pbx-db() { start_sshd pbx-db; }

# --- The Papal web host -----------------------------------------------------------------------------------------------------------------------

make_papal() {
    cat "$work/site/papal.key" "$work/site/papal.pem" "$work/site/authority.pem" | say_file papal /etc/haproxy/papal.pem root:root 0600
    say_file papal /etc/haproxy/haproxy.cfg root:root 0644 <<'CFG'
defaults
    mode http
    timeout connect 5s
    timeout client 5s
    timeout server 5s
frontend papal
    bind :443 ssl crt /etc/haproxy/papal.pem
    http-request return status 200 content-type text/html string "<html>Papal</html>"
CFG
}
start_papal() { start_sshd papal; on papal haproxy -D -q -f /etc/haproxy/haproxy.cfg; }

# --- GlusterFS: a real pool of the storage servers ---------------------------------------------------------------------------------------------

gluster() { on storage-atl timeout 30 gluster --mode=script "$@" >>"$work/log/gluster" 2>&1; }
start_glusterd() {
    on "$1" mkdir -p /run/gluster /var/log/glusterfs
    on "$1" glusterd --pid-file=/run/glusterd.pid
}
start_storage-atl() { start_sshd storage-atl; start_glusterd storage-atl; }
start_storage-dal() { start_sshd storage-dal; start_glusterd storage-dal; }
make_volumes() {
    local datacenter
    for datacenter in atl dal; do await "glusterd of storage-$datacenter" on "storage-$datacenter" gluster --mode=script peer status; done
    await "the pool's peers" gluster peer probe storage-dal
    await "the pool of two" bash -c "nsenter --target $(<"$disks/storage-atl/process") --mount --pid --net --uts gluster --mode=script peer status | grep -q 'Peer in Cluster (Connected)'"
    # Bricks lie in memory: an overlay has no attributes of the kind that bricks keep.
    for datacenter in atl dal; do on "storage-$datacenter" bash -c 'mkdir -p /srv/bricks && mount -t tmpfs bricks /srv/bricks && mkdir /srv/bricks/nimbus /srv/bricks/own'; done
    gluster volume create nimbus replica 2 storage-{atl,dal}:/srv/bricks/nimbus force || fail "the volume nimbus"
    for datacenter in atl dal; do gluster volume create "containers-$datacenter" "storage-$datacenter:/srv/bricks/own" force || fail "the volume containers-$datacenter"; done
    local volume
    for volume in nimbus containers-atl containers-dal; do await "volume $volume starts" gluster volume start $volume; done
    await "the bricks" bash -c "[ \$(nsenter --target $(<"$disks/storage-atl/process") --mount --pid --net --uts gluster --mode=script volume status all --xml | tr -d '\n ' | grep -oE '<path>/[^<]*</path><peerid>[^<]*</peerid><status>1</status>' | wc -l) = 4 ]"
}

# --- All together -------------------------------------------------------------------------------------------------------------------------------

prepare() {
    if has voipmon || has pbx-db; then make_database & fi
    generate
    make_image
    say "the image is made"
    authority "$work/site"
    certificate "$work/site" proxy DNS:proxy.ringfree.example
    certificate "$work/site" papal DNS:papal.ringfree.example
    has sbc1 && certificate "$work/site" sbc1 "IP:$(address sbc1)"
    has sbc2 && certificate "$work/site" sbc2 "IP:$(address sbc2)"
    authority "$work/nrpe"
    certificate "$work/nrpe" node DNS:node
    certificate "$work/nrpe" scheduler DNS:scheduler
}
bring_up_one() {
    local host=$1
    machine "$host" "$(address "$host")"
    if declare -F "make_$host" >/dev/null; then "make_$host"; fi
    deploy "$host"
    if declare -F "start_$host" >/dev/null; then "start_$host"; fi
    start_agent "$host"
}
bring_up() {
    local host
    local -A working=()
    for host in $hosts; do
        bring_up_one "$host" &
        working[$host]=$!
    done
    for host in $hosts; do wait "${working[$host]}" || fail "$host is not up"; done
    say "$(wc -w <<<"$hosts") hosts are up"
    if has storage-atl; then make_volumes; fi
}
