#!/usr/bin/env bash
# Runs gurnd for long at four times the speed of life and watches what it holds on to.
#   contrib/soak/soak.sh [FOLDER OF gurnd AND gurn]    by default .build/release
# SOAK_MINUTES (30) is how long; the first fifth is warm-up. Every few seconds the configuration is reloaded with other targets
# (some refuse, some have no name), other filters, a broker that is not there, a mistake, another session, or a camera that is not
# there; subscribers of all kinds come, and go by a word or without. Fails when resident memory rises faster than SOAK_LIMIT (1024)
# bytes a second, when descriptors or threads rise, or when the daemon ends.
set -euo pipefail
cd "$(dirname "$0")/../.."
bin=$(readlink -f "${1:-.build/release}")
minutes=${SOAK_MINUTES:-30}
limit=${SOAK_LIMIT:-1024}
work=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || kill "$daemon" 2> /dev/null || true; rm -rf "$work"' EXIT
sessions=("$PWD"/Sessions/*.mp4)
control=${SOAK_PORT:-39741}

# configure STEP: what changes at the step. The base is a session in a loop to one VMC target.
configure() {
  local step=$1 session=${sessions[$(($1 / 8 % ${#sessions[@]}))]} targets="[{port: 39639}]" beta=2
  local camera="file: $session" mqtt="{}"
  case $((step % 8)) in
    1) targets="[{port: 39639}, {port: 39640, schema: native}, {port: 39641, names: vrm0}, {port: 39642, bundle: false}]" ;;
    2) targets="[{port: 39639, names: both, head: tracker}, {host: no-such-host.invalid, port: 39643}]" ;;
    3) beta=4 mqtt="{host: 127.0.0.1, port: 39699}" ;;
    4) targets="[]" ;;
    5) targets="[{port: 39639, prot: 1}]" ;;
    6) camera="camera: a camera that is away" ;;
  esac
  cat > "$work/gurn.yaml.new" <<YAML
source: {$camera, loop: true}
tracking: {executor: simd}
filters: {lids: {beta: $beta}}
targets: $targets
mqtt: $mqtt
control: {port: $control}
oscquery: {port: 0}
models: {directory: $PWD/Models}
log: {level: notice}
YAML
  mv "$work/gurn.yaml.new" "$work/gurn.yaml"
}

# An OSC string: ended by a zero, and zeros up to the next fourth byte.
string() { printf '%s' "$1"; head -c $((4 - ${#1} % 4)) /dev/zero; }
# integer N, 0 to 65535, as OSC has it.
integer() { printf "\\0\\0\\x$(printf %02x $(($1 / 256)))\\x$(printf %02x $(($1 % 256)))"; }
# Somebody asks for a schema on a port of this host, or wants no more of it. In one write, which is one datagram.
ask() { { string "$1"; shift; "$@"; } | dd bs=1400 iflag=fullblock status=none > "/dev/udp/127.0.0.1/$control" || true; }
wanted() { string ,si; string "$1"; integer "$2"; }
unwanted() { string ,i; integer "$1"; }

# churn STEP: two streams begin, with another schema each time, and one of the step before ends; the other one lapses by itself.
churn() {
  local schemas=(native vmc vrchat babble etvr facecap phiz faceosc ifacialmocap livelinkface opentrack) first=$((39650 + $1 % 40 * 2))
  ask /gurn/subscribe wanted "${schemas[$(($1 % ${#schemas[@]}))]}" "$first"
  ask /gurn/subscribe wanted "${schemas[$((($1 + 3) % ${#schemas[@]}))]}" $((first + 1))
  ask /gurn/unsubscribe unwanted $((39650 + ($1 + 39) % 40 * 2))
}

# One line of figures: seconds, resident bytes, descriptors, threads, processor seconds, session.
sample() {
  awk -v t="$1" -v session=$((step / 8 % ${#sessions[@]})) -v fds="$(find "/proc/$daemon/fd" -mindepth 1 | wc -l)" -v ticks="$(getconf CLK_TCK)" -v page="$(getconf PAGESIZE)" \
    '{sub(/^.*\) /, ""); print t, $22 * page, fds, $18, ($12 + $13) / ticks, session}' "/proc/$daemon/stat"
}

configure 0
"$bin/gurnd" --config "$work/gurn.yaml" --speed 4 2> "$work/log" &
daemon=$!
begin=$SECONDS
end=$((begin + minutes * 60))
[ "$minutes" -gt 0 ] || end=$((begin + 60))
step=0
shown=0
printf '%8s %10s %6s %8s %8s %8s\n' seconds "RSS KiB" files threads "CPU s" reloads
while [ $SECONDS -lt $end ]; do
  sleep 4
  step=$((step + 1))
  configure $step
  kill -HUP "$daemon" 2> /dev/null || break
  sleep 1
  churn $step
  # Figures are taken when the base is set, so that like is compared with like.
  if [ $((step % 8)) = 0 ]; then
    sleep 1
    sample $((SECONDS - begin)) >> "$work/samples" || break
    if [ $((SECONDS - shown)) -ge 60 ]; then
      shown=$SECONDS
      tail -1 "$work/samples" | awk -v n="$step" '{printf "%8d %10d %6d %8d %8.0f %8d\n", $1, $2 / 1024, $3, $4, $5, n}'
    fi
  fi
done
alive=yes
kill -0 "$daemon" 2> /dev/null || alive=no
kill "$daemon" 2> /dev/null || true
status=0
wait "$daemon" || status=$?
daemon=
[ $alive = yes ] && [ $status = 0 ] || { echo "gurnd ended with status $status; its last words:"; tail -3 "$work/log"; exit 1; }

# The slope by Theil and Sen over what came after the warm-up: the median of the slopes between all pairs of samples of the same
# session, as sessions' pictures differ in size. A sample that falls into a reload, when two pipelines are there at once, does not
# move it. For whole numbers the rise from the first to the last third.
awk -v limit="$limit" -v reloads="$step" '
  {t[NR] = $1; rss[NR] = $2; files[NR] = $3; threads[NR] = $4; cpu = $5; session[NR] = $6; last = $1}
  END {
    first = 0
    for (i = 1; i <= NR; i++) if (t[i] >= last / 5) { if (!first) first = i; n++ }
    if (n < 3) { print "only " n " samples after the warm-up: let it run for longer"; exit 1 }
    for (i = first; i <= NR; i++) for (j = i + 1; j <= NR; j++) if (session[i] == session[j]) {
      value = (rss[j] - rss[i]) / (t[j] - t[i])
      for (k = pairs++; k > 0 && slopes[k - 1] > value; k--) slopes[k] = slopes[k - 1]
      slopes[k] = value
    }
    if (!pairs) { print "no session came twice after the warm-up: let it run for longer"; exit 1 }
    slope = (slopes[int((pairs - 1) / 2)] + slopes[int(pairs / 2)]) / 2
    third = int(n / 3) > 0 ? int(n / 3) : 1
    for (i = 0; i < third; i++) { fa += files[first + i]; fb += files[NR - i]; ta += threads[first + i]; tb += threads[NR - i] }
    df = (fb - fa) / third; dt = (tb - ta) / third
    printf "%d s at 4 times the speed, %d reloads, %d samples after the warm-up, %.1f %% of a core\n", last, reloads, n, 100 * cpu / last
    printf "  resident memory %8.1f MiB at the end, %+8.0f bytes a second (limit %d)\n", rss[NR] / 1048576, slope, limit
    printf "  descriptors     %8d at the end, %+8.1f\n", files[NR], df
    printf "  threads         %8d at the end, %+8.1f\n", threads[NR], dt
    printf "  crashes         %8d\n", 0
    bad = slope > limit || df >= 1 || dt >= 2
    print bad ? "FAILED: over the limits" : "within the limits"
    exit bad
  }' "$work/samples"
