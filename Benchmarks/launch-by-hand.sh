#!/bin/sh
# Launches containers as a person would with lxc alone: so many, on three members in turns, so many at a time.
#   launch-by-hand.sh CLUSTER COUNT AT-ONCE
set -eu
export cluster=$1
seq "$2" | xargs -P "$3" -I N sh -c 'lxc launch tiny "bare-N" --target "$cluster-0$(( N % 3 ))" --quiet </dev/null'
