# Runs in namespaces of its own (`unshare --net --mount`): a system bus, Avahi's daemon and gurnd, with nothing but the loopback.
# Arguments: a folder to work in, gurnd, its arguments. Prints what avahi-browse finds, before and after Avahi's restart.
set -eu
PATH=$PATH:/usr/sbin:/sbin
folder=$1
shift
bus= avahi= gurnd=
trap 'kill $bus $avahi $gurnd 2> /dev/null || true' EXIT
ip link set lo up
mount -t tmpfs none /run
cat > "$folder/bus.conf" <<END
<busconfig>
  <listen>unix:path=$folder/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/> <allow receive_sender="*"/> <allow own="*"/> <allow user="*"/>
  </policy>
</busconfig>
END
export DBUS_SYSTEM_BUS_ADDRESS="unix:path=$folder/bus"
bus=$(dbus-daemon --config-file="$folder/bus.conf" --fork --print-pid)
printf '[server]\nuse-ipv6=no\n[publish]\npublish-workstation=no\n' > "$folder/avahi.conf"

start_avahi() {
  mkdir -p /run/avahi-daemon
  avahi-daemon -f "$folder/avahi.conf" --no-drop-root --no-chroot --no-rlimits > "$folder/avahi.log" 2>&1 &
  avahi=$!
}
await() {
  while read -r -t 60 line; do
    case $line in *"$1"*) return ;; esac
  done
  echo "gurnd did not say: $1"
  exit 1
}

mkfifo "$folder/log"
"$@" 2> "$folder/log" &
gurnd=$!
exec < "$folder/log"
await "waiting for avahi-daemon"
start_avahi
await "announced as"
avahi-browse --resolve --terminate --parsable _oscjson._tcp
kill "$avahi"
# One that still ends would keep the next from starting.
wait "$avahi" || true
await "waiting for avahi-daemon"
start_avahi
await "announced as"
echo restarted
avahi-browse --resolve --terminate --parsable _oscjson._tcp
kill "$gurnd"
cat > /dev/null
