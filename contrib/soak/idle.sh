#!/usr/bin/env bash
# Measures gurnd's share of a processor core while it rests: on frames of an empty room, and on frames of a face that nobody
# listens to.
#   contrib/soak/idle.sh [FOLDER OF gurnd AND gurn]    by default .build/release
# IDLE_SECONDS (30) is how long each is measured, IDLE_LIMIT (1) the share in percent that it may take.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(readlink -f "${1:-.build/release}")
seconds=${IDLE_SECONDS:-30}
limit=${IDLE_LIMIT:-1}
work=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2> /dev/null || true; rm -rf "$work"' EXIT

# An empty room as a camera has it: 640 × 480 at 30 frames a second, a gradient with noise, YUV4MPEG2 with luma only.
LC_ALL=C awk 'BEGIN {
  srand(1); w = 640; h = 480
  for (y = 0; y < h; y++) { line = ""; for (x = 0; x < w; x++) line = line sprintf("%c", 60 + y / 8 + x / 16 + 6 * rand()); print line > "/dev/stderr" }
}' 2> "$work/rows" < /dev/null
LC_ALL=C tr -d '\n' < "$work/rows" | LC_ALL=C head -c 307200 > "$work/picture"
{ printf 'YUV4MPEG2 W640 H480 F30:1 Ip A1:1 Cmono\n'
  for _ in $(seq 150); do printf 'FRAME\n'; cat "$work/picture"; done; } > "$work/room.y4m"

cpu() { awk -v ticks="$(getconf CLK_TCK)" '{sub(/^.*\) /, ""); print ($12 + $13) / ticks}' "/proc/$daemon/stat"; }

# measure NAME SOURCE TARGETS
failed=0
measure() {
  printf 'source: {file: %s, loop: true}\ntargets: %s\nmodels: {directory: %s/Models}\n' "$2" "$3" "$PWD" > "$work/gurn.yaml"
  "$bin/gurnd" --quiet --config "$work/gurn.yaml" &
  daemon=$!
  sleep 20
  local before after
  before=$(cpu)
  sleep "$seconds"
  after=$(cpu)
  kill "$daemon"
  wait "$daemon"
  daemon=
  awk -v name="$1" -v a="$before" -v b="$after" -v s="$seconds" -v limit="$limit" 'BEGIN {
    share = 100 * (b - a) / s
    printf "%-40s %5.2f %% of a core (limit %s)\n", name, share, limit
    exit share > limit
  }' || failed=1
}
measure "an empty room, one target" "$work/room.y4m" "[{port: 39639}]"
measure "an empty room, nobody listens" "$work/room.y4m" "[]"
exit $failed
