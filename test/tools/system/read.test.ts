import { describe, expect, it } from 'vitest';
import type { Evidence, ProcessMemory } from '../../../runner/evidence/model.ts';
import { readSystem } from '../../../runner/tools/system/read.ts';
import { times } from '../../property.ts';
import { from, of, recording, versions } from '../bpftrace/reading.ts';
import { pieces, singly } from '../promises.ts';
import * as printed from './printed.ts';

const KIB = 1024;
const TIME = 1_795_556_235_668;

async function read(...bytes: (Uint8Array | string)[]): Promise<Evidence[]> {
  const found: Evidence[] = [];
  for await (const evidence of readSystem(from(bytes))) found.push(evidence);
  return found;
}

const memory = (over: Partial<ProcessMemory>): ProcessMemory => ({
  kind: 'memory',
  pid: null,
  atMs: null,
  rss: null,
  vsz: null,
  pss: null,
  anonymous: null,
  swap: null,
  ...over,
});
const claim = (name: string, value: string): Evidence => ({ kind: 'claim', name, value });
const counter = (name: string, value: number, key = '', atMs: number | null = null): Evidence => ({
  kind: 'counter',
  name,
  key,
  value,
  atMs,
});

const fromStatus = memory({ pid: 6840, vsz: 88_532 * KIB, rss: 5704 * KIB, swap: 0 });
const fromRollup = memory({ rss: 5704 * KIB, pss: 4354 * KIB, anonymous: 4236 * KIB, swap: 0 });
const capabilities = [
  '0000000000000000',
  '000001fffeffffff',
  '000001fffeffffff',
  '000001fffeffffff',
  '0000000000000000',
].map((bits, i) => claim(`Cap${['Inh', 'Prm', 'Eff', 'Bnd', 'Amb'][i]}`, bits));
const logged = [1, 2, 3].flatMap((n) => [claim('log', '이상 없음'), counter('log_total', n * KIB * KIB)]);
const libc = '/proc/6840/root/usr/lib/x86_64-linux-gnu/libc.so.6';

