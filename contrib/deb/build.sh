#!/usr/bin/env bash
# Builds gurn_VERSION_ARCH.deb with the Swift runtime linked in, and checks it with lintian.
#   contrib/deb/build.sh [OUT]        the folder for the package, by default .build/deb
# SCRATCH names the build folder (.build-static), STAGED a folder where `make install` has put everything already.
# Needs: dpkg-dev and fakeroot; lintian where it is to be checked.
set -euo pipefail
cd "$(dirname "$0")/../.."
root=$PWD
out=$(mkdir -p "${1:-.build/deb}" && cd "${1:-.build/deb}" && pwd)
scratch=${SCRATCH:-.build-static}
version=$(sed -n 's/.*version: "\([0-9.]*\)".*/\1/p' Sources/gurnd/Gurnd.swift)
arch=$(dpkg --print-architecture)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$work/gurn

for tool in dpkg-deb dpkg-shlibdeps fakeroot; do
  command -v "$tool" > /dev/null || { echo "$tool is missing: apt-get install dpkg-dev fakeroot" >&2; exit 1; }
done

make --no-print-directory install-static SCRATCH="$scratch" DESTDIR="$tree" PREFIX=/usr SYSTEMD=252 ZSH_FUNCTIONS=share/zsh/vendor-completions
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$tree"/usr/bin/gurn "$tree"/usr/bin/gurnd
# The package manager's places for what make install puts elsewhere.
install -d "$tree/usr/share/doc/gurn/examples" "$tree/DEBIAN"
mv "$tree/usr/share/gurn/gurn.yaml" "$tree/usr/share/doc/gurn/examples/gurn.yaml"
find "$tree/usr/share/man" -type f -exec gzip -9n {} +

# Copyright, changelog, and where lintian's advice does not fit, why.
cat > "$tree/usr/share/doc/gurn/copyright" <<TEXT
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: gurn

Files: *
Copyright: the authors of Gurn
License: Apache-2.0
 On Debian systems the text of the licence is in
 /usr/share/common-licenses/Apache-2.0.

Comment: What is built in or was learned from, and whose it is:
$(sed -e 's/^$/./' -e 's/^/ /' NOTICE)
TEXT
date=$(git log -1 --format=%cD 2> /dev/null || date -R)
printf 'gurn (%s) bookworm; urgency=low\n\n  * As of this version of the sources.\n\n -- The authors of Gurn <gurn@example.org>  %s\n' \
  "$version" "$date" | gzip -9n > "$tree/usr/share/doc/gurn/changelog.gz"
install -D -m 644 contrib/deb/lintian-overrides "$tree/usr/share/lintian/overrides/gurn"

# What the programs are linked with, by Debian's own list of libraries.
mkdir -p "$work/debian"
printf 'Source: gurn\n\nPackage: gurn\nArchitecture: any\n' > "$work/debian/control"
depends=$(cd "$work" && dpkg-shlibdeps -O gurn/usr/bin/gurnd gurn/usr/bin/gurn 2> /dev/null | sed -n 's/^shlibs:Depends=//p')
cat > "$tree/DEBIAN/control" <<TEXT
Package: gurn
Version: $version
Architecture: $arch
Maintainer: The authors of Gurn <gurn@example.org>
Installed-Size: $(du -sk --exclude=DEBIAN "$tree" | cut -f1)
Depends: $depends
Recommends: libgl1-mesa-dri
Section: video
Priority: optional
Description: face tracking with one webcam, broadcast over OSC
 A daemon finds a face in a camera's picture, reads 52 blendshape weights,
 the head's rotation and gaze with small neural networks in OpenGL ES shaders
 or on the processor, and sends them over OSC to any number of renderers.
 .
 The package holds the daemon gurnd, the tool gurn, their networks, and a
 systemd user unit: systemctl --user enable --now gurnd
TEXT
(cd "$tree" && find . -path ./DEBIAN -prune -o -type f -printf '%P\n' | LC_ALL=C sort | xargs -d '\n' md5sum) > "$tree/DEBIAN/md5sums"
chmod -R u=rwX,go=rX "$tree"

deb=$out/gurn_${version}_$arch.deb
fakeroot dpkg-deb --build -Zxz "$tree" "$deb" > /dev/null
echo "$deb: $(du -h "$deb" | cut -f1)"
cd "$root"
if command -v lintian > /dev/null; then
  lintian --fail-on error "$deb"
  echo "lintian: no errors"
else
  echo "lintian is not installed: the package was not checked"
fi
