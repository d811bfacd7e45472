#!/bin/sh
# Makes the container image of scripts/tiny-image with this system's iperf3 and its libraries in it.
#   iperf-image.sh FILE.tar.gz
set -eu
image=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$(dirname "$0")/../scripts/tiny-image" "$image"
tar -C "$folder" -xzf "$image"
program=$(command -v iperf3)
install -D -m 0755 "$program" "$folder/rootfs/usr/bin/iperf3"
ldd "$program" | grep -o '/[^ ]*' | while read -r library; do
    install -D -m 0755 "$library" "$folder/rootfs$library"
done
sed -i 's/one static program/iperf3/' "$folder/metadata.yaml"
tar -C "$folder" -czf "$image" metadata.yaml rootfs
