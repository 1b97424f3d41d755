#!/usr/bin/env bash
# Builds the CPU's kernels for aarch64 (NEON) and checks them against plain loops, under qemu where this is no such machine.
# Needs clang and, elsewhere than on aarch64: apt install gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
set -euo pipefail
cd "$(dirname "$0")/../.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
flags=(-O3 -Wall -Werror -ISources/CSIMDKernels/include)
run=()
link=(clang)
if [ "$(uname -m)" != aarch64 ]; then
  for tool in clang aarch64-linux-gnu-gcc qemu-aarch64; do
    command -v "$tool" > /dev/null || { echo "$0: needs $tool; see its first lines" >&2; exit 2; }
  done
  flags+=(--target=aarch64-linux-gnu -isystem /usr/aarch64-linux-gnu/include)
  run=(qemu-aarch64)
  link=(aarch64-linux-gnu-gcc)
fi
objects=()
for source in Sources/CSIMDKernels/*.c contrib/aarch64/kernels.c; do
  object=$out/$(basename "$source" .c).o
  clang "${flags[@]}" -c "$source" -o "$object"
  objects+=("$object")
done
"${link[@]}" -static "${objects[@]}" -o "$out/kernels" -lm
"${run[@]}" "$out/kernels"
