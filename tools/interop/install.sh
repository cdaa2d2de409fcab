#!/usr/bin/env bash
# Installs one peer of `make interop` below build/peers, when what is wanted of it has changed:
#
#   install.sh aiocoap        from PyPI, with pip as it is configured
#   install.sh coapthon3      the same
#   install.sh pycose         the same
#   install.sh go-coap        its modules, with go as it is configured
#   install.sh rust           crates, with cargo as it is configured
#   install.sh californium    from Maven Central, with mvn as it is configured
#
# The last line says what is installed. Where it cannot be, the reason is printed, without the names of servers.
set -euo pipefail
cd "$(dirname "$0")/../.."

peer=$1
source=test/interop/peers/$peer
target=build/peers/$peer
mkdir -p "$target"

run() { # COMMAND...: its output only where it fails
  "$@" >"$target/install.log" 2>&1 && return
  echo "$peer: cannot be installed from $registry:" >&2
  { grep -iE 'error|could not|connection|no matching|not match' "$target/install.log" || cat "$target/install.log"; } |
    head -n 4 |
    sed -E 's#(Unknown host |onnection to )[^ :]+#\1(registry)#g; s#[a-z+]+://[^/ ]+#(registry)#g; s#host=.[^ ]*#(registry)#g; s#[a-z0-9-]+(\.[a-z0-9-]+)*\.(org|com|net|io)\b#(registry)#g' >&2
  exit 1
}

case $peer in
aiocoap | coapthon3 | pycose)
  registry=PyPI
  if ! cmp -s "$source/requirements.txt" "$target/installed.txt"; then
    run python3 -m venv --clear "$target/venv"
    run "$target/venv/bin/python" -m pip install --no-input --require-hashes --no-deps --only-binary :all: \
      --requirement "$source/requirements.txt"
    cp "$source/requirements.txt" "$target/installed.txt"
  fi
  version=$("$target/venv/bin/python" -c "from importlib.metadata import version; print(version('$peer'))")
  echo "$peer $version from $registry"
  ;;
californium)
  registry="Maven Central"
  wanted=$(cat "$source/pom.xml" "$source/checksums.txt")
  if [ "$wanted" != "$(cat "$target/installed.txt" 2>/dev/null || true)" ]; then
    rm -rf "$target/lib"
    run mvn --batch-mode --strict-checksums --file "$source/pom.xml" \
      org.apache.maven.plugins:maven-dependency-plugin:copy-dependencies "-DoutputDirectory=$PWD/$target/lib"
    run sh -c 'cd "$1" && sha256sum --check --strict -' sh "$target/lib" <"$source/checksums.txt"
    echo "$wanted" >"$target/installed.txt"
  fi
  rm -rf "$target/classes"
  run javac -Werror -d "$target/classes" -cp "$target/lib/*" "$source"/*.java
  jar=$(basename "$target"/lib/californium-core-*.jar .jar)
  echo "californium ${jar##*-} from $registry"
  ;;
go-coap)
  registry="the Go modules"
  # What go.mod and go.sum say, and with the Go that is there.
  GOFLAGS=-mod=readonly GOTOOLCHAIN=local run go -C "$source" build -trimpath -buildvcs=false -o "$PWD/$target/" ./...
  version=$(sed -n 's#^require github.com/plgd-dev/go-coap/v3 v##p' "$source/go.mod")
  echo "go-coap $version from $registry"
  ;;
rust)
  registry=crates.io
  run cargo build --locked --manifest-path "$source/Cargo.toml" --target-dir "$target/target"
  version=$(sed -n 's/^coap = { version = "=\([^"]*\)".*/\1/p' "$source/Cargo.toml")
  echo "rust: coap $version from $registry"
  ;;
*)
  echo "no such peer: $peer" >&2
  exit 2
  ;;
esac
