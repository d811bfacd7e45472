#!/bin/sh
# Launches containers as a person would with lxc alone: so many, on three members in turns, so many at a time.
#   launch-by-hand.sh CLUSTER COUNT AT-ONCE [NETWORK]
# With a network it makes that first, over all members, with access rules, names, and an address for each container, as
# bcmcluster does.
set -eu
export cluster=$1 network=${4:-}

if [ -n "$network" ]; then
    lxc network acl create by-hand </dev/null
    lxc network acl edit by-hand <<END
ingress:
- {action: allow, source: 10.249.252.1/32, state: enabled}
END
    for member in 0 1 2; do lxc network create "$network" --target "$cluster-0$member" </dev/null; done
    names=$(seq "$2" | while read -r number; do
        echo "host-record=bare-$number.bare.bcm,bare-$number.bcm,bare-$number,10.249.252.$((number + 1))"
    done)
    lxc network create "$network" ipv4.address=10.249.252.1/24 ipv4.nat=true ipv6.address=none \
        ipv4.dhcp.ranges=10.249.252.254-10.249.252.254 dns.domain=bcm tunnel.mesh.protocol=vxlan tunnel.mesh.id=4242 \
        security.acls=by-hand security.acls.default.ingress.action=drop security.acls.default.egress.action=allow \
        "raw.dnsmasq=dhcp-ignore=tag:!known
$names" </dev/null
fi

# shellcheck disable=SC2016 # the inner shell's
seq "$2" | xargs -P "$3" -I N sh -c '
    if [ -n "$network" ]; then
        for value in type=nic name=eth0 "network=$network" "ipv4.address=10.249.252.$(( N + 1 ))"; do
            set -- "$@" --device "eth0,$value"
        done
    fi
    lxc launch tiny "bare-N" --target "$cluster-0$(( N % 3 ))" --quiet "$@" </dev/null' sh
