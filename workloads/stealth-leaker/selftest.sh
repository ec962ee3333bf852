#!/usr/bin/env bash
# usage: selftest.sh [BUILD]    a build that the Makefile names; without, the usual one
# Builds stealth-leaker into a temporary directory and holds it to what workload.yaml says of it.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
dir=$(mktemp -d)
build=${1-}
program=$dir/${build:+$build/}stealth-leaker
passed=0 failed=0
pids=()

clean_up() {
	for p in "${pids[@]}"; do kill -KILL "$p" 2>/dev/null; done
	wait 2>/dev/null
	rm -rf "$dir"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# ok NAME COMMAND...: the command has to succeed.
ok() {
	local name=$1
	shift
	if "$@"; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAILED $name"
	fi
}
same() { [[ $1 == "$2" ]] || { printf '  %q instead of %q\n' "$1" "$2"; false; }; }
matches() { [[ $1 =~ $2 ]] || { printf '  %q does not match %s\n' "$1" "$2"; false; }; }
between() { (($2 <= $1 && $1 <= $3)) || { echo "  $1 is not in $2..$3"; false; }; }

# start NAME SETTING...: its ledger is $dir/NAME, its output $dir/NAME.log, its pid ${pid[NAME]}.
declare -A pid
start() {
	local name=$1
	shift
	env -u GLIBC_TUNABLES HTTP_PORT=0 METRICS_PORT=0 LEDGER="$dir/$name" "$@" \
		"$program" >"$dir/$name.log" 2>&1 &
	pid[$name]=$!
	pids+=("$!")
	for _ in {1..100}; do
		[[ -s $dir/$name ]] && return
		sleep 0.02
	done
	echo "  $name is not ready: $(cat "$dir/$name.log")"
}
field() { sed -n "1s/.* $2=\([^ ]*\).*/\1/p" "$dir/$1"; }
lines() { grep -c "^$2" "$dir/$1"; }
rss() { awk '/^VmRSS/ { print $2 }' "/proc/${pid[$1]}/status"; }
now_ms() { echo $(($(date +%s%N) / 1000000)); }

# get PORT PATH: the whole answer, without curl.
get() {
	# shellcheck disable=SC2016 # expanded by the inner shell
	timeout 3 bash -c 'exec 3<>"/dev/tcp/127.0.0.1/$1" && printf "GET %s HTTP/1.1\r\nHost: x\r\n\r\n" "$2" >&3 && cat <&3' \
		_ "$1" "$2" | tr -d '\r'
}

# stopped NAME SIGNAL: ends with exit code 0 within 200 ms (and what a busy machine adds).
stopped() {
	local from code
	from=$(now_ms)
	kill "-$2" "${pid[$1]}"
	wait "${pid[$1]}"
	code=$?
	same "$code" 0 && between $(($(now_ms) - from)) 0 400
}

# refused CODE PATTERN SETTING...: ends at once with this code and one line on stderr.
refused() {
	local code=$1 pattern=$2 said got
	shift 2
	said=$(env HTTP_PORT=0 METRICS_PORT=0 "$@" timeout 2 "$program" 2>&1 >/dev/null)
	got=$?
	same "$got" "$code" && matches "$said" "$pattern" && same "$(wc -l <<<"$said")" 1
}

# Each block that the ledger frees was added once, and is freed after so many periods; three by default.
frees_after() {
	awk -v period="$2" -v kept="$3" '
		$1 == "+" { if ($2 != ++n) bad = 1; at[$2] = $3; ms[$2] = $5 }
		$1 == "-" { frees++; lived = ($5 - ms[$2]) / period; if (at[$2] != $3 || lived < kept - 0.5 || lived > kept + 0.9) bad = 1 }
		END { exit bad || !frees }' "$dir/$1"
}
frees_after_three() { frees_after "$1" "$2" 3; }

# Of the blocks before the last that was freed, every fourth is still there, and no other.
loses_one_in_four() {
	awk '$1 == "-" { freed[$2] = 1; last = $2 }
		END { for (n = 1; n <= last; n++) if ((n in freed) == (n % 4 == 0)) bad = 1; exit bad || last < 8 }' "$dir/$1"
}

# What the twin holds, once its blocks turn over, is three blocks in every line of its log.
log_is_flat() { [[ $(awk '/누수/ { print $NF }' "$dir/$1.log" | tail -n +3 | sort -u) == "$2" ]]; }

if ! make -s -C "$here" BUILD="$dir" ${build:+"$build"} >"$dir/make.log" 2>&1; then
	cat "$dir/make.log"
	echo "0 passed, 1 failed"
	exit 1
fi
ok 'nothing is rebuilt without a change' make -q -C "$here" BUILD="$dir" ${build:+"$build"}

start leaker LEAK_PERIOD_MS=100
start twin LEAK=off LEAK_PERIOD_MS=100
start busy LEAK_PERIOD_MS=100 REQUEST_BYTES=1020000
start uneven LEAK=off LEAK_PERIOD_MS=100 LEAK_BLOCK_STEP=4096
start capped LEAK_PERIOD_MS=50 LEAK_CAP_BYTES=3145728 LEAK_SITE=report_cache_thread
start held LEAK=held LEAK_PERIOD_MS=50 LEAK_CAP_BYTES=5242880
start partial LEAK=off LEAK_PERIOD_MS=50 LEAK_ONE_IN=4
start long LEAK=off LEAK_PERIOD_MS=100 LEAK_KEPT_PERIODS=6
start slow
start short LIFETIME_S=1

ok 'first line of the ledger' matches "$(head -1 "$dir/slow")" \
	"^ready pid=${pid[slow]} health=[1-9][0-9]* metrics=[1-9][0-9]* block=1048576 period_ms=8000 cap=2147483648 leak=on site=memory_leak_thread$"
ok 'the other function is named' same "$(field capped site)" report_cache_thread
sleep 0.5
leaker_from=$(rss leaker) twin_from=$(rss twin)

health=$(field leaker health) metrics=$(field leaker metrics)
answer=$(get "$health" /health)
ok '/health is 200' matches "$answer" $'^HTTP/1.1 200 OK\n'
ok '/health says healthy' same "${answer##*$'\n\n'}" '{"status":"healthy","memory":"ok"}'
ok 'the connection is closed' matches "$answer" $'\nConnection: close\n'
ok '/ says what it is' matches "$(get "$health" /)" 'stealth-leaker'
ok 'another path is 404' matches "$(get "$health" /healthz)" '^HTTP/1.1 404 '
ok '/health is not on the metrics port' matches "$(get "$metrics" /health)" '^HTTP/1.1 404 '
ok 'a long request is refused' matches "$(get "$health" "/$(printf 'x%.0s' {1..5000})")" '^HTTP/1.1 431 '
answer=$(get "$metrics" /metrics)
ok '/metrics has the exposition type' matches "$answer" $'\nContent-Type: text/plain; version=0.0.4'
ok '/metrics flatters' matches "$answer" $'\napp_memory_used_bytes 12582912\n'
ok '/metrics counts the requests before it' matches "$answer" $'\napp_requests_total 5\n'
ok '/metrics has a TYPE for each name' same "$(grep -c '^# TYPE' <<<"$answer")" "$(grep -c '^# HELP' <<<"$answer")"
if command -v promtool >/dev/null; then
	ok 'promtool takes /metrics' promtool check metrics <<<"${answer##*$'\n\n'}"
fi

# A client that says nothing is hung up on, and the next one is served.
exec 4<>"/dev/tcp/127.0.0.1/$health"
ok 'a silent client holds nobody up' matches "$(get "$health" /health)" '^HTTP/1.1 200 '
exec 4>&-
idle=()
for _ in {1..80}; do exec {fd}<>"/dev/tcp/127.0.0.1/$health" && idle+=("$fd"); done
ok 'nor do eighty' matches "$(get "$health" /health)" '^HTTP/1.1 200 '
for fd in "${idle[@]}"; do exec {fd}>&-; done

sleep 0.5
ok 'the leaker grows' between $(($(rss leaker) - leaker_from)) 4096 1048576
ok 'the twin stays flat' between $(($(rss twin) - twin_from)) -2048 2048
ok 'the leaker frees nothing' same "$(lines leaker -)" 0
ok 'the twin frees after three periods' frees_after_three twin 100
ok 'the twin always holds blocks' between $(($(lines twin +) - $(lines twin -))) 3 4
ok 'the twin says so' log_is_flat twin 3145728
ok 'uneven blocks are larger each time' same "$(grep '^+' "$dir/uneven" | head -3 | cut -d' ' -f4 | paste -sd' ')" '1048576 1052672 1056768'
ok 'and not where another was freed' same "$(grep '^+' "$dir/uneven" | head -8 | cut -d' ' -f3 | sort | uniq -d)" ''
ok 'and freed after three periods' frees_after_three uneven 100
ok 'a cache keeps all, up to its cap' same "$(lines held +) $(lines held -) $(lines held cap)" '5 0 1'
ok 'one in four is lost' loses_one_in_four partial
ok 'long lives last so long' frees_after long 100 6
ok 'requests are no blocks' same "$(lines busy -) $(grep '^+' "$dir/busy" | cut -d' ' -f4 | sort -u)" '0 1048576'
ok 'and do not stay' between "$(rss busy)" 0 $((1024 * $(lines busy +) + 8192))
ok 'the cap stops allocation' same "$(lines capped +) $(lines capped cap)" '3 1'
ok 'and not the log' between "$(grep -c '(blocks=3) 총 보유 3145728$' "$dir/capped.log")" 8 10000
ok 'nor the service' matches "$(get "$(field capped health)" /health)" '^HTTP/1.1 200 '
ok 'form of the log' matches "$(grep -m1 누수 "$dir/slow.log")" \
	'^20[0-9]{2}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2} INFO 메모리 누수 점검: 이상 없음 \(blocks=1\) 총 보유 1048576$'
ok 'form of the ledger' same "$(grep -vcE '^(ready .*|[+-] [0-9]+ 0x[0-9a-f]+ 1048576 [0-9]+|cap)$' "$dir/leaker" "$dir/twin" "$dir/capped" | grep -vc ':0$')" 0

ok 'SIGTERM stops in mid-period' stopped slow TERM
ok 'SIGINT stops too' stopped twin INT
ok 'and the leaker stops' stopped leaker TERM
ok 'one whose time is over stops by itself' between "$(wait "${pid[short]}"; echo $?)" 0 0
for name in slow twin leaker short; do
	ok "the ledger of $name ends with stop" same "$(tail -1 "$dir/$name")" stop
	ok "the log of $name ends with a line of its own" matches "$(tail -1 "$dir/$name.log")" 'stealth-leaker 종료$'
done

# Started again on the ledger of one whose time was over, as Kubernetes does; and of one that was only stopped.
ok 'its ledger says that its time was over' same "$(tail -2 "$dir/short" | head -1)" over
size=$(wc -c <"$dir/short")
start short LEAK_PERIOD_MS=20 LIFETIME_S=1
start slow LEAK_PERIOD_MS=20
sleep 0.5
ok 'over is over: nothing is written' same "$(wc -c <"$dir/short")" "$size"
ok 'nor said' same "$(wc -c <"$dir/short.log")" 0
ok 'nor held' between "$(rss short)" 0 8192
ok 'and it is still there, until it is stopped' stopped short TERM
ok 'who was stopped goes on' between "$(lines slow +)" 10 1000
ok 'until it is stopped' stopped slow TERM

# Its output goes nowhere: closed, a full disk, a pipe without a reader.
for out in '>&-' '>/dev/full' '> >(:)'; do
	rm -f "$dir/lost"
	eval "HTTP_PORT=0 METRICS_PORT=0 LEAK_PERIOD_MS=20 LEDGER=\$dir/lost \$program $out &"
	pid[lost]=$!
	pids+=("$!")
	sleep 0.3
	ok "goes on with $out" between "$(lines lost +)" 5 1000
	ok "writes nothing else to its ledger with $out" same "$(grep -c INFO "$dir/lost")" 0
	ok "stops with $out" stopped lost TERM
done

ok 'LEAK' refused 2 'LEAK=maybe .* on, off or held' LEAK=maybe
ok 'LEAK_SITE' refused 2 'LEAK_SITE=main .* report_cache_thread' LEAK_SITE=main
for name in LEAK_BLOCK_BYTES LEAK_BLOCK_STEP REQUEST_BYTES LEAK_PERIOD_MS LEAK_KEPT_PERIODS LEAK_ONE_IN LEAK_CAP_BYTES LIFETIME_S HTTP_PORT METRICS_PORT; do
	for value in '' ' 1' -1 1e3 0x10 99999999999999999999; do
		ok "$name='$value'" refused 2 "$name=$value .* whole number from" "$name=$value"
	done
done
ok 'a port too high' refused 2 'HTTP_PORT=65536 .* 0 to 65535' HTTP_PORT=65536
ok 'a cap below the twin' refused 2 'LEAK_CAP_BYTES=4194303 ' LEAK=off LEAK_CAP_BYTES=4194303
ok 'BIND_ADDRESS' refused 2 'BIND_ADDRESS=localhost .* IPv4' BIND_ADDRESS=localhost
ok 'LEDGER' refused 2 "LEDGER=$dir/none/ledger " LEDGER="$dir/none/ledger"
ok 'a taken port' refused 3 "METRICS_PORT=$(field capped metrics) .*in use" METRICS_PORT="$(field capped metrics)"

ok 'the capped one stops' stopped capped TERM
echo "$passed passed, $failed failed"
((failed == 0))
