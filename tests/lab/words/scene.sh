# What scenes say; sourced by stage.

unit=2
hosts=
# estate [SED-SCRIPT]: brings the estate up: shared/estate.toml with the overlay and a scene's own changes. The scheduler gets the objects of $hosts.
estate() {
    sed -f "$lab/overlay.sed" "$checkout/shared/estate.toml" | sed "${1-}" >$work/estate.toml
    [ -n "$hosts" ] || hosts=$(sed -n 's/^\[hosts\.\([a-z0-9-]*\)\]$/\1/p' $work/estate.toml | paste -sd' ')
    network
    prepare
    bring_up
    start_bridge
    start_scheduler
    started=$(date +%s)
    say "$scheduler runs"
}

is_heartbeat='PagerDuty path heartbeat'
# states_of [HOST]: the states of the services of one host, or of all.
states_of() { service_states | awk -F'\t' -v host="${1-}" 'host == "" || $1 == host'; }
# all_ok [HOST]: every service that the scheduler got was checked and is OK, but for the heartbeat, which never is.
all_ok() {
    local wanted
    wanted=$(services_of_objects | awk -F'\t' -v host="${1-}" 'host == "" || $1 == host' | wc -l)
    [ "$(states_of "$@" | awk -F'\t' -v beat="$is_heartbeat" '$4 == 1 && ($3 == 0 || $2 == beat)' | wc -l)" = "$wanted" ]
}
# Each generated service that has no result: HOST/SERVICE.
without_result() {
    comm -23 "$work/services" <(service_states | awk -F'\t' '$4 == 1 {print $1 "\t" $2}' | sort) | tr '\t' '/'
}

verdict() { # FAULT WANTED SEEN ok|FAIL SECONDS HEADLINE
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$scene" "$1" "$2" "$3" "$4" "$5" "${6:0:150}" >>"$verdicts"
    say "$1: wanted $2, seen $3: $4${6:+: ${6:0:200}}"
    [[ $4 != FAIL* ]] || incidents | jq -r '.[] | "    \(.opened_at) \(.state) \(.dedup_key): \(.summary[:160])"' >&2
}

