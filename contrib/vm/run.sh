#!/usr/bin/env bash
# Runs a command in a throw-away virtual machine that has vivid, the kernel's virtual camera.
#   contrib/vm/run.sh [-t SECONDS] [-v "VIVID PARAMETERS"] -- COMMAND [ARGUMENT...]
# The machine is Debian's own kernel; its root is this machine's root, read-only over 9p below a tmpfs, so that every program
# and library of this machine is there and nothing that is done to it stays. The command runs as root in this folder; what it
# prints comes out here, and its status is this script's (124: out of time, 125: the machine did not boot or end).
# Needs: qemu-system-x86 busybox-static cpio kmod. The kernel package is fetched by apt once (70 MB) and not installed; kernel
# and start-up archive are kept in $XDG_CACHE_HOME/gurn-vm (~/.cache/gurn-vm).
set -euo pipefail
limit=300
vivid="n_devs=1 node_types=0x101 num_inputs=2 input_types=0x0c num_outputs=1 output_types=0x01 no_error_inj=0"
while getopts t:v: option; do
  case $option in t) limit=$OPTARG ;; v) vivid=$OPTARG ;; *) exit 2 ;; esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || { echo "usage: $0 [-t SECONDS] [-v PARAMETERS] -- COMMAND" >&2; exit 2; }
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gurn-vm
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$cache"

# The newest kernel that apt knows. The cloud flavour has no media drivers.
fetch_kernel() {
  local package version order
  package=$(apt-cache search --names-only '^linux-image-[0-9.]+-[0-9]+-amd64-unsigned$' | awk '{print $1}' | sort -V | tail -1)
  [ -n "$package" ] || { echo "apt knows no kernel package; apt-get update?" >&2; exit 125; }
  (cd "$work" && apt-get -q download "$package" > apt.log 2>&1 && dpkg -x ./*.deb kernel) || { cat "$work/apt.log" >&2; exit 125; }
  version=$(basename "$work"/kernel/boot/vmlinuz-*)
  version=${version#vmlinuz-}
  depmod -b "$work/kernel" "$version"
  rm -rf "$cache/modules"
  mkdir -p "$cache/modules"
  for order in "base virtio_pci 9pnet_virtio 9p overlay virtio_console" "camera vivid"; do
    set -- $order
    for module in "${@:2}"; do modprobe -S "$version" -d "$work/kernel" --show-depends "$module"; done \
      | awk '$1 == "insmod" && !seen[$2]++ {print $2}' | while read -r file; do
        cp "$file" "$cache/modules/"
        basename "$file"
      done > "$cache/modules/$1.order"
  done
  cp "$work/kernel/boot/vmlinuz-$version" "$cache/vmlinuz.new" && mv "$cache/vmlinuz.new" "$cache/vmlinuz"
}
[ -s "$cache/vmlinuz" ] || (fetch_kernel) || exit

# The first process of the machine: drivers, root, the command, off.
root=$work/root
mkdir -p "$root"/{bin,proc,sys,dev,lower,upper,root}
cp "$(command -v busybox)" "$root/bin/busybox"
cp -r "$cache/modules" "$root/modules"
printf '%s\n' "$vivid" > "$root/vivid"
{ printf 'cd %q\nexport PATH=%q HOME=/root\n' "$PWD" "$PATH"; printf '%q ' "$@"; echo; } > "$root/command"
cat > "$root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
export PATH=/bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
load() {
  for file in $(cat /modules/$1.order); do
    name=$(echo ${file%.ko} | tr - _)
    grep -q "^$name " /proc/modules && continue
    options=; [ $name = vivid ] && options=$(cat /vivid)
    insmod /modules/$file $options || echo "insmod $file failed"
  done
}
load base; load camera
mount -t 9p -o trans=virtio,version=9p2000.L,msize=1048576,cache=loose,ro host /lower || poweroff -f
mount -t tmpfs tmpfs /upper && mkdir /upper/u /upper/w
mount -t overlay -o lowerdir=/lower,upperdir=/upper/u,workdir=/upper/w overlay /root || poweroff -f
for folder in proc sys dev; do mount --move /$folder /root/$folder; done
mkdir -p /root/dev/shm
# Not /tmp, where the programs may lie: what is written there stays in the overlay.
for folder in dev/shm run; do mount -t tmpfs tmpfs /root/$folder; done
ln -sf /proc/self/fd /root/dev/fd
ifconfig lo 127.0.0.1 up
cp /command /root/run/command
read up rest < /root/proc/uptime
out=/dev/console
for port in /root/dev/vport*p1; do [ -e $port ] && out=${port#/root}; done
(echo "booted in $up s"; chroot /root /bin/bash /run/command 2>&1 < /root/dev/null; echo "status $?") > /root$out
poweroff -f
INIT
chmod +x "$root/init"
# Not compressed: an emulated processor takes long to unpack.
(cd "$root" && find . | cpio --quiet -o -H newc) > "$work/initrd"

# Without these flags /dev/kvm may be there and still not boot this kernel.
accelerate=(-accel "tcg,thread=multi,tb-size=512" -cpu "max,la57=off")
if [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; then accelerate=(-accel kvm -cpu host); fi

# A port on standard output counts as unplugged while standard input is at its end, and blocks the machine: hence a pipe.
mkfifo "$work/out"
while IFS= read -r line; do
  case $line in "status "*) echo "${line#status }" > "$work/status" ;; *) printf '%s\n' "$line" ;; esac
done < "$work/out" &
reader=$!
ended=0
timeout -k 5 "$limit" qemu-system-x86_64 "${accelerate[@]}" -M pc -smp 2 -m 1536 -nodefaults -no-user-config -display none \
  -no-reboot -kernel "$cache/vmlinuz" -initrd "$work/initrd" \
  -append "console=ttyS0 quiet panic=-1 mitigations=off nokaslr tsc=reliable no_timer_check random.trust_cpu=on audit=0" \
  -serial "file:$work/console" \
  -device virtio-serial-pci -chardev "file,id=out,path=$work/out" -device virtserialport,chardev=out,name=out \
  -fsdev local,id=host,path=/,security_model=none,readonly=on,multidevs=remap \
  -device virtio-9p-pci,fsdev=host,mount_tag=host < /dev/null || ended=$?
wait "$reader" || true
[ -s "$work/status" ] && exit "$(cat "$work/status")"
[ "$ended" = 124 ] && { echo "the machine was still busy after $limit s" >&2; exit 124; }
tail -n 20 "$work/console" >&2
exit 125
