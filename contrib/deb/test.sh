#!/usr/bin/env bash
# Installs the package in a bare Debian 12, runs gurnd there, and purges it. Needs root and debootstrap.
#   contrib/deb/test.sh PACKAGE.deb
# The Debian archive is the one that this machine's apt uses.
set -euo pipefail
deb=$(readlink -f "${1:?give the package}")
[ "$(id -u)" = 0 ] || { echo "skipped: debootstrap needs root"; exit 0; }
command -v debootstrap > /dev/null || { echo "skipped: debootstrap is missing (apt-get install debootstrap)"; exit 0; }
start=$SECONDS
mirror=$(apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT)' | awk '$2 ~ /^(bookworm|stable)$/ && $3 == "main" {print $1; exit}')
[ -n "$mirror" ] || { echo "skipped: apt knows no archive of Debian 12"; exit 0; }
root=$(mktemp -d)
trap 'umount -l "$root/proc" "$root/dev" 2> /dev/null || true; rm -rf --one-file-system "$root"' EXIT

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -e "$keyring" ] && check=--keyring=$keyring || check=--no-check-gpg
debootstrap --variant=minbase $check bookworm "$root" "$mirror" > "$root.log" 2>&1 || { tail "$root.log"; exit 1; }
rm -f "$root.log"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev" && mount --make-rslave "$root/dev"
echo "a bare Debian 12 after $((SECONDS - start)) s"
inside() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
# As this machine reaches the archive, so does the root.
cp -a /etc/apt/apt.conf.d/. "$root/etc/apt/apt.conf.d/" 2> /dev/null || true
cp -L /etc/resolv.conf /etc/hosts "$root/etc/" 2> /dev/null || true
snapshot() { (cd "$root" && find . -xdev \( -path ./proc -o -path ./dev -o -path ./tmp -o -path ./var/cache -o -path ./var/lib -o -path ./var/log \) -prune -o -printf '%p %l\n' | LC_ALL=C sort); }
libraries=$(inside sh -c 'apt-get update -qq' 2>&1) || { echo "$libraries"; exit 1; }
cp "$deb" "$root/tmp/gurn.deb"
# What it depends on first, so that the difference of before and after is the package's own.
inside sh -c 'apt-get install -y -qq --no-install-recommends $(dpkg-deb -f /tmp/gurn.deb Depends | sed -e "s/([^)]*)//g" -e "s/|[^,]*//g" -e "s/,/ /g")' > /dev/null 2>&1
snapshot > "$root.before"

inside dpkg -i /tmp/gurn.deb > /dev/null
echo "installed after $((SECONDS - start)) s: $(inside gurnd --version)"
inside sh -c 'cd /tmp && exec gurnd --source /usr/share/gurn/sessions/demo.mp4' 2> "$root.run" || { cat "$root.run"; exit 1; }
grep -q "frames from demo.mp4" "$root.run" && grep -q "face found" "$root.run" && grep -q "after a last neutral frame" "$root.run" \
  || { echo "gurnd ran, but not as it should:"; cat "$root.run"; exit 1; }
echo "gurnd played a session and found the face"
inside sh -c 'cd /tmp && gurn track /usr/share/gurn/sessions/even.mp4 --csv even.csv' > /dev/null
[ "$(wc -l < "$root/tmp/even.csv")" -gt 100 ] || { echo "gurn track wrote too little"; exit 1; }
inside dpkg --purge gurn > /dev/null
rm -f "$root/tmp/even.csv"
snapshot > "$root.after"
if ! diff "$root.before" "$root.after" > "$root.diff"; then
  echo "purging left or took:"; cat "$root.diff"; exit 1
fi
inside dpkg -s gurn > /dev/null 2>&1 && { echo "still installed"; exit 1; }
rm -f "$root".{before,after,diff,run}
echo "purged without a trace; $((SECONDS - start)) s in all"