# quiet_for INTERVALS: waits until the scheduler has run for so many check intervals, and judges that nobody is paged, no state was bad for a moment,
# every service has a result and each heartbeat is notified.
quiet_for() {
    local intervals=$1 left log alerts missing not_ok wanted seen status
    left=$((started + intervals * 3 * unit - $(date +%s)))
    say "quiet for $intervals check intervals of $((3 * unit)) s"
    [ $left -le 0 ] || sleep $left
    log=$(scheduler_log)
    missing=$(without_result)
    verdict "services without a result" 0 "$(grep -c . <<<"$missing")" "$([ -z "$missing" ] && echo ok || echo FAIL)" "" "$(paste -sd'~' <<<"$missing")"
    not_ok=$(service_states | awk -F'\t' -v beat="$is_heartbeat" '$4 == 1 && $3 != 0 && $2 != beat {print $1 ";" $2 ";" $6}')
    verdict "services not OK" 0 "$(grep -c . <<<"$not_ok")" "$([ -z "$not_ok" ] && echo ok || echo FAIL)" "" "$(cut -c1-150 <<<"$not_ok" | head -n 3 | paste -sd'~')"
    # Every state that was not OK, soft ones included.
    alerts=$(grep -E '(SERVICE|HOST) ALERT' <<<"$log" | grep -vE ";(OK|UP);|;$is_heartbeat;")
    # On a machine that is shared with other tests one answer in all may come late, and the next one in time.
    [ -z "${SHARED-}" ] || alerts=$(awk -F';' '
        { name = $1 ";" $2; sub(/^.*ALERT: /, "", name); of[name]++; line[NR] = $0; whose[NR] = name }
        END { for (i = 1; i <= NR; i++) if (of[whose[i]] > 1 || line[i] !~ /;SOFT;1;/) print line[i] }' <<<"$alerts" | grep . || true)
    verdict "alerts" 0 "$(grep -c . <<<"$alerts")" "$([ -z "$alerts" ] && echo ok || echo FAIL)" "" "$(cut -c1-150 <<<"$alerts" | head -n 3 | paste -sd'~')"
    # One each five units.
    wanted=$((intervals * 3 / 5 - 2)) seen=$(grep -c "SERVICE NOTIFICATION.*$is_heartbeat" <<<"$log")
    verdict "heartbeats notified" "$wanted or more" "$seen" "$([ "$seen" -ge "$wanted" ] && echo ok || echo FAIL)" "" ""
    status=$(on shinken pagerduty-bridge status | head -n 1)
    verdict "the bridge" OK "$(cut -d' ' -f2 <<<"$status")" "$(grep -q ' OK' <<<"$status" && echo ok || echo FAIL)" "" "$status"
    verdict "pages" 0 "$(pages)" "$([ "$(pages)" = 0 ] && echo ok || echo FAIL)" "" "$(incidents | jq -r '.[].summary' | cut -c1-150 | head -n 3 | paste -sd'~')"
    say "$(wc -l <"$work/services") services on $(wc -w <<<"$hosts") hosts"
}

# --- Faults -------------------------------------------------------------------------------------------------------------------------------------

# settled [HOST]: every service of it is OK and every incident resolved; what a fault begins from.
settled() { all_ok "$@" && all_resolved "$@"; }

# fault HOST NAME PAGES HEADLINE BREAK [MEND]: BREAK and MEND are commands. Exactly PAGES pages of the host (of all, when it is empty) open, one of them
# with a summary that matches HEADLINE. After the break so long is waited as a service needs to be found bad, believed and paged, and a check interval after
# the page, or $linger seconds. Faults of several hosts may be played at the same time.
linger=0
fault() {
    local host=$1 name=$2 wanted=$3 headline=$4 break=$5 mend=${6-:} before began opened="" seen words left least result=ok
    before=$(pages "$host")
    began=$(date +%s)
    say "${host:-estate}: $name"
    eval "$break"
    # A database that hangs is believed after four looks of ten seconds each, whatever a unit is.
    if [ "$wanted" != 0 ] && until_true 150 more_pages "$host" $((before + wanted)); then opened=$(($(date +%s) - began)); fi
    # The check interval, the retries, the agent's, and what a busy machine adds.
    left=$((began + 8 * unit + 6 - $(date +%s)))
    least=$((linger > 3 * unit ? linger : 3 * unit))
    sleep $((left > least ? left : least))
    seen=$(($(pages "$host") - before))
    words=$(incidents_of "$host" | jq -r ".[$before:][].summary")
    [ "$seen" = "$wanted" ] || result=FAIL
    [ "$wanted" = 0 ] || grep -qE "$headline" <<<"$words" || result=FAIL
    verdict "$name" "$wanted" "$seen" "$result" "${opened:+$opened s}" "$(paste -sd'~' <<<"$words")"
    incidents_of "$host" | jq ".[$before:]" >"$work/pages-$(tr -c 'a-zA-Z0-9\n' - <<<"$name").json"
    eval "$mend"
    if [ "$mend" != : ]; then
        until_true $((12 * unit + 60)) settled "$host" ||
            verdict "$name: over" "resolved" "open" FAIL "" "$(incidents_of "$host" | jq -r '.[]|select(.state!="resolved").summary' | paste -sd'~')"
        seen=$(($(pages "$host") - before))
        [ "$seen" = "$wanted" ] || [ "$result" = FAIL ] ||
            verdict "$name: while mending" "$wanted" "$seen" FAIL "" "$(incidents_of "$host" | jq -r ".[$((before + wanted)):][].summary" | paste -sd'~')"
    fi
}
more_pages() { [ "$(pages "$1")" -ge "$2" ]; }

# together COMMAND...: runs the commands beside each other and waits for all.
together() {
    local command
    local -A working=()
    for command in "$@"; do
        "$command" &
        working[$command]=$!
    done
    for command in "$@"; do wait "${working[$command]}" || verdict "$command" "ends" "exit code $?" FAIL "" ""; done
}
