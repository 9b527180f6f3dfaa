# What scenes say; sourced by stage.

unit=2
hosts=
# estate [SED-SCRIPT]: brings the estate up: shared/estate.toml with the overlay, cut to $hosts, and with a scene's own changes.
estate() {
    local all
    all=$(sed -n 's/^\[hosts\.\([a-z0-9-]*\)\]$/\1/p' "$checkout/shared/estate.toml" | paste -sd' ')
    sed -f "$lab/overlay.sed" "$checkout/shared/estate.toml" | sed "${1-}" >$work/estate.toml
    if [ -z "$hosts" ]; then hosts=$all; else cut_estate; fi
    network
    prepare
    bring_up
    start_scheduler
    say "$scheduler runs"
}
# Leaves out the tables of other hosts, and what speaks of them alone.
cut_estate() {
    awk -v kept="$hosts" '
        BEGIN { split(kept, list, " "); for (i in list) keep[list[i]] = 1 }
        /^\[/ { hidden = 0 }
        match($0, /^\[hosts\.[a-z0-9-]*/) { hidden = !(substr($0, 8, RLENGTH - 7) in keep) }
        /^\[maintenance\./ { hidden = 1 }
        /^parents = \["gateway-/ { match($0, /gateway-[a-z]*/); if (!(substr($0, RSTART, RLENGTH) in keep)) next }
        !hidden' $work/estate.toml >$work/cut.toml
    mv $work/cut.toml $work/estate.toml
}

expected_services() { grep -h '^    \(host_name\|service_description\)  ' $work/objects/nagios/services/*.cfg | sed 's/^ *[a-z_]*  *//' | paste -d'\t' - - | sort; }
is_heartbeat='PagerDuty path heartbeat'
# All services were checked and are OK, but for the heartbeat, which never is.
all_ok() { [ "$(service_states | awk -F'\t' -v beat="$is_heartbeat" '$4 == 1 && ($3 == 0 || $2 == beat)' | wc -l)" = "$(expected_services | wc -l)" ]; }

verdict() { # FAULT WANTED SEEN ok|FAIL SECONDS HEADLINE
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$scene" "$1" "$2" "$3" "$4" "$5" "${6:0:150}" >>"$verdicts"
    say "$1: wanted $2, seen $3: $4${6:+: ${6:0:200}}"
}
