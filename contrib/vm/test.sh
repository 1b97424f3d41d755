#!/usr/bin/env bash
# The built daemon against the kernel's virtual camera: formats, streaming, unplug and return, injected errors, clock steps,
# frames that shaders read where the driver left them.
#   contrib/vm/test.sh [FOLDER OF gurnd AND gurn]      by default .build/release
# Prints why and ends with 0 where there is no QEMU.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(readlink -f "${1:-.build/release}")
for tool in qemu-system-x86_64:qemu-system-x86 busybox:busybox-static cpio:cpio modprobe:kmod v4l2-ctl:v4l-utils; do
  command -v "${tool%:*}" > /dev/null || PATH=$PATH:/usr/sbin:/sbin command -v "${tool%:*}" > /dev/null || {
    echo "skipped: ${tool%:*} is missing (apt-get install qemu-system-x86 busybox-static cpio kmod v4l-utils)"
    exit 0
  }
done
[ -x "$bin/gurnd" ] || { echo "$bin/gurnd is not there: make build" >&2; exit 1; }
export PATH=$PATH:/usr/sbin:/sbin
start=$SECONDS
status=0
mesa=$(contrib/vm/mesa.sh 2>&1) || mesa="none: $mesa"
contrib/vm/run.sh -t "${VM_SECONDS:-900}" -- bash contrib/vm/guest.sh "$bin" "$mesa" || status=$?
echo "$((SECONDS - start)) s in all"
exit $status
