#!/bin/sh
# What runs inside a machine of the namespace provider. The arguments are a verb, the machine's name and its folder, then
# the engine's name, its daemon's program and the variable that names the daemon's folder.
#   machine   the first process of the machine's own namespaces: sets them up, starts the daemon, then reaps what is
#             orphaned; when it ends, the kernel ends everything else in the machine
#   daemon    the engine's daemon alone, in a machine that runs
set -eu
# Nothing of whoever starts this gets into the machine: no variables such as proxies, no umask.
umask 022
if [ -z "${BCM_MACHINE:-}" ]; then
    exec env -i PATH="${PATH:+$PATH:}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" HOME=/root LANG=C.UTF-8 BCM_MACHINE="$2" "$0" "$@"
fi
verb=$1
name=$2
folder=$3
engine=$4
program=$5
variable=$6
# The machine's control group bears the cluster's identifier, which the name of this file's folder is.
shared=${0%/*}
group=bcmcluster/$name.${shared##*/}

daemon() {
    # Containers have PID namespaces of their own: in a privileged one there may be such a process of root's too.
    if pgrep --ns 1 --nslist pid -u 0 -U 0 -f "^$program --group" >/dev/null; then return; fi
    ulimit -n 1048576 2>/dev/null || :
    export "$variable=$folder/$engine"
    exec setsid --fork "$program" --group "$(stat --format %G "$folder/$engine")" --logfile "$folder/$engine.log" \
        </dev/null >>"$folder/console.log" 2>&1
}

# Everything of the machine lives below one control group, so that it can be found and removed. LXC makes the containers'
# groups beside a leaf called init.scope, which keeps the group above it free of processes, as version 2 demands.
join_control_groups() {
    if [ -f /sys/fs/cgroup/cgroup.controllers ]; then roots=/sys/fs/cgroup; else roots=/sys/fs/cgroup/*; fi
    for root in $roots; do
        [ -f "$root/cgroup.procs" ] || continue
        # The end of the host's last other cluster removes the folder above while it is empty.
        mkdir -p "$root/$group/init.scope" || mkdir -p "$root/$group/init.scope"
        if [ -f "$root/cpuset.mems" ]; then # version 1 leaves a new group without processors and memory nodes
            for part in bcmcluster "$group" "$group/init.scope"; do
                cat "$root/cpuset.cpus" >"$root/$part/cpuset.cpus"
                cat "$root/cpuset.mems" >"$root/$part/cpuset.mems"
            done
        fi
        echo 0 >"$root/$group/init.scope/cgroup.procs"
    done
}

machine() {
    exec </dev/null >>"$folder/console.log" 2>&1
    join_control_groups
    # The process's number outside, while /proc is still the host's.
    read -r holder _ </proc/self/stat
    mount -t proc proc /proc
    hostname "$name"
    # A fresh /sys shows this machine's interfaces; the host's cgroups are carried over.
    mount --rbind /sys/fs/cgroup "$folder/cgroup"
    mount -t sysfs sysfs /sys
    mount --move "$folder/cgroup" /sys/fs/cgroup
    # LXC keeps its locks in /run; and /etc/resolv.conf may be a link into it.
    mount -t tmpfs -o mode=0755 tmpfs /run
    resolver=$(readlink -m /etc/resolv.conf)
    [ -e "$resolver" ] || install -D -m 0644 /dev/null "$resolver"
    mount --bind "${0%/*}/resolv.conf" "$resolver"
    (daemon)
    # A link that points at the number: made at once or not at all, read without opening.
    ln -sfn "$holder" "$folder/holder"
    trap 'exit 0' TERM
    while :; do
        sleep 86400 &
        wait
    done
}

"$verb"
