#!/usr/bin/env bash
# Makes sure that the Debian packages which `make test` needs are there: a 32-bit C library for the reference engine,
# and the programs of others that the interoperability tests run against. With the argument `interop`, those of
# `make interop`: what installs and runs peers from PyPI and Maven Central (Debian's own Rust and Go are too old for the
# others: tools/interop/tools.js); with `fuzz` those of `make fuzz`: clang
# and its libFuzzer; with `riscv` those of `make riscv`: a compiler and QEMU. As root what is missing is installed;
# otherwise the command is printed and the build stops. `--has` before the argument only asks: it fails when something
# is missing.
set -euo pipefail

missing=()
asks=
if [ "${1-}" = --has ]; then
  asks=yes
  shift
fi
need() { # PACKAGE COMMAND...: the package is missing when the command fails
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing+=("$package")
}
links() { # COMPILER SOURCE: whether the compiler finds the libraries that it needs for a program
  local folder status
  folder=$(mktemp -d)
  $1 -x c -o "$folder/probe" - <<<"$2" && status=0 || status=1
  rm -rf "$folder"
  return $status
}

need_riscv() { # compiler, C library and emulator of the bare microcontroller
  need gcc-riscv64-unknown-elf command -v riscv64-unknown-elf-gcc
  need picolibc-riscv64-unknown-elf links 'riscv64-unknown-elf-gcc --specs=picolibc.specs -march=rv32imac -mabi=ilp32' \
    'int main(void) { return 0; }'
  need qemu-system-misc command -v qemu-system-riscv32
}

if [ "${1-}" = interop ]; then
  need python3-venv python3 -c 'import ensurepip, venv'
  need maven command -v mvn
  need default-jdk-headless command -v javac
elif [ "${1-}" = fuzz ]; then
  need clang command -v clang
  need libclang-rt-dev links 'clang -fsanitize=fuzzer,address' 'int LLVMFuzzerTestOneInput(void) { return 0; }'
elif [ "${1-}" = riscv ]; then
  need_riscv
else
  # Only there is a 32-bit machine one compiler switch away.
  [ "$(uname -m)" != x86_64 ] || need gcc-multilib links 'gcc -m32' 'int main(void) { return 0; }'
  need libcoap3-bin command -v coap-client-notls
  need tshark command -v tshark
  need iproute2 command -v ip
  need openssl command -v openssl
  # Their completion scripts run in them.
  need zsh command -v zsh
  need fish command -v fish
  need_riscv
fi

[ ${#missing[@]} -gt 0 ] || exit 0
[ -z "$asks" ] || exit 1

if ! command -v apt-get >/dev/null; then
  echo "missing, by the names of Debian's packages: ${missing[*]}" >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  echo "Packages are missing. Install them, then try again:" >&2
  echo "  sudo apt-get update && sudo apt-get install --no-install-recommends ${missing[*]}" >&2
  exit 1
fi

echo "installing ${missing[*]}"
mkdir -p build
log=build/packages.log
export DEBIAN_FRONTEND=noninteractive
if ! { apt-get update && apt-get install --yes --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
  echo "apt-get could not install them:" >&2
  grep '^E:' "$log" | sed -E 's#[a-z+]+://[^/ ]+#(server)#g' >&2 || true
  exit 1
fi
