# The monitoring host of the estate: PagerDuty's stand-in, the bridge, and what both schedulers need. Sourced by stage, before the scheduler's own file.

pagerduty=http://127.0.0.1:8080
make_shinken() {
    place shinken "$work/identity" /etc/ringfree/ssh/identity "$scheduler_user:root" 0600
    while read -r address host; do echo "$address,$host $(cut -d' ' -f1,2 "$disks/image/upper/etc/ssh/ssh_host_ed25519_key.pub" 2>/dev/null || cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub)"; done <"$work/names" |
        say_file shinken /etc/ringfree/ssh/known_hosts root:root 0644
    place shinken "$work/nrpe/authority.pem" /etc/ringfree/nrpe/authority.pem root:root 0644
    place shinken "$work/nrpe/scheduler.pem" /etc/ringfree/nrpe/scheduler.pem root:root 0644
    place shinken "$work/nrpe/scheduler.key" /etc/ringfree/nrpe/scheduler.key "root:$scheduler_group" 0640
    place shinken "$work/site/authority.pem" /etc/ringfree/monitoring/sansay-ca.pem root:root 0644
    echo "$sbc_login" | say_file shinken /etc/ringfree/monitoring/sansay.credentials nagios:nagios 0600

    # As bridge/README.md sets it up.
    on shinken install -d -o ringfree-bridge -g "$scheduler_group" -m 2770 /var/spool/ringfree-pagerduty
    on shinken install -d -o ringfree-bridge -g ringfree-bridge -m 0700 /var/lib/ringfree-pagerduty
    openssl rand -hex 16 | say_file shinken /etc/ringfree/routing-key "ringfree-bridge:$scheduler_group" 0640
    echo rest-token-0123456789 | say_file shinken /etc/ringfree/rest.token ringfree-bridge:ringfree-bridge 0600
    { cat <<TOML; scheduler_toml; } | say_file shinken /etc/ringfree/pagerduty-bridge.toml root:root 0644
scheduler = "$dialect"
[pagerduty]
endpoint = "$pagerduty"
routing_key_file = "/etc/ringfree/routing-key"
[spool]
path = "/var/spool/ringfree-pagerduty"
[store]
path = "/var/lib/ringfree-pagerduty/incidents.db"
[listen]
address = "127.0.0.1:9465"
[acknowledgements]
rest_endpoint = "$pagerduty"
token_file = "/etc/ringfree/rest.token"
interval = "10s"
command_pipe = "$command_pipe"
[heartbeat]
missing_after = "$((20 * unit > 60 ? 20 * unit : 60))s"
TOML
    place shinken "$work/objects/steps.toml" /etc/ringfree/monitoring/steps.toml root:root 0644
}
start_shinken() {
    start_sshd shinken
    run_on shinken "$dotnet" "$checkout/tests/pagerduty-sandbox/bin/Release/net10.0/pagerduty-sandbox.dll" --listen 127.0.0.1:8080
    await "PagerDuty's stand-in listens" incidents
}
# Beside the scheduler, whose heartbeat it waits for.
start_bridge() {
    on shinken pagerduty-bridge check-config >>"$work/log/bridge.config" 2>&1 || fail "pagerduty-bridge check-config: $(cat "$work/log/bridge.config")"
    run_on shinken setpriv --reuid ringfree-bridge --regid ringfree-bridge --init-groups pagerduty-bridge serve
}

# --- What PagerDuty has -------------------------------------------------------------------------------------------------------------------------

incidents() { on shinken curl -sf $pagerduty/sandbox/incidents; }
# incidents_of [HOST]: of a host and its services, or all.
incidents_of() { incidents | jq --arg host "${1-}" '[.[] | select($host == "" or .dedup_key == "host=" + $host or (.dedup_key | startswith("host=" + $host + ";")))]'; }
# A page: an incident, whatever its key. The bridge opens one for a missing heartbeat, too.
pages() { incidents_of "$@" | jq length; }
all_resolved() { incidents_of "$@" | jq -e 'all(.state == "resolved")' >/dev/null; }
acknowledge() { # ID WHO
    on shinken curl -sf -X POST "$pagerduty/sandbox/incidents/$1/acknowledge?who=$2" >/dev/null
}
