#!/usr/bin/env bash
# Unpacks a Mesa whose software renderer imports dma-bufs, for a machine whose own does not, and prints its folder of libraries.
# Debian 12 has Mesa 22.3; its backports have 25.0 (10 MB, fetched by apt once, not installed), which runs with Debian 12's
# other libraries. Kept in $XDG_CACHE_HOME/gurn-vm (~/.cache/gurn-vm). Says why on standard error where that can't be had.
set -euo pipefail
cache=${XDG_CACHE_HOME:-$HOME/.cache}/gurn-vm/mesa
libraries=$cache/usr/lib/$(uname -m)-linux-gnu
if [ ! -e "$cache/complete" ]; then
  grep -qs 'VERSION_CODENAME=bookworm' /etc/os-release || { echo "this is not Debian 12" >&2; exit 1; }
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  mkdir -p "$work"/{lists,cache/archives}/partial
  # From the mirror that the machine's own packages come from.
  mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' | awk '$1 == "bookworm" {print $2; exit}')
  [ -n "$mirror" ] || { echo "apt knows no mirror of Debian 12" >&2; exit 1; }
  echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror bookworm-backports main" > "$work/sources.list"
  options=(-q "-oDir::Etc::SourceList=$work/sources.list" -oDir::Etc::SourceParts=/dev/null "-oDir::State::Lists=$work/lists"
    "-oDir::Cache=$work/cache" -oAcquire::Retries=1 -oAcquire::http::Timeout=20)
  (cd "$work" && apt-get "${options[@]}" update && apt-get "${options[@]}" download \
    mesa-libgallium libegl-mesa0 libgbm1 libdrm2 libdrm-amdgpu1 libdrm-intel1) > "$work/log" 2>&1 \
    || { echo "apt: $(tail -1 "$work/log")" >&2; exit 1; }
  rm -rf "$cache"
  mkdir -p "$cache"
  for package in "$work"/*.deb; do dpkg -x "$package" "$cache"; done
  missing=$(LD_LIBRARY_PATH=$libraries ldd "$libraries"/libgallium-*.so "$libraries/libEGL_mesa.so.0" | awk '/not found/ {print $1}')
  [ -z "$missing" ] || { echo "missing: $missing" >&2; exit 1; }
  touch "$cache/complete"
fi
echo "$libraries"
