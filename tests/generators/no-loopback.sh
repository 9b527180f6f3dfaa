#!/bin/bash
# no-loopback.sh NRPE_CONFIG ESTATE
#
# On this private machine, in a network without any interface that is up: the generator verifies what it wrote.
# Run as: private-machine unshare --net bash no-loopback.sh ...
exec "$1" --estate "$2" --out /run/nodes --verify
