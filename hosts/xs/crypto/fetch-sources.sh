#!/bin/sh
# Brings the C sources of Mbed TLS (Apache-2.0) and libsodium (ISC) into a folder: the archives of their authors, which
# lie unchanged in Debian's source packages, by hash. The lists of these packages are read into the folder too, so
# this needs neither root nor a deb-src line in the system's own sources. Does nothing when the sources are there.
#
# usage: fetch-sources.sh FOLDER
set -eu

# Debian's revision is looked up: only the authors' version has to be this one.
MBEDTLS_VERSION=2.28.3
MBEDTLS_SHA256=3b4953aa55a681e084d31892d9904cc5328d6b4958ea57b90ae4b4f94ae69a8d
LIBSODIUM_VERSION=1.0.18
LIBSODIUM_SHA256=d59323c6b712a1519a5daf710b68f5e7fde57040845ffec53850911f10a5d4f4

mkdir -p "$1"
folder=$(cd "$1" && pwd)
stamp=$folder/.fetched
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$MBEDTLS_SHA256 $LIBSODIUM_SHA256" ]; then
  exit 0
fi

fail() {
  echo "the sources of Mbed TLS and libsodium could not be fetched: $1" >&2
  exit 1
}
command -v apt-get >/dev/null || fail "they come from Debian's source packages, and there is no apt-get"

rm -rf "$folder"
apt=$folder/apt
mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/sources"
# The system's own sources of packages, asked for sources instead; those of other publishers have none of these two.
for list in /etc/apt/sources.list.d/*.sources; do
  [ -f "$list" ] || continue
  awk 'BEGIN { RS = ""; ORS = "\n\n" } /debian|ubuntu/ { sub(/Types:[^\n]*/, "Types: deb-src"); print }' "$list" \
    >"$apt/sources/$(basename "$list")"
done
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
  [ -f "$list" ] || continue
  sed -n '/debian\|ubuntu/s/^deb /deb-src /p' "$list" >"$apt/sources/$(basename "$list" .list).list"
done
with_lists() { # COMMAND ARGUMENT...: apt-get or apt-cache on these lists alone
  command=$1
  shift
  "$command" -o Dir::Etc::sourcelist=/nonexistent -o Dir::Etc::sourceparts="$apt/sources" \
    -o Dir::State::lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Sandbox::User=root "$@"
}
log=$apt/log
explain() { # what apt-get said, without the names of servers
  grep '^E:' "$log" | sed -E 's#[a-z+]+://[^/ ]+#(server)#g' >&2 || true
  fail "$1"
}

echo "fetching Mbed TLS $MBEDTLS_VERSION and libsodium $LIBSODIUM_VERSION from Debian's source packages"
with_lists apt-get -o APT::Update::Error-Mode=any update >"$log" 2>&1 || explain "apt-get update failed (is the network there?)"

fetch() { # PACKAGE VERSION SHA256
  versions=$(with_lists apt-cache showsrc --only-source "$1" 2>/dev/null | sed -n 's/^Version: //p')
  revision=$(echo "$versions" | grep -m1 "^$2-") ||
    fail "expected $1 $2 among the source packages, got: ${versions:-none}"
  (cd "$apt" && with_lists apt-get source --download-only --only-source "$1=$revision") >"$log" 2>&1 ||
    explain "apt-get source $1=$revision failed"
  archive=$(echo "$apt/$1_$2".orig.tar.*)
  found=$(sha256sum "$archive" | cut -d ' ' -f 1)
  [ "$found" = "$3" ] || fail "$1 $2 is not the expected one: expected SHA-256 $3, got $found"
  mkdir "$folder/$1"
  tar -xf "$archive" -C "$folder/$1" --strip-components=1
}
fetch mbedtls "$MBEDTLS_VERSION" "$MBEDTLS_SHA256"
fetch libsodium "$LIBSODIUM_VERSION" "$LIBSODIUM_SHA256"
rm -rf "$apt"
echo "$MBEDTLS_SHA256 $LIBSODIUM_SHA256" >"$stamp"
