/**
 * What the machine's own commands print. Recorded with procps 4.0, Linux 6.18, bpftool 7.1 and the service at a 300 ms
 * pace, cpu masks and log shortened; what was written after the form of such output says so.
 */

export const ps = `  PID    VSZ   RSS COMMAND
 6840  88532  5704 stealth-leaker
`;

/** Written: the columns of procps 3.3 where pids have seven digits. */
export const ps33 = `    PID    VSZ   RSS COMMAND
4194300  88532  5704 stealth-leaker
`;

export const status = `Name:	stealth-leaker
Umask:	0022
State:	S (sleeping)
Tgid:	6840
Ngid:	0
Pid:	6840
PPid:	6621
TracerPid:	0
Uid:	0	0	0	0
Gid:	0	0	0	0
FDSize:	256
Groups:	${' '}
NStgid:	6840
NSpid:	6840
NSpgid:	6621
NSsid:	4297
Kthread:	0
VmPeak:	  149956 kB
VmSize:	   88532 kB
VmLck:	       0 kB
VmPin:	       0 kB
VmHWM:	    5704 kB
VmRSS:	    5704 kB
RssAnon:	    4236 kB
RssFile:	    1468 kB
RssShmem:	       0 kB
VmData:	   20860 kB
VmStk:	     132 kB
VmExe:	       8 kB
VmLib:	    1528 kB
VmPTE:	      68 kB
VmSwap:	       0 kB
HugetlbPages:	       0 kB
CoreDumping:	0
THP_enabled:	1
untag_mask:	0xffffffffffffffff
Threads:	3
SigQ:	0/96365
SigPnd:	0000000000000000
ShdPnd:	0000000000000000
SigBlk:	0000000000000000
SigIgn:	0000000000001006
SigCgt:	0000000100000000
CapInh:	0000000000000000
CapPrm:	000001fffeffffff
CapEff:	000001fffeffffff
CapBnd:	000001fffeffffff
CapAmb:	0000000000000000
NoNewPrivs:	0
Seccomp:	0
Seccomp_filters:	0
Speculation_Store_Bypass:	vulnerable
SpeculationIndirectBranch:	always enabled
Cpus_allowed:	3
Cpus_allowed_list:	0-1
Mems_allowed:	00000000,00000001
Mems_allowed_list:	0
voluntary_ctxt_switches:	1
nonvoluntary_ctxt_switches:	1
`;

export const rollup = `555915ffe000-7ffe9c6a0000 ---p 00000000 00:00 0                          [rollup]
Rss:                5704 kB
Pss:                4354 kB
Pss_Dirty:          4236 kB
Pss_Anon:           4236 kB
Pss_File:            118 kB
Pss_Shmem:             0 kB
Shared_Clean:       1448 kB
Shared_Dirty:          0 kB
Private_Clean:        20 kB
Private_Dirty:      4236 kB
Referenced:         5704 kB
Anonymous:          4236 kB
KSM:                   0 kB
LazyFree:              0 kB
AnonHugePages:         0 kB
ShmemPmdMapped:        0 kB
FilePmdMapped:         0 kB
Shared_Hugetlb:        0 kB
Private_Hugetlb:       0 kB
Swap:                  0 kB
SwapPss:               0 kB
Locked:                0 kB
`;

/** As lesson 1 takes them: the lines that count. */
const grep = (text: string, fields: RegExp) =>
  `${text
    .split('\n')
    .filter((line) => fields.test(line))
    .join('\n')}\n`;
export const statusLines = grep(status, /^(Pid|VmSize|VmRSS|VmSwap):/);
export const rollupLines = grep(rollup, /^(Rss|Pss|Anonymous|Swap):/);
export const capLines = grep(status, /^Cap/);

export const health = '{"status":"healthy","memory":"ok"}\n';

export const metrics = `# HELP app_up Whether the service answers.
# TYPE app_up gauge
app_up 1
# HELP app_memory_used_bytes Memory of the request pool.
# TYPE app_memory_used_bytes gauge
app_memory_used_bytes 12582912
# HELP app_requests_total Requests answered.
# TYPE app_requests_total counter
app_requests_total 1
# HELP app_errors_total Requests that failed.
# TYPE app_errors_total counter
app_errors_total 0
# HELP app_request_duration_seconds Time taken to answer requests.
# TYPE app_request_duration_seconds summary
app_request_duration_seconds_sum 0.000062
app_request_duration_seconds_count 1
`;

export const log = `2026-11-24 21:37:14 INFO stealth-leaker 시작: health 18080, metrics 19090
2026-11-24 21:37:14 INFO 메모리 누수 점검: 이상 없음 (blocks=1) 총 보유 1048576
2026-11-24 21:37:14 INFO 메모리 누수 점검: 이상 없음 (blocks=2) 총 보유 2097152
2026-11-24 21:37:15 INFO 메모리 누수 점검: 이상 없음 (blocks=3) 총 보유 3145728
2026-11-24 21:37:17 INFO stealth-leaker 종료
`;

/** Written: a Debian release. */
export const kernel = '6.18.44-1-amd64\n';

/** `ls -d` of four paths, with stderr joined. */
export const ls = `ls: cannot access '/sys/bus/event_source/devices/kprobe': No such file or directory
/sys/bus/event_source/devices/uprobe
/sys/fs/bpf
/sys/kernel/btf/vmlinux
`;

/** Written: ls speaking Korean. */
export const lsKorean = `ls: '/sys/kernel/btf/vmlinux'에 접근할 수 없음: 그런 파일이나 디렉터리가 없습니다
/sys/bus/event_source/devices/uprobe
`;

/** Written: both mounted where systemd mounts them. */
export const mounts = `tracefs /sys/kernel/tracing tracefs rw,nosuid,nodev,noexec,relatime 0 0
bpf /sys/fs/bpf bpf rw,nosuid,nodev,noexec,relatime,mode=700 0 0
`;

/** Written after a recording: the lab's pid, libc and one tracepoint put in. */
export const perfShow = `pid 7311  fd 11: prog_id 418  uprobe  filename /proc/6840/root/usr/lib/x86_64-linux-gnu/libc.so.6  offset 624096
pid 7311  fd 12: prog_id 419  uretprobe  filename /proc/6840/root/usr/lib/x86_64-linux-gnu/libc.so.6  offset 624096
pid 812  fd 9: prog_id 52  tracepoint  sched_process_exec
`;

/** From a build without the skeletons that name the processes. */
export const progShow = `411: perf_event  name 4  tag 1701881ef7cec2ee  gpl
	loaded_at 2026-11-24T21:37:09+0000  uid 0
	xlated 96B  jited 69B  memlock 4096B  map_ids 165
412: kprobe  name malloc  tag 5736f2a0499462c6  gpl
	loaded_at 2026-11-24T21:37:09+0000  uid 0
	xlated 240B  jited 143B  memlock 4096B  map_ids 164
`;

/** Written: `outstanding.bt`, one block. */
export const bpftrace = `Attaching 3 probes...
PID 6840: watching malloc and free
260 ms + 0x7f2234a00010 1048576
        memory_leak_thread+71
        start_thread+773

@blocks[
    memory_leak_thread+71
    start_thread+773
]: 1
-- snapshot at 600 ms
`;