const known: [name: string, text: string, evidence: Evidence[]][] = [
  ['ps', printed.ps, [memory({ pid: 6840, vsz: 88_532 * KIB, rss: 5704 * KIB, comm: 'stealth-leaker' })]],
  [
    'top',
    `  PID USER      PR  NI    VIRT    RES    SHR S  %CPU  %MEM     TIME+ COMMAND\n 6840 root      20   0   88532   5704   3712 S   1.3   0.0   0:00.21 stealth-leaker\n`,
    [counter('cpu_percent', 1.3, 'stealth-leaker')],
  ],
  [
    'top where a comma is decimal',
    ` 6840 root      rt   0   1,2g   5704   3712 R 101,3   0,0   0:00,21 stealth-leaker\n`,
    [counter('cpu_percent', 101.3, 'stealth-leaker')],
  ],
  [
    'busybox’s ps -o pid,vsz,rss,comm',
    'PID   VSZ  RSS  COMMAND\n    1  56m  22m process_api\n  900 1628  892 sh\n 6323 11.2g 3.5m etcd\n',
    [
      memory({ pid: 1, vsz: 56 * KIB * KIB, rss: 22 * KIB * KIB, comm: 'process_api' }),
      memory({ pid: 900, vsz: 1628 * KIB, rss: 892 * KIB, comm: 'sh' }),
      memory({ pid: 6323, vsz: Math.round(11.2 * KIB ** 3), rss: 3.5 * KIB * KIB, comm: 'etcd' }),
    ],
  ],
  [
    'busybox’s ps',
    '  PID USER       VSZ STAT COMMAND\n    1 root      1620 S    /sbin/init\n  812 nobody    108m SN   {server.py} /usr/bin/python3 server.py\n    2 root         0 SW<  [kthreadd]\n',
    [
      memory({ pid: 1, vsz: 1620 * KIB, comm: 'init' }),
      memory({ pid: 812, vsz: 108 * KIB * KIB, comm: 'server.py' }),
      memory({ pid: 2, vsz: 0, comm: '[kthreadd]' }),
    ],
  ],
  [
    'busybox’s top',
    'Mem: 15938176K used, 8745916K free, 9940K shrd, 482040K buff, 11629852K cached\nCPU:  70% usr   5% sys   5% nic  20% idle   0% io   0% irq   0% sirq\nLoad average: 6.47 3.89 3.96 3/454 4101\n  PID  PPID USER     STAT   VSZ %VSZ %CPU COMMAND\n 3350  3349 root     R    1413m   6%  65% node /srv/tsc --noEmit\n32730 32728 root     SN   3088m  12%  15% qemu-system-x86_64 -accel tcg\n 6323  6037 root     S    11.2g  45%   0% etcd\n',
    [
      memory({ pid: 3350, vsz: 1413 * KIB * KIB }),
      counter('cpu_percent', 65, 'node'),
      memory({ pid: 32730, vsz: 3088 * KIB * KIB }),
      counter('cpu_percent', 15, 'qemu-system-x86_64'),
      memory({ pid: 6323, vsz: Math.round(11.2 * KIB ** 3) }),
      counter('cpu_percent', 0, 'etcd'),
    ],
  ],
  ['ps 3.3', printed.ps33, [memory({ pid: 4_194_300, vsz: 88_532 * KIB, rss: 5704 * KIB, comm: 'stealth-leaker' })]],
  ['lines of status', printed.statusLines, [fromStatus]],
  [
    'status',
    printed.status,
    [
      claim('Tgid', '6840'),
      claim('PPid', '6621'),
      claim('Uid', '0 0 0 0'),
      claim('NSpid', '6840'),
      fromStatus,
      ...capabilities,
    ],
  ],
  ['lines of smaps_rollup', printed.rollupLines, [fromRollup]],
  ['smaps_rollup', printed.rollup, [fromRollup]],
  [
    'lines of both are one account',
    printed.statusLines + printed.rollupLines,
    [{ ...fromStatus, ...fromRollup, pid: 6840, vsz: fromStatus.vsz }],
  ],
  ['capabilities', printed.capLines, capabilities],
  ['/health', printed.health, [claim('health', 'healthy')]],
  [
    '/health, with its head',
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 35\r\nConnection: close\r\n\r\n${printed.health}`,
    [claim('health', 'healthy')],
  ],
  ['another /health', '{ "status" : "degraded" }\n', [claim('health', 'degraded')]],
  [
    '/metrics',
    printed.metrics,
    [
      counter('app_up', 1),
      counter('app_memory_used_bytes', 12_582_912),
      counter('app_requests_total', 1),
      counter('app_errors_total', 0),
      counter('app_request_duration_seconds_sum', 0.000062),
      counter('app_request_duration_seconds_count', 1),
    ],
  ],
  [
    'a metric with labels',
    'app_memory_used_bytes{pool="a b"} 5\n',
    [counter('app_memory_used_bytes', 5, '{pool="a b"}')],
  ],
  ['the log', printed.log, logged],
  ['uname -r', printed.kernel, [claim('kernel', '6.18.44-1-amd64')]],
  // The directory of a BPF file system is there whether or not one is mounted.
  ['ls', printed.ls, [claim('missing', 'kprobe'), claim('feature', 'uprobe'), claim('feature', 'btf')]],
  ['ls in columns', '/sys/fs/bpf  /sys/kernel/btf/vmlinux\n', [claim('feature', 'btf')]],
  ['ls in Korean', printed.lsKorean, [claim('missing', 'btf'), claim('feature', 'uprobe')]],
  ['/proc/mounts', printed.mounts, [claim('feature', 'tracefs'), claim('feature', 'bpffs')]],
  ['bpftool perf show', printed.perfShow, [counter('uprobe', 624_096, libc), counter('uretprobe', 624_096, libc)]],
];

describe('what the machine prints', () => {
  it.each(known)('%s', async (_, text, evidence) => {
    expect(await read(text)).toEqual(evidence);
  });
  it('the time of a line of 13 digits is that of what follows', async () => {
    const look = (at: number) => `${at}\n${printed.ps}${printed.metrics}${printed.statusLines}`;
    const found = await read(`${printed.ps}${look(TIME)}${look(TIME + 600)}`);
    expect(found.map((e) => ('atMs' in e ? e.atMs : undefined))).toEqual([
      null,
      ...Array(8).fill(TIME),
      ...Array(8).fill(TIME + 600),
    ]);
  });
  it('one look’s account does not run into the next one’s', async () => {
    const look = (at: number) => `${at}\n${printed.statusLines}${printed.rollupLines}`;
    expect(of(await read(look(TIME), look(TIME + 600)), 'memory').map((m) => [m.pid, m.atMs, m.anonymous])).toEqual([
      [6840, TIME, 4236 * KIB],
      [6840, TIME + 600, 4236 * KIB],
    ]);
    expect(of(await read(printed.statusLines.repeat(3)), 'memory')).toEqual([fromStatus, fromStatus, fromStatus]);
  });
  it('ps may list several processes', async () => {
    const rows = '    1  1388  1092 init\n 6840 88532  5704 stealth-leaker\n';
    expect(of(await read(`  PID    VSZ   RSS COMMAND\n${rows}`), 'memory').map((m) => m.pid)).toEqual([1, 6840]);
  });
});

describe('nothing in', () => {
  it.each([
    ['the header of ps', '  PID    VSZ   RSS COMMAND\n'],
    [
      'a process that is gone',
      'cat: /proc/99999/status: No such file or directory\ncat: /proc/1/smaps_rollup: Permission denied\n',
    ],
    [
      'a service that does not answer',
      'curl: (7) Failed to connect to 127.0.0.1 port 8080 after 0 ms: Could not connect to server\n',
    ],
    ['its other pages', 'stealth-leaker: see /health\nnot found\n'],
    ['bpftool prog show', printed.progShow],
    ['bpftrace', printed.bpftrace],
    [
      'capsh',
      'Current: =ep cap_sys_resource-ep\nBounding set =cap_chown,cap_perfmon,cap_bpf\nuid=0(root) euid=0(root)\n',
    ],
    ['other numbers', '123456789012\n12345678901234\n1 2 3\n7.1\nv6.18.44\n'],
    ['fields of another size', 'VmRSS:\t5704 MB\nVmRSS:\t-1 kB\nRss: kB\n'],
    [
      'another log',
      '2026-11-24 21:37:14 INFO 메모리 점검 (blocks=1) 1048576\n21:37:14 메모리 누수 점검: 이상 없음 (blocks=1) 총 보유 1048576\n',
    ],
    ['a metric that is none', '# app_up 1\napp_up NaN\napp_up -1\nother_up 1\n'],
    ['blank lines', '\n\n   \n\t\n'],
    ['nothing', ''],
  ])('%s', async (_, text) => {
    expect(await read(text)).toEqual([]);
  });
  it.each(versions)('a recording of bpftrace %s', async (version) => {
    for (const name of ['outstanding-leaker.txt', 'trend.json', 'malloc-calls.txt'])
      expect(await read(recording(`${version}/${name}`))).toEqual([]);
  });
  it.each([
    '$ ',
    '# ',
    'me@host:~$ ',
    'me@host:/srv/a b$ ',
    '[root@host ~]# ',
    '\x1b[?2004h\x1b[32mme@host\x1b[0m:~$ ',
  ])('a command that was typed after %j', async (prompt) => {
    expect(
      await read(
        `${prompt}ls -d /sys/kernel/btf/vmlinux /sys/fs/bpf\n${prompt}grep tracefs /proc/mounts | grep /sys/kernel/tracing\n`,
      ),
    ).toEqual([]);
  });
});

const session = `${TIME}\n${known.map(([, text]) => text).join('')}${TIME + 600}\n${printed.statusLines}${printed.rollupLines}${printed.log}`;

describe('in any shape', () => {
  const all = [...known.map(([name, text]) => [name, text] as const), ['all of it', session] as const];

  it('cut at any byte, it says the same, save its last item', async () => {
    for (const [name, text] of all) {
      const bytes = Buffer.from(text);
      const whole = await read(bytes);
      for (let to = 0; to < bytes.length; to++) {
        const part = await read(bytes.subarray(0, to));
        expect(part.length, `${name}, its first ${to} bytes`).toBeLessThanOrEqual(whole.length);
        expect(part.slice(0, -1), `${name}, its first ${to} bytes`).toEqual(
          whole.slice(0, Math.max(0, part.length - 1)),
        );
      }
    }
  });
  it('where chunks end makes no difference', async () => {
    for (const [name, text] of all) {
      const bytes = Buffer.from(text);
      const whole = await read(bytes);
      await times(20)(pieces(bytes), async (cut) => expect(await read(...cut), name).toEqual(whole))();
      expect(await read(...singly(bytes)), `${name}, byte by byte`).toEqual(whole);
    }
  });
  it('a terminal records the same, and so does a last line without a newline', async () => {
    for (const [name, text] of all) {
      const coloured = text.replaceAll('\n', '\x1b[0m\r\n').replaceAll(/^/gm, '\x1b[32m');
      expect(await read(coloured), name).toEqual(await read(text));
      expect(await read(text.trimEnd()), name).toEqual(await read(text));
    }
  });
});

describe('hostile bytes', () => {
  const finite = (evidence: Evidence[]) =>
    evidence
      .flatMap((e) => Object.values(e))
      .filter((v) => typeof v === 'number' && !Number.isSafeInteger(v) && !(Number.isFinite(v) && Math.abs(v) < 1e9));

  it.each([
    ['an executable', Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01'), Buffer.alloc(9000)])],
    ['UTF-16', Buffer.from(printed.status, 'utf16le')],
    ['noise', Buffer.from(Array.from({ length: 8000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255))],
  ])('%s is unreadable, once', async (_, bytes) => {
    expect(await read(bytes)).toEqual([{ kind: 'notice', code: 'unreadable', detail: 'binary' }]);
  });
  it('a line of 70 KB is left out, said once, and the rest is read', async () => {
    const long = `app_memory_used_bytes ${'1'.repeat(70_000)}\n`;
    expect(await read(`${printed.ps}${long}${printed.health}${long}`)).toEqual([
      ...(known[0]?.[2] ?? []),
      { kind: 'notice', code: 'too-much', detail: expect.any(String) },
      claim('health', 'healthy'),
    ]);
  });
  it('titles, links and cursor moves are taken out', async () => {
    expect(await read(`\x1b]0;evil\x07\x1b[2J${printed.health}\x1b]8;;http://x\x1b\\app_up 1\x1b]8;;\x1b\\\n`)).toEqual(
      [claim('health', 'healthy'), counter('app_up', 1)],
    );
    expect(JSON.stringify(await read('{"status":"\x1b[31mill\x9b0m"}\n6.18.44-\x1b]0;evil\x07x\n'))).not.toMatch(
      /\\u001b|\\u009b|evil/,
    );
  });

  const digits = '9'.repeat(400);
  it.each([
    ['ps', `${digits} ${digits} ${digits} x\n1 ${digits} 1 x\n`],
    ['status', `Pid:\t${digits}\nVmRSS:\t${digits} kB\nVmSize: 9007199254740993 kB\n`],
    ['metrics', `app_x ${digits}\napp_y 9007199254740993\n`],
    ['the log', `2026-11-24 21:37:14 INFO 메모리 누수 점검: 이상 없음 (blocks=1) ${digits}\n`],
    ['bpftool', `pid 1  fd 1: prog_id 1  uprobe  filename /x  offset ${digits}\n`],
  ])('numbers of %s that no number can hold are none', async (_, text) => {
    expect(finite(await read(text))).toEqual([]);
  });

  it.each([
    ['names of prototypes', 'app___proto__ 1\napp_constructor{__proto__} 1\n{"status":"__proto__"}\n'],
    ['shells', '{"status":"$(reboot)"}\n6.18.44-`reboot`\n'],
    ['markup', '{"status":"<script>alert(1)</script>"}\n'],
  ])('%s are text', async (_, text) => {
    for (const e of await read(text)) expect(Object.getPrototypeOf(e)).toBe(Object.prototype);
  });

  const calm = '2026-11-24 21:37:14 INFO 메모리 누수 점검: ';
  it.each([
    ['a log line that nearly ends in a number', `${calm}이상 없음 (${'1'.repeat(16_000)}x\n`],
    [
      'a log line that says its words again and again',
      `${calm}${'메모리 누수 점검: x ('.repeat(800)}${'1'.repeat(12_000)}x\n`,
    ],
    ['a log line of parentheses', `${calm}${'x ('.repeat(8000)}x\n`],
    ['a row of blanks', `1 2 3 ${' '.repeat(60_000)}a b\n`],
    ['a row of digits', `${'1 '.repeat(30_000)}\n`],
    ['a label without an end', `app_x{${'{'.repeat(60_000)}\n`],
    ['keys', `${'"status" '.repeat(7000)}\n`],
    ['paths', `${'/sys/kernel/btf/'.repeat(4000)}\n`],
    ['a kernel', `${'6.18.'.repeat(12_000)} x\n`],
  ])('%s is read through', async (_, line) => {
    expect((await read(`${line}${printed.health}`)).at(-1)).toEqual(claim('health', 'healthy'));
  });
  it('a flood of lines is read as it comes', async () => {
    let n = 0;
    for await (const _ of readSystem(from(Array<string>(100).fill(session)))) n++;
    expect(n).toBe(100 * (await read(session)).length);
  });
});
