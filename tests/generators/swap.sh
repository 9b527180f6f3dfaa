#!/bin/bash
# swap.sh NRPE_CFG
#
# On this private machine: what the generated swap check says with no swap, with all of it free and with a tenth of it free. Prints line and
# exit code. Run as: private-machine bash swap.sh ...
set -euo pipefail
command=$(sed -n 's/^command\[rf_swap\]=//p' "$1")
for swap in "0 0" "1000000 1000000" "1000000 100000"; do
    read -r total free <<<"$swap"
    sed -e "s/^SwapTotal:.*/SwapTotal: $total kB/" -e "s/^SwapFree:.*/SwapFree: $free kB/" -e 's/^SwapCached:.*/SwapCached: 0 kB/' /proc/meminfo >/run/meminfo
    mount --bind /run/meminfo /proc/meminfo
    rc=0
    said=$($command) || rc=$?
    umount /proc/meminfo
    echo "$rc ${said%% |*}"
done
