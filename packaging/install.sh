#!/bin/sh
# Installs bcmcluster from a release: the binary, manual pages and completions. Nothing is installed before everything is
# checked; the sums show what was damaged on the way, not who made it. It needs a Linux with glibc 2.36 or newer (Debian 12, Ubuntu 24.04), and root where the prefix is root's.
#
#   sh install.sh [--prefix FOLDER] [--from FOLDER|URL] [--version VERSION]
#   sh install.sh --uninstall [--prefix FOLDER]
#
#   --prefix FOLDER    where to: FOLDER/bin and FOLDER/share (default: /usr/local)
#   --from FOLDER|URL  where the release is: a folder or an address with SHA256SUMS and the archive, or an unpacked archive
#                      (default: the folder of this script)
#   --version VERSION  which of several versions there
#   --uninstall        remove what was installed, and nothing else
set -eu
umask 022
LC_ALL=C
export LC_ALL

needed_glibc=2.36
prefix=/usr/local from='' version='' uninstall='' built_here=''

fail() {
    echo "install.sh: error: $1" >&2
    if [ $# -gt 1 ]; then echo "hint: $2" >&2; fi
    exit 1
}

usage() {
    sed -n 's/^#   \{0,1\}//p' "$0" | sed -n '/^sh install/,$p'
}

value() { if [ "$2" -lt 2 ]; then echo "install.sh: error: $1 needs a value" >&2 && exit 2; fi; }

while [ $# -gt 0 ]; do
    case $1 in
    --prefix) value "$1" $# && prefix=$2 && shift 2 ;;
    --from) value "$1" $# && from=$2 && shift 2 ;;
    --version) value "$1" $# && version=$2 && shift 2 ;;
    --prefix=* | --from=* | --version=*)
        word=$1
        shift
        set -- "${word%%=*}" "${word#*=}" "$@"
        ;;
    --uninstall) uninstall=yes && shift ;;
    --built-here) built_here=yes && shift ;; # by make install
    -h | --help)
        usage
        exit 0
        ;;
    *)
        echo "install.sh: error: unexpected argument \"$1\"" >&2
        echo "hint: sh install.sh --help" >&2
        exit 2
        ;;
    esac
done
case $prefix in
'') echo "install.sh: error: --prefix needs a folder" >&2 && exit 2 ;;
/*) ;;
*) prefix=$(pwd)/$prefix ;;
esac
# What was installed, one path below the prefix a line; folders that were made for it end with a slash.
list=share/doc/bcmcluster/installed

# Reads paths and removes them below the prefix, files first, and folders where they are empty.
remove() {
    sort -r | while IFS= read -r path; do
        case $path in
        '' | /* | *..*) ;;
        */) rmdir "$prefix/$path" 2>/dev/null || : ;;
        *) rm -f "$prefix/$path" ;;
        esac
    done
}

if [ -n "$uninstall" ]; then
    [ -e "$prefix/$list" ] || fail "bcmcluster is not installed in $prefix by this script"
    [ -w "$prefix/bin" ] || fail "$prefix cannot be changed by this user" "run it with sudo"
    files=$(cat "$prefix/$list")
    printf '%s\n' "$files" | remove
    echo "removed bcmcluster from $prefix"
    exit 0
fi

# --- Does it run here?

architecture=$(uname -m)
older() { # whether version $1 is older than $2
    [ "$1" != "$2" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -t. -k1,1n -k2,2n | head -n 1)" = "$1" ]
}
if [ -z "$built_here" ]; then
    system=$(uname -s)
    [ "$system" = Linux ] || fail "this release is for Linux, and this is $system" "build from source: make build"
    glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | sed -n 's/^glibc //p')
    [ -n "$glibc" ] || fail "this release needs glibc $needed_glibc, and this system has another C library"
    if older "$glibc" "$needed_glibc"; then
        fail "this release needs glibc $needed_glibc or newer, and this system has $glibc" \
            "Debian 12 and Ubuntu 24.04 have it"
    fi
fi

# --- Fetching and checking

if command -v sha256sum >/dev/null; then
    sums() { sha256sum "$@"; }
elif command -v shasum >/dev/null; then
    sums() { shasum -a 256 "$@"; }
else
    fail "neither sha256sum nor shasum is found" "apt-get install coreutils"
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Brings file $1 of the release into the work folder.
fetch() {
    case $from in
    http://* | https://*)
        if command -v curl >/dev/null; then
            curl --fail --silent --show-error --location --output "$work/$1" "${from%/}/$1"
        elif command -v wget >/dev/null; then
            wget -q -O "$work/$1" "${from%/}/$1"
        else
            fail "neither curl nor wget is found" "apt-get install curl"
        fi
        ;;
    *) cp "${from%/}/$1" "$work/$1" ;;
    esac || fail "$1: cannot be read from $from"
}

# The sum that the list $1 has of file $2.
listed() {
    while read -r sum name; do
        if [ "${name#\*}" = "$2" ]; then echo "$sum" && return; fi
    done <"$1"
}

