#!/bin/bash
# usage: kernels.sh PLAN    in a virtual machine: runs each line of PLAN and leaves in /tmp/out what it printed.
# A line is NAME<TAB>ENVIRONMENT OF THE SERVICE<TAB>COMMAND, with PID_ and LIBC_ for what is known only here.
set -u
sudo() { "$@"; }
make -s -C stealth-leaker BUILD=/tmp/build || exit 1

while IFS=$'\t' read -r name settings command; do
	ledger=/tmp/ledger-$name
	# shellcheck disable=SC2086 # one setting a word
	env $settings HTTP_PORT=0 METRICS_PORT=0 LEDGER="$ledger" /tmp/build/stealth-leaker >/dev/null 2>&1 &
	pid=$!
	until grep -qs '^ready' "$ledger"; do
		kill -0 $pid 2>/dev/null || exit 1
		sleep 0.1
	done
	libc=/proc/$pid/root$(awk '/\/libc\.so\.6$/ { print $6; exit }' /proc/$pid/maps)
	command=${command//PID_/$pid}
	eval "${command//LIBC_/$libc}" </dev/null >"/tmp/out/$name.txt" 2>&1
	echo "$pid" >"/tmp/out/$name.pid"
	kill $pid
	wait $pid
done <"$1"
