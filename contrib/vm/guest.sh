#!/usr/bin/env bash
# Runs inside the virtual machine (contrib/vm/test.sh starts it): one daemon lives through everything that can happen to a camera.
set -uo pipefail
bin=$1
# Libraries of a Mesa that imports dma-bufs, or "none: " and why.
mesa=${2:-none: not given}
models=$PWD/Models
# Of this run alone: what the programs say, and their configuration.
work=$(mktemp -d)
log=$work/gurnd.log
failures=0
export XDG_CONFIG_HOME=$work/config
mkdir -p $XDG_CONFIG_HOME/gurn

say() { printf '%-6s %s\n' "$1" "$2"; [ "$1" = ok ] || failures=$((failures + 1)); }

# How often the log says something, and whether it comes to say it that often; the limit is for a machine that is emulated.
count() { grep -c -e "$1" $log; }
comes() {
  local tries=0
  until [ "$(count "$1")" -ge "$2" ]; do
    tries=$((tries + 1))
    kill -0 $daemon 2> /dev/null && [ $tries -lt 300 ] || return 1
    sleep 0.1
  done
}

# A small picture and few detections: an emulated processor has to keep pace with the camera.
configure() {
  cat > $XDG_CONFIG_HOME/gurn/gurn.yaml <<YAML
source: {camera: ${1:-/dev/video0}, width: ${2:-320}, height: ${3:-180}}
tracking: {executor: simd, networks: lite, detect_hz: 0.5, idle_detect_hz: 0.5}
targets: [{port: 39539}]
log: {level: debug}
models: {directory: $models}
YAML
}

# Does something to the camera; the daemon has to see frames anew, after it said that it waits.
survives() {
  local name=$1 frames waits
  shift
  frames=$(count 'frames from') waits=$(count 'waiting for')
  "$@" > $work/do.log 2>&1 || { say FAIL "$name: $(tail -1 $work/do.log)"; return; }
  if comes 'waiting for' $((waits + 1)) && comes 'frames from' $((frames + 1)); then say ok "$name"; else
    say FAIL "$name: $(tail -2 $log | tr '\n' ' ')"
  fi
}

# Does something to the camera that the daemon should not even mention: frames go on.
ignores() {
  local name=$1 waits
  shift
  waits=$(count 'waiting for')
  "$@" > $work/do.log 2>&1 || { say FAIL "$name: $(tail -1 $work/do.log)"; return; }
  if hears && [ "$(count 'waiting for')" = "$waits" ]; then say ok "$name"; else say FAIL "$name: $(tail -1 $log)"; fi
}

# Whether frames are tracked and datagrams leave: the next two status lines of the log say so, and the kernel counts them.
datagrams() { awk '/^Udp: [0-9]/ {print $5}' /proc/net/snmp; }
hears() {
  local lines sent
  lines=$(count '[1-9][0-9]* frames a second') sent=$(datagrams)
  comes '[1-9][0-9]* frames a second' $((lines + 2)) && [ "$(datagrams)" -gt $((sent + 5)) ]
}

control() { v4l2-ctl -d /dev/video0 -c "$1=${2:-1}"; }
unbind_and_bind() {
  echo vivid.0 > /sys/bus/platform/drivers/vivid/unbind && comes 'waiting for' $((waits + 1)) \
    && echo vivid.0 > /sys/bus/platform/drivers/vivid/bind
}

"$bin/gurn" devices > $work/devices.log 2>&1
if grep -q /dev/video0 $work/devices.log && grep -qi vivid $work/devices.log && ! grep -q '/dev/video1.*auto' $work/devices.log; then
  say ok "gurn devices lists the camera"
else say FAIL "gurn devices: $(head -3 $work/devices.log | tr '\n' ' ')"; fi

configure
"$bin/gurnd" 2> $log &
daemon=$!
if comes 'frames from' 1; then say ok "frames by mmap, $(v4l2-ctl -d /dev/video0 -V | awk -F"'" '/Pixel Format/ {print $2}')"; else
  say FAIL "no frames: $(tail -2 $log | tr '\n' ' ')"
fi
if hears; then say ok "OSC leaves"; else say FAIL "no OSC: $(tail -2 $log | tr '\n' ' ')"; fi

ignores "a buffer flagged as damaged" control inject_v4l2_buf_flag_error
ignores "a fifth of the buffers dropped" control percentage_of_dropped_buffers 20
control percentage_of_dropped_buffers 0
ignores "the wall clock a day back" date -s '-1 day'
ignores "the wall clock two days on" date -s '+2 days'
survives "the camera is disconnected and returns" control disconnect
survives "the driver is taken away and comes back" unbind_and_bind
survives "a stream that fails for good" control inject_fatal_streaming_error
control inject_vidioc_qbuf_error && control inject_vidioc_streamon_error && control inject_vidioc_reqbufs_error
survives "errors of QBUF, STREAMON and REQBUFS" control disconnect
control wrap_sequence_number
survives "sequence numbers that wrap" control disconnect
if hears; then say ok "OSC still leaves"; else say FAIL "no OSC after all that"; fi

frames=$(count 'frames from')
configure /dev/video0 1280 720 && kill -HUP $daemon
if comes 'reloaded' 1 && comes 'frames from' $((frames + 1)); then
  say ok "another size after a reload: $(v4l2-ctl -d /dev/video0 -V | awk '/Width/ {print $3}')"
else say FAIL "reload: $(tail -2 $log | tr '\n' ' ')"; fi

kill -TERM $daemon
if wait $daemon; then say ok "ended as asked"; else say FAIL "ended with status $?: $(tail -1 $log)"; fi

# Shaders read the camera's frames where the driver left them, and see what the CPU sees: with this machine's Mesa, or, where
# that imports nothing, with the newer one.
probe() {
  printf 'source: {camera: /dev/video0, width: 320, height: 180, fourcc: %s}\n' "$1" > $XDG_CONFIG_HOME/gurn/gurn.yaml
  env ${libraries:+LD_LIBRARY_PATH="$libraries"} "$bin/gurn" probe --camera /dev/video0 > $work/probe.log 2>&1
}
libraries=
probe YUYV
grep -q 'the renderer has no' $work/probe.log && libraries=$mesa
if [ "${libraries#none: }" != "$libraries" ]; then
  echo "skip   frames by dma-buf: $(sed -n 's/^frames: copied, for //p' $work/probe.log); a newer Mesa: ${libraries#none: }"
  libraries=
else
  for format in YUYV NV12; do
    probe $format
    said=$(sed -n 's/^frames: //p' $work/probe.log)
    case $said in
      "read in the camera's buffers"*) say ok "$format by dma-buf: $said" ;;
      *) say FAIL "$format by dma-buf: ${said:-$(tail -1 $work/probe.log)}" ;;
    esac
  done
fi
GURN_FRAMES=copy probe YUYV
if grep -q '^frames: copied, for GURN_FRAMES=copy' $work/probe.log; then say ok "copies where they are asked for"; else
  say FAIL "GURN_FRAMES=copy: $(tail -1 $work/probe.log)"
fi
[ $failures = 0 ] || { echo "--- the daemon's log"; cat $log; }
[ $failures = 0 ]