[ -n "$from" ] || from=$(cd "$(dirname "$0")" && pwd)
if [ -e "$from/bin/bcmcluster" ]; then
    tree=$from
else
    fetch SHA256SUMS
    found=$(sed -n "s/.* \*\{0,1\}bcmcluster-\(.*\)-linux-$architecture\.tar\.gz\$/\1/p" "$work/SHA256SUMS")
    if [ -n "$version" ]; then
        printf '%s\n' "$found" | grep -qxF -- "$version" || fail "$from has no version $version for $architecture"
    else
        case $found in
        '') fail "$from has no archive for $architecture" "build from source: make build" ;;
        *"
"*) fail "$from has several versions: $(printf '%s' "$found" | tr '\n' ' ')" "choose one with --version" ;;
        esac
        version=$found
    fi
    name=bcmcluster-$version-linux-$architecture
    fetch "$name.tar.gz"
    sum=$(sums "$work/$name.tar.gz" | cut -d ' ' -f 1)
    if [ "$sum" != "$(listed "$work/SHA256SUMS" "$name.tar.gz")" ]; then
        fail "$name.tar.gz is not what SHA256SUMS says; nothing was installed" "fetch it again"
    fi
    (cd "$work" && tar -xzf "$name.tar.gz") || fail "$name.tar.gz cannot be unpacked"
    tree=$work/$name
fi

# Also of an unpacked archive: what is installed is what was packed.
[ -e "$tree/SHA256SUMS" ] || fail "$tree has no SHA256SUMS" "unpack the archive again"
files=$(sed 's/^[0-9a-f]* [ *]//' "$tree/SHA256SUMS" | grep -E '^(bin|share)/[A-Za-z0-9_./-]*$' | grep -vF .. || :)
[ -n "$files" ] || fail "$tree/SHA256SUMS names no files" "unpack the archive again"
for file in $files; do
    if [ ! -f "$tree/$file" ] || [ "$(sums "$tree/$file" | cut -d ' ' -f 1)" != "$(listed "$tree/SHA256SUMS" "$file")" ]; then
        fail "$file is not what SHA256SUMS says; nothing was installed" "fetch or unpack the archive again"
    fi
done
reported=$("$tree/bin/bcmcluster" --version 2>&1) || fail "the program does not run on this system: $reported" \
    "it is for $architecture where its name says so, and runs in a folder that allows it (TMPDIR)"
if [ -n "$version" ] && ! printf '%s\n' "$reported" | grep -qF -- "$version"; then
    fail "the program is not version $version but: $reported; nothing was installed"
fi

# --- Installing

mkdir -p "$prefix" 2>/dev/null || :
if [ ! -w "$prefix" ] || { [ -e "$prefix/bin" ] && [ ! -w "$prefix/bin" ]; }; then
    fail "$prefix cannot be changed by this user" "run it with sudo, or choose a folder: --prefix ~/.local"
fi
before=$(cat "$prefix/$list" 2>/dev/null || :)
# What another way of installing has put there, such as the package, is not replaced, and so never removed.
for file in $files; do
    if [ -e "$prefix/$file" ] && ! printf '%s\n' "$before" | grep -qxF -- "$file"; then
        fail "$prefix/$file is there, and is not of this script; nothing was installed" "remove it first, or choose another --prefix"
    fi
done
# Folders that were made for it, by this run and those before.
folders=$(printf '%s\n' "$before" | grep '/$' || :)

# Makes a folder below the prefix, and remembers each that was not there.
make_folder() {
    if [ -d "$prefix/$1" ]; then return; fi
    case $1 in */*) make_folder "${1%/*}" ;; esac
    mkdir "$prefix/$1"
    folders="$folders
$1/"
}

# Everything is copied before anything is replaced: a full disk leaves what was there.
new=.bcmcluster-new
discard() { for file in $files "$list"; do rm -f "$prefix/$file$new"; done; }
trap 'discard; rm -rf "$work"' EXIT
for file in $files; do
    make_folder "${file%/*}"
    cp "$tree/$file" "$prefix/$file$new" || fail "$prefix/$file: cannot be written; nothing was replaced"
    case $file in bin/*) mode=0755 ;; *) mode=0644 ;; esac
    chmod "$mode" "$prefix/$file$new"
done
make_folder "${list%/*}"
printf '%s\n' "$folders" "$files" "$list" | sort -u | sed '/^$/d' >"$prefix/$list$new"
for file in $files "$list"; do mv -f "$prefix/$file$new" "$prefix/$file"; done
# What another version had, and this one has not.
printf '%s\n' "$before" | while IFS= read -r file; do
    grep -qxF -- "$file" "$prefix/$list" || printf '%s\n' "$file"
done | remove
echo "installed $reported in $prefix"
case $built_here:${PATH:-}: in
yes:* | *:"$prefix/bin":*) ;;
*) echo "hint: $prefix/bin is not in PATH" ;;
esac
