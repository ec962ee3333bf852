#!/bin/bash
# usage: elevated.sh OWNER COMMAND…    OWNER is the runner's pid
# Runs a tracing command as root and ends it when nobody is left to read it.
# A sudo that is killed with -9 leaves its child running; this parent notices by its own stdin, a pipe from the
# runner that closes with the runner, and detaches the tool: SIGINT, then SIGTERM, then SIGKILL.

# Without its cache of symbols bpftrace 0.17 loses file descriptors as it prints stacks: it stops counting, or crashes.
export BPFTRACE_CACHE_USER_SYMBOLS="${BPFTRACE_CACHE_USER_SYMBOLS:-1}"

owner=$1
shift
set -m # a process group of its own, so that the whole tool ends and Ctrl-C does not reach it twice
exec 3<&0
# A signal that comes before there is a tool to pass it to is not lost.
asked=
trap 'asked=1' INT TERM HUP
"$@" </dev/null 3<&- &
child=$!

end() {
	kill -INT -- "-$child" 2>/dev/null
	for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		kill -0 -- "-$child" 2>/dev/null || return
		sleep 0.2
	done
	kill -TERM -- "-$child" 2>/dev/null
	sleep 1
	kill -KILL -- "-$child" 2>/dev/null
}

(
	if [ -p /dev/fd/3 ] || [ -S /dev/fd/3 ]; then
		cat <&3 >/dev/null
	else
		# stdin is no pipe of ours (the shell put the command in the background): watch the runner itself
		tail --pid="$owner" -f /dev/null
	fi
	end
) >/dev/null 2>&1 &
watcher=$!
disown "$watcher"

# The trap is short, and what insists runs beside it: wait loses the tool's own code, or hangs, where a trap takes as long
# as the tool does to end.
ender=
ask() { [ -n "$ender" ] || { end & ender=$!; disown "$ender"; }; }
trap ask INT TERM HUP
[ -z "$asked" ] || ask
while :; do
	wait "$child"
	code=$?
	# Over 128 it may have been a trapped signal that ended the wait, and not the tool.
	[ "$code" -gt 128 ] || break
	kill -0 "$child" 2>/dev/null && continue
	# It has ended meanwhile. Its code is known by that name once: 127 where the wait before has had it.
	wait "$child" 2>/dev/null
	own=$?
	[ "$own" -eq 127 ] || code=$own
	break
done
# What a tool started ends with it.
for group in "$child" "$watcher" $ender; do kill -KILL -- "-$group" 2>/dev/null; done
exit "$code"
