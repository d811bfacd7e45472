#!/usr/bin/env bash
# The same LXD work as `bcmcluster up -m N-1`, written by hand and tuned by hand, in the obvious order: daemons in
# parallel; pool, bridge and profile in the preseed; joins one after the other; trust token; remote. The yardstick of
# `make bench`. As root, on Linux.
#
#   by-hand.sh up NAME N      a cluster NAME of N members; LXD_CONF says whose `lxc` gets the remote
#   by-hand.sh down NAME      takes it down
set -euo pipefail

verb=$1
cluster=$2
subnet=10.251.0 # what bcmcluster never chooses by itself: the two never meet
root=/var/lib/bcmcluster-by-hand/$cluster
bridge=bh-$cluster
entrypoint=$(dirname "$0")/../Templates/entrypoint.sh
: "${LXD_CONF:?}"

member() { printf '%s-%02d' "$cluster" "$1"; }

# A socket is a file: no need to enter the machine for it.
inside() {
    local name=$1
    shift
    LXD_DIR=$root/$name/lxd LXD_CONF=$root/$name/client "$@" </dev/null
}

prepare() {
    mkdir -p -m 0711 "${root%/*}" "$root"
    install -m 0755 "$entrypoint" "$root/entrypoint"
    grep -v '^nameserver 127\.' /etc/resolv.conf >"$root/resolv.conf" || :
    ip -batch - <<END
link add $bridge type bridge
addr add $subnet.1/24 dev $bridge
link set $bridge up
END
    nft -f - <<END
table ip $bridge {
    chain postrouting {
        type nat hook postrouting priority srcnat; policy accept;
        ip saddr $subnet.0/24 ip daddr != $subnet.0/24 masquerade
    }
}
END
    if [ "$(cat /proc/sys/net/ipv4/ip_forward)" = 0 ]; then echo 1 >"/proc/sys/net/ipv4/conf/$bridge/forwarding"; fi
}

start() {
    local name
    name=$(member "$1")
    mkdir -m 0711 "$root/$name" "$root/$name/lxd" "$root/$name/cgroup"
    ip -batch - <<END
netns add bh-$name
link add $bridge.$1 type veth peer name eth0 netns bh-$name
link set $bridge.$1 master $bridge up
END
    ip -netns "bh-$name" -batch - <<END
addr add $subnet.$((10 + $1))/24 dev eth0
link set eth0 up
link set lo up
route add default via $subnet.1
END
    setsid --fork nsenter --net="/run/netns/bh-$name" unshare --mount --uts --ipc --pid --fork --kill-child \
        "$root/entrypoint" machine "$name" "$root/$name"
}

# Faster than `lxd waitready`, which looks once a second.
await() {
    local try
    for try in $(seq 1000); do
        if [ -S "$root/$1/lxd/unix.socket" ] && inside "$1" lxc query /1.0 >/dev/null 2>&1; then return; fi
        sleep 0.02
    done
    echo "by-hand: $1 does not answer; see $root/$1/console.log" >&2
    exit 1
}

bootstrap() {
    local name
    name=$(member 0)
    LXD_DIR=$root/$name/lxd lxd init --preseed <<END
config: {core.https_address: "$subnet.10:8443"}
cluster: {enabled: true, server_name: $name}
storage_pools:
- {name: default, driver: dir}
networks:
- name: lxdbr0
  type: bridge
  config: {ipv4.address: 10.248.0.1/24, ipv4.nat: "true", ipv6.address: none}
profiles:
- name: default
  devices:
    root: {type: disk, path: /, pool: default}
    eth0: {type: nic, name: eth0, network: lxdbr0}
END
}

join() {
    local name token
    name=$(member "$1")
    token=$(inside "$(member 0)" lxc cluster add "$name" | tail -n 1)
    LXD_DIR=$root/$name/lxd lxd init --preseed <<END
cluster:
  enabled: true
  server_name: $name
  server_address: $subnet.$((10 + $1)):8443
  cluster_token: $token
  member_config:
  - {entity: storage-pool, name: default, key: source, value: ""}
END
}

up() {
    local count=$1 index first token
    first=$(member 0)
    prepare
    for index in $(seq 0 $((count - 1))); do start "$index" & done
    await "$first"
    bootstrap
    for index in $(seq 1 $((count - 1))); do
        await "$(member "$index")"
        join "$index"
    done
    token=$(inside "$first" lxc config trust add --name by-hand | tail -n 1)
    lxc remote add "$first" "$token" </dev/null
    lxc remote switch "$first"
    until [ "$(lxc cluster list --format csv | grep -c ',ONLINE,')" = "$count" ]; do sleep 0.02; done
}

down() {
    local folder name process try
    if [ "$(lxc remote get-default)" = "$(member 0)" ]; then lxc remote switch local; fi
    lxc remote remove "$(member 0)" 2>/dev/null || :
    for folder in "$root/$cluster"-*; do
        name=${folder##*/}
        if [ -e "/run/netns/bh-$name" ]; then
            while [ -n "$(ip netns pids "bh-$name")" ]; do
                for process in $(ip netns pids "bh-$name"); do kill -KILL "$process" 2>/dev/null || :; done
                sleep 0.01
            done
            ip netns delete "bh-$name"
            ip link delete "$bridge.$((10#${name##*-}))" 2>/dev/null || :
        fi
        for try in $(seq 100); do
            find /sys/fs/cgroup -depth -type d -path "*/bcmcluster/$name*" -exec rmdir {} + 2>/dev/null && break
            sleep 0.02
        done
    done
    ip link delete "$bridge" 2>/dev/null || :
    nft delete table ip "$bridge" 2>/dev/null || :
    rm -rf --one-file-system -- "${root:?}"
    rmdir --ignore-fail-on-non-empty -- "${root%/*}" 2>/dev/null || :
    find /sys/fs/cgroup -maxdepth 2 -type d -name bcmcluster -exec rmdir {} \; 2>/dev/null || :
}

case "$verb" in
up) up "$3" ;;
down) down ;;
*)
    echo "usage: by-hand.sh up NAME N | by-hand.sh down NAME" >&2
    exit 2
    ;;
esac
