#!/usr/bin/env bash
# Does the shader executor work, and how fast, on the GPU of this machine? Needs nothing but EGL and OpenGL ES 3 drivers.
#
#   gpu-check.sh pack [FILE.tar.gz]   in a checkout: builds gurn and packs it with models, a session and this script
#   gpu-check.sh [OUT]                in the unpacked folder, on any machine: checks, and leaves all tables in OUT (gpu-check.out)
#
# Exit 0: every rung of the ladder read the session as the CPU did, within 0.03. 1: one did not. 2: there is no GPU to check.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

pack() {
  local target=${1:-gpu-check.tar.gz} root folder program
  root=$(cd "$here/../.." && pwd)
  folder=$(mktemp -d)
  trap 'rm -rf "$folder"' EXIT
  # Swift's runtime goes into the program; the C libraries that a bare machine lacks go along beside it.
  (cd "$root" && swift build -c release --product gurn --static-swift-stdlib)
  program=$root/.build/release/gurn
  mkdir -p "$folder/gpu-check/lib" "$folder/gpu-check/share/models" "$folder/gpu-check/share/sessions"
  cp "$program" "$here/gpu-check.sh" "$here/compare.awk" "$folder/gpu-check/"
  cp -r "$root/Models/full" "$root/Models/lite" "$folder/gpu-check/share/models/"
  cp "$root/Sessions/glasses.mp4" "$root/Sessions/glasses.csv" "$folder/gpu-check/share/sessions/"
  # Not libc, which belongs to its kernel and loader, nor anything of the graphics driver, which belongs to the GPU.
  ldd "$program" | awk '$3 ~ /^\// {print $3}' \
    | grep -Ev '/(libc|libm|libdl|libpthread|librt|ld-linux[^/]*|libEGL[^/]*|libGLES[^/]*|libGL[^/]*|libgbm|libdrm[^/]*)\.so' \
    | xargs -r cp -L -t "$folder/gpu-check/lib"
  tar -C "$folder" -czf "$target" gpu-check
  echo "$target: $(du -h "$target" | cut -f1); unpack it anywhere and run gpu-check/gpu-check.sh"
}

if [ "${1:-}" = pack ]; then
  pack "${2:-}"
  exit
fi

out=${1:-gpu-check.out}
gurn=$here/gurn
if [ ! -x "$gurn" ]; then
  gurn=$here/../../.build/release/gurn
  session=$here/../../Sessions/glasses.mp4
else
  export GURN_SHARE=$here/share LD_LIBRARY_PATH=$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
  session=$here/share/sessions/glasses.mp4
fi
[ -x "$gurn" ] || { echo "$0: no gurn here; make build, or $0 pack" >&2; exit 2; }
mkdir -p "$out"
"$gurn" probe | tee "$out/probe.txt"
if grep -q 'no OpenGL ES 3 context' "$out/probe.txt"; then
  echo "$0: nothing to check: no OpenGL ES 3 context" >&2
  exit 2
fi
# Whether frames of this machine's camera reach the GPU without a copy.
[ ! -e /dev/video0 ] || "$gurn" probe --camera auto 2>&1 | tee "$out/camera.txt" || true
"$gurn" track "$session" --csv "$out/simd.csv" --executor simd --networks full --no-filters > /dev/null
for rung in float32 float16 single bits bytes; do
  if GURN_GL_RUNG=$rung "$gurn" track "$session" --csv "$out/$rung.csv" --executor gl --networks full --no-filters \
    > "$out/$rung.txt" 2>&1; then
    awk -v name="$rung" -v limit=0.03 -f "$here/compare.awk" "$out/simd.csv" "$out/$rung.csv" || true
  else
    # What a driver can't draw is a finding; anything else is a fault.
    verdict=FAIL
    if grep -q "does not work on this renderer" "$out/$rung.txt"; then verdict="not here"; fi
    echo "$rung: $(tail -n 1 "$out/$rung.txt"): $verdict"
  fi
done | tee "$out/rungs.txt"
failed=$(grep -c ' FAIL$' "$out/rungs.txt" || true)
"$gurn" bench --networks full | tee "$out/bench.txt"
"$gurn" bench --networks full --json > "$out/bench.json"
[ "$failed" = 0 ]
