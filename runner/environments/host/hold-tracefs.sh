#!/bin/bash
# usage: hold-tracefs.sh need PID STARTTIME    mounts tracefs where it is missing, for as long as that process lives
#        hold-tracefs.sh release               unmounts ours where nobody holds it any more
# Runs as root. Nobody is there to unmount for a runner that was killed, so what holds the mount watches the lab's own
# service, which ends with its runner.
set -u
at=/sys/kernel/tracing
# The device that a mount of ours names, which the kernel shows: somebody else's is told apart even after a power cut.
ours=ebpf-workshop

# One at a time in this namespace of mounts; the kernel takes the lock back whatever happens to its holder.
exec 9</proc/self/ns/mnt

sources() { while read -r source _ type _; do [ "$type" = tracefs ] && echo "$source"; done </proc/self/mounts; }

# STARTTIME is the 22nd field of /proc/PID/stat; the second may hold blanks, the third is Z of one that has ended.
lives() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return
	# shellcheck disable=SC2086
	set -- "$2" ${stat##*) }
	[ "$2" != Z ] && [ "$1" = "${21}" ]
}

# Another of root's that holds it for a lab in this namespace. One that just ended has no command line any more.
others() {
	local dir line
	for dir in /proc/[0-9]*; do
		[ "$dir" = "/proc/$$" ] && continue
		line=$(tr '\0' ' ' <"$dir/cmdline" 2>/dev/null) || continue
		case $line in *"/hold-tracefs.sh hold "*) ;; *) continue ;; esac
		[ "$(stat -c %u "$dir" 2>/dev/null)" = 0 ] || continue
		[ "$dir/ns/mnt" -ef /proc/self/ns/mnt ] && return 0
	done
	return 1
}

release() {
	flock 9
	others && return
	sources | grep -qx "$ours" || return 0
	# Lazily: a tool that has a file of it open keeps that file, and nobody has to wait for the tool.
	umount -l "$at"
}

case $1 in
need)
	flock 9
	if ! sources | grep -qx "$ours"; then
		# What was there before is nobody's to take away.
		[ -z "$(sources)" ] || exit 0
		mount -t tracefs "$ours" "$at" || exit
	fi
	setsid -f "$BASH" --norc "$0" hold "$2" "$3" </dev/null >/dev/null 2>&1 9<&-
	;;
hold)
	exec 8<> <(:) # silent for ever: reading it is a sleep that starts no process
	while lives "$2" "$3"; do read -rt 0.2 -u 8; done
	release
	;;
release) release ;;
esac
