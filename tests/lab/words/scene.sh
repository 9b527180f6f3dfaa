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
    start_scheduler
    say "$scheduler runs"
}

expected_services() { grep -h '^    \(host_name\|service_description\)  ' $work/objects/services/*.cfg | sed 's/^ *[a-z_]*  *//' | paste -d'\t' - - | sort; }
is_heartbeat='PagerDuty path heartbeat'
# All services were checked and are OK, but for the heartbeat, which never is.
all_ok() { [ "$(service_states | awk -F'\t' -v beat="$is_heartbeat" '$4 == 1 && ($3 == 0 || $2 == beat)' | wc -l)" = "$(expected_services | wc -l)" ]; }

verdict() { # FAULT WANTED SEEN ok|FAIL SECONDS HEADLINE
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$scene" "$1" "$2" "$3" "$4" "$5" "${6:0:150}" >>"$verdicts"
    say "$1: wanted $2, seen $3: $4${6:+: ${6:0:200}}"
}

# --- Faults -------------------------------------------------------------------------------------------------------------------------------------

# settled: every service is OK and every incident resolved; what a fault begins from.
settled() { all_ok && all_resolved; }

# fault NAME PAGES HEADLINE BREAK [MEND]: BREAK and MEND are commands. Exactly PAGES pages open, one of them with a summary that matches HEADLINE.
# After the last one that is wanted, or when none is, so long is waited as a service needs to be found bad, believed and paged.
fault() {
    local name=$1 wanted=$2 headline=$3 break=$4 mend=${5-:} before began opened="" seen words result=ok
    before=$(pages)
    began=$(date +%s)
    say "$name"
    eval "$break"
    if [ "$wanted" != 0 ] && until_true $((16 * unit + 20)) more_pages $((before + wanted)); then opened=$(($(date +%s) - began)); fi
    # The check interval, the retries, the agent's, and what a busy machine adds.
    sleep $((8 * unit + 6))
    seen=$(($(pages) - before))
    words=$(incidents | jq -r ".[$before:][].summary")
    [ "$seen" = "$wanted" ] || result=FAIL
    [ "$wanted" = 0 ] || grep -qE "$headline" <<<"$words" || result=FAIL
    verdict "$name" "$wanted" "$seen" "$result" "${opened:+$opened s}" "$(paste -sd'~' <<<"$words")"
    incidents | jq ".[$before:]" >"$work/pages-$(tr -c 'a-zA-Z0-9\n' - <<<"$name").json"
    eval "$mend"
    if [ "$mend" != : ]; then
        until_true $((12 * unit + 60)) settled || verdict "$name: over" "resolved" "open" FAIL "" "$(incidents | jq -r '.[]|select(.state!="resolved").summary' | paste -sd'~')"
        seen=$(($(pages) - before))
        [ "$seen" = "$wanted" ] || [ "$result" = FAIL ] || verdict "$name: while mending" "$wanted" "$seen" FAIL "" "$(incidents | jq -r ".[$((before + wanted)):][].summary" | paste -sd'~')"
    fi
}
more_pages() { [ "$(pages)" -ge "$1" ]; }
