import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { NoticeCode } from '../../../runner/evidence/model.ts';
import { labels as bccLabels, recording as ofBcc } from '../bcc/reading.ts';
import { labels as bpftraceLabels, recording as ofBpftrace } from '../bpftrace/reading.ts';
import { labels as memleakLabels, recording as ofMemleak } from '../memleak/reading.ts';
import { codes, read } from './reading.ts';

const GOT =
  'Error: fetching gadget information: getting gadget info: rpc error: code = Unknown desc = getting gadget info: initializing and preparing operators: instantiating operator "oci": ';
const HERE = 'Error: fetching gadget information: initializing and preparing operators: instantiating operator "oci": ';

// By hand, after Inspektor Gadget's source and its documentation of 0.55, kubectl's and shells' own words: none was recorded.
describe('lines that ig, kubectl and shells print', () => {
  const LINES: [NoticeCode, string][] = [
    ['needs-root', 'Error: initializing runtime: ig must be run as root to be able to run eBPF programs'],
    [
      'needs-root',
      'Error: starting operators: starting operator "oci": creating eBPF collection: map events: map create: operation not permitted (MEMLOCK may be too low, consider rlimit.RemoveMemlock)',
    ],
    ['needs-root', 'Error: getting oci store: open /var/lib/ig/oci-store: permission denied'],
    ['needs-root', 'learner is not in the sudoers file.'],
    ['no-tracepoint', 'error: filesystems bpf, debugfs, tracefs not mounted (did you try --auto-mount-filesystems?)'],
    [
      'gadget-refused',
      `${GOT}ensuring image: trace_open is not part of allowed gadgets: ghcr.io/inspektor-gadget/gadget/trace_exec@sha256:e13e`,
    ],
    [
      'gadget-refused',
      `${HERE}verifying image: verifying gadget signature "memleak:latest": verifying with cosign: the image was not signed by the provided keys: crypto/rsa: verification error`,
    ],
    ['gadget-refused', `${HERE}verifying image: pulling gadget signature "memleak:latest": not found`],
    [
      'gadget-refused',
      `${HERE}ensuring image: verifying image "memleak": verifying signature: invalid signature when validating ASN.1 encoded signature`,
    ],
    [
      'gadget-refused',
      'Error: getting target nodes: get gadget pods: getting pods: pods is forbidden: User "dev" cannot list resource "pods" in API group "" in the namespace "gadget"',
    ],
    [
      'tool-missing',
      `${GOT}ensuring image: pulling image (if missing) "memleak": pulling image "memleak": pulling is disallowed`,
    ],
    [
      'tool-missing',
      `${HERE}ensuring image: pulling image (if missing) "memleak:latest": copying to local repository: failed to resolve ghcr.io/inspektor-gadget/gadget/memleak:latest: not found`,
    ],
    [
      'tool-missing',
      `${HERE}ensuring image: resolving image "ghcr.io/inspektor-gadget/gadget/memleak:latest" on local registry: not found`,
    ],
    ['tool-missing', 'error: unknown command "gadget" for "kubectl"'],
    ['tool-missing', 'Error: unknown command "gadget" for "kubectl"'],
    ['tool-missing', 'sudo: ig: command not found'],
    ['tool-missing', 'bash: line 1: kubectl: command not found'],
    ['tool-missing', 'zsh: command not found: kubectl'],
    ['tool-missing', 'exec: "ig": executable file not found in $PATH: unknown'],
    [
      'tool-missing',
      'Error: getting target nodes: get gadget pods: no gadget pods found in namespace "gadget". Is Inspektor Gadget deployed?',
    ],
    ['tool-missing', 'WARN[0000] No running Inspektor Gadget instances found.'],
    [
      'tool-missing',
      'Error: fetching gadget information: dialing random target: get gadget pods: node "kind-worker9" does not have a gadget pod',
    ],
    [
      'tool-missing',
      'Error: dialing random target: dialing "gadget-x7" ("kind-worker"): dial tcp 127.0.0.1:8080: connect: connection refused',
    ],
    [
      'tool-missing',
      'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
    ],
    [
      'tool-missing',
      'time="2026-11-27T10:10:10Z" level=fatal msg="Creating RESTConfig: invalid configuration: no configuration has been provided"',
    ],
    ['no-such-process', 'Error from server (NotFound): pods "leaky" not found'],
    ['no-such-process', 'Error from server (NotFound): namespaces "memleak-demo" not found'],
    ['bad-usage', 'Error: unknown flag: --pod'],
    ['bad-usage', "Error: unknown shorthand flag: 'q' in -q"],
    ['bad-usage', 'Error: unknown command "rum" for "kubectl-gadget"'],
    ['bad-usage', 'Error: flag needs an argument: --podname'],
    [
      'bad-usage',
      'Error: invalid argument "x" for "-t, --timeout" flag: strconv.ParseInt: parsing "x": invalid syntax',
    ],
    [
      'bad-usage',
      'Error: initializing and preparing operators: validating instance params for operator "ebpf": invalid value "x" as "min-size": expected numeric value: strconv.ParseUint: parsing "x": invalid syntax',
    ],
    [
      'bad-usage',
      'Error: initializing and preparing operators: instantiating operator "filter": field "bytes" not found in datasource memleak',
    ],
    ['bad-usage', 'WARN[0000] output mode "xml" for data source "memleak" is not supported; skipping data source'],
    [
      'kernel-refused',
      'DEBU[0001] Failed to create container-collection: attaching kprobe fsnotify_remove_first_event: creating probe entry on tracefs: open /sys/kernel/tracing/kprobe_events: no such file or directory',
    ],
    [
      'kernel-refused',
      'Error: starting operators: starting operator "oci": creating eBPF collection: program malloc_enter: load program: invalid argument',
    ],
    [
      'probe-refused',
      'DEBU[0002] failed to attach uprobe "malloc_enter": creating perf_uprobe PMU: device or resource busy',
    ],
    [
      'no-such-symbol',
      'DEBU[0002] failed to attach uprobe "malloc_enter": resolving symbol "malloc": symbol "malloc": symbol not found',
    ],
    ['no-such-library', 'DEBU[0002] cannot find file to attach in container 4711 for symbol "malloc"'],
    ['lost-events', 'WARN[0003] ig-c-control-plane   | stack with ID 4294967279 is lost: lookup: key does not exist'],
    ['lost-events', 'WARN[0003] reading event: lost 12 samples'],
    ['lost-events', 'WARN[0003] ig-c-control-plane   | expected seq 4, got 9, 5 messages dropped'],
    [
      'lost-events',
      'time="2026-11-27T10:10:10Z" level=warning msg="error running iterator \\"memleak\\": can\'t create iterator: bad file descriptor"'.replaceAll(
        '\\"',
        '"',
      ),
    ],
    ['no-function', 'COMM                PID  OUTSTANDING_BYTES  OUTSTANDING_COUNT   LOST'],
    ['other-form', 'RUNTIME.CONTAINERNAME            COMM                          PID           TID OPERATION'],
    ['other-form', '    "outstanding_bytes": 65536,'],
    ['other-form', 'outstanding_bytes: 65536'],
    [
      'other-tool',
      '{"type":"start","tool":"memleak","version":"0.1.0","schema":1,"pid":7,"options":{"progressive":false}}',
    ],
    ['other-tool', '[{"comm":"a","k8s":{"node":""},"pid":7,"reads":1,"runtime":{"containerName":""}}]'],
    ['other-tool', '{"args":"ls","k8s":{"node":""},"proc":{"pid":7}}'],
    ['other-tool', 'Attaching 3 probes...'],
    ['other-tool', '[21:46:02] Top 10 stacks with outstanding allocations:'],
    ['other-tool', '==4711== Memcheck, a memory error detector'],
  ];
  it('are told as what they are, each as one thing', async () => {
    const told = LINES.map(async ([, line]) => [...codes(await read(`${line}\n`)), line]);
    expect(await Promise.all(told)).toEqual(LINES);
  });

  it.each([
    'WARN[0001] minikube-docker      | gadget signature verification is disabled due to using corresponding option',
    'WARN[0000] signature not found, will pull signing information and try verification again',
    'WARN[0000] version skew detected: client (v0.55.1) vs server (v0.55.0)',
    'WARN[0000] Ignoring runtime "cri-o" with non-existent socketPath "/run/crio/crio.sock"',
    "WARN[0000] container-collection isn't available: no containers will be traced",
    'INFO[0000] Experimental features enabled',
    'GET /health: connection refused',
    'NAME    READY   STATUS    RESTARTS   AGE',
    '[me@host src]$ kubectl gadget run memleak',
    '{"level":"info","msg":"started"}',
  ])('%s says nothing', async (line) => {
    expect(await read(`${line}\n`)).toEqual([]);
  });

  it('an error comes to its point before the notice is cut', async () => {
    expect(await read(`${GOT}ensuring image: trace_open is not part of allowed gadgets: memleak\n`)).toEqual([
      { kind: 'notice', code: 'gadget-refused', detail: 'Error: trace_open is not part of allowed gadgets: memleak' },
    ]);
  });
  it('what differs in a number only is said once', async () => {
    expect(
      codes(
        await read(
          ...Array.from(
            { length: 50 },
            (_, n) => `WARN[0003] stack with ID ${n} is lost: lookup: key does not exist\n`,
          ),
        ),
      ),
    ).toEqual(['lost-events']);
  });
});

describe('one tool’s output for another’s', () => {
  const others: [string, Record<string, unknown>, (path: string) => Buffer][] = [
    ['memleak', memleakLabels, ofMemleak],
    ['bcc', bccLabels, ofBcc],
    ['bpftrace', bpftraceLabels, ofBpftrace],
  ];
  it.each(others)('of %s is no evidence', async (_, labels, recording) => {
    for (const path of Object.keys(labels))
      expect((await read(recording(path))).filter((e) => e.kind !== 'notice')).toEqual([]);
  });
  it('of our tracer is told as what it is', async () => {
    for (const file of ['leaker.txt', 'leaker.json'])
      expect(codes(await read(ofMemleak(`0.1.0-session/${file}`))).filter((c) => c !== 'cut-off')).toEqual([
        'other-tool',
      ]);
  });
  it('of the source of this test is none', async () => {
    expect(
      (await read(readFileSync(new URL('reading.ts', import.meta.url)))).filter((e) => e.kind !== 'notice'),
    ).toEqual([]);
  });
});
