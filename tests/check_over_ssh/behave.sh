# The forced command of the test's second key: every way to answer that a check behind run-check does not have.
case ${SSH_ORIGINAL_COMMAND-} in
    code-*) echo "ended with ${SSH_ORIGINAL_COMMAND#code-}"; exit "${SSH_ORIGINAL_COMMAND#code-}" ;;
    silent) echo 'only this' >&2; exit 1 ;;
    nothing) exit 0 ;;
    bytes) printf 'X OK - \303\251 \377 \001 | a=1\nsecond\r\n\n'; exit 2 ;;
    no-newline) printf 'X WARNING - no newline'; exit 1 ;;
    signal) kill -KILL $$ ;;
    huge) head -c 1000000 /dev/zero | tr '\0' x; exit 2 ;;
    exact) head -c 65536 /dev/zero | tr '\0' x; exit 1 ;;
    endless) exec /usr/bin/timeout -k 1 20 yes ;;
    endless-errors) yes >&2 & sleep 0.5; kill $!; echo 'X OK - behind the noise'; exit 0 ;;
    cut) printf 'X OK - half of a line'; kill -KILL $(ps -o ppid= -p $PPID); sleep 1 ;;
    stubborn) trap '' TERM HUP PIPE; /usr/bin/timeout -k 1 20 sh -c 'trap "" TERM HUP PIPE; while :; do /usr/bin/sleep 4243; done' ;;
    unbounded) sleep 1; echo 'X OK - late' ;;
esac
