# Words of the timeline; sourced by stage.

begin=$(date +%s%N)
elapsed() { awk -v from="$begin" -v to="$(date +%s%N)" 'BEGIN { printf "%.1f", (to - from) / 1e9 }'; }
say() { printf '%6s s  %s\n' "$(elapsed)" "$*" >&2; }
# The reason is the scene's verdict; a host that is brought up beside others leaves it to the scene to say.
fail() {
    echo "lab: $*" >>"$work/failed"
    [ "$BASHPID" = "$$" ] || exit 1
    for log in "$work"/log/{generate,install,bridge.config,nagios.verify,shinken.out}; do
        [ -s "$log" ] && { echo "--- end of $log"; tail -n 15 "$log" | cut -c1-300; } >&2
    done
    keep_logs
    printf '%s\tthe scene\truns\tFAIL\t\t\t%s\n' "$scene" "$(tr '\t' ' ' <"$work/failed" | paste -sd'~')" >>"$verdicts"
    exit 1
}
# until_true SECONDS COMMAND...: polls until the command succeeds; false when it does not in time.
until_true() {
    local end=$((SECONDS + $1)) pause=0.1
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $end ] || return 1
        sleep $pause
        # Asking costs what others need: who has waited for a second waits for half of one more.
        [ $((SECONDS + 1)) -lt $((end - 1)) ] && pause=0.5
    done
}
# await WHAT COMMAND...: until the command succeeds; what must happen anyway is given the time that a machine full of other tests needs.
await() {
    local what=$1
    shift
    until_true 300 "$@" || fail "not within 300 s: $what"
}
# A time zone where it is noon now: no run falls into a maintenance of the estate.
noon=Lab$(($(date -u +%-H) - 12))
keep_logs() {
    [ -n "$keep" ] || return 0
    mkdir -p "$keep"
    scheduler_log >"$work/log/scheduler" 2>/dev/null
    incidents >"$work/incidents.json" 2>/dev/null
    cp -r "$work/." "$keep/"
}
