import {
  type Command,
  comesTo,
  defineLesson,
  hasCapabilities,
  hasFeature,
  type LabFacts,
  notThere,
  over,
  probedAt,
  probesLibc,
  seen,
  teaches,
  typed,
  whole,
} from '../../runner/lesson/index.ts';

const PAGE = 4096;

/** With -c, bpftrace runs a command once its probes are in place, and ends with it. */
const list = (lab: LabFacts, probes: string): Command =>
  lab.kube
    ? typed(lab, ['bpftrace', '-c', '/usr/sbin/bpftool perf show', '-e', probes], 'target')
    : { shell: `sudo bpftrace -c '/usr/sbin/bpftool perf show' -e '${probes}'` };

const onMalloc = (lab: LabFacts) => list(lab, `uprobe:${lab.libc}:malloc { @calls = count(); }`);

const FEATURES =
  "uname -r; ls -d /sys/kernel/btf/vmlinux /sys/bus/event_source/devices/uprobe; grep -E ' (tracefs|bpf) ' /proc/mounts";
const HIDDEN =
  'mount -t tmpfs tmpfs /sys/kernel/btf; uname -r; ls -d /sys/kernel/btf/vmlinux /sys/bus/event_source/devices/uprobe';
/** What lets root find the service's files and set probes as BPF links; perf events, which bpftrace's uprobes are, may take more. */
const WITHOUT_ADMIN = ['setpriv', '--bounding-set=-all,+bpf,+perfmon,+sys_ptrace,+dac_read_search'];
const ofUser = (lab: LabFacts) => (lab.kube ? ['unshare', '--user'] : WITHOUT_ADMIN);
const CAPABILITIES = ['grep', 'Cap', '/proc/self/status'];

export default defineLesson({
  id: '02-can-this-kernel',
  minutes: 20,
  workload: 'stealth-leaker',
  needs: ['system', 'bpftrace'],
  steps: [
    {
      id: 'features',
      kind: 'command',
      reads: 'system',
      solution: (lab) => (lab.kube ? typed(lab, ['sh', '-c', FEATURES], 'toolbox') : { shell: FEATURES }),
      expect: [hasFeature('uprobe'), teaches(hasFeature('btf'))],
      // The same kernel, of the same version, seen from where its types are hidden.
      control: {
        variant: 'leaker',
        run: (lab) =>
          lab.kube
            ? typed(lab, ['unshare', '--mount', 'bash', '-c', HIDDEN], 'toolbox')
            : { shell: `sudo unshare --mount bash -c '${HIDDEN}'` },
      },
      guide: [
        { id: 'kernel-version', command: 'uname -r', shows: [{ says: /^\d+\.\d+\.\d+\S*$/m, ends: 'runs' }] },
        {
          id: 'bpffs',
          command: 'ls /sys/fs/bpf/',
          shows: [
            { says: /^\s*$/, ends: 'runs', when: 'nothing is pinned there, whether or not a bpffs is mounted' },
            { says: /^[\w.-]+$/m, ends: 'runs', when: 'something is pinned' },
            { says: /^ls: .*\/sys\/fs\/bpf/m, ends: 'rejected', when: 'an ordinary user, or a kernel without BPF' },
          ],
        },
      ],
    },
    {
      id: 'capabilities',
      kind: 'command',
      reads: 'system',
      solution: (lab) => typed(lab, CAPABILITIES, 'toolbox'),
      expect: [teaches(hasCapabilities())],
      // Root's user id is not what counts: all capabilities dropped, and nobody's id besides.
      control: {
        variant: 'leaker',
        // In Kubernetes the service's own pod is just that.
        run: (lab) =>
          lab.kube
            ? typed(lab, CAPABILITIES, 'pod')
            : {
                argv: [
                  'setpriv',
                  '--reuid',
                  '65534',
                  '--clear-groups',
                  '--inh-caps',
                  '-all',
                  '--bounding-set',
                  '-all',
                  ...CAPABILITIES,
                ],
                elevated: true,
              },
      },
      broken: {
        command: (lab) =>
          typed(
            lab,
            [
              ...ofUser(lab),
              'bpftrace',
              '-e',
              `uprobe:${lab.libc}:malloc { @calls = count(); } interval:s:1 { exit(); }`,
            ],
            'target',
          ),
        shows: [
          {
            says: /attaching probe|attach to|Operation not permitted|Permission denied|root user/,
            ends: 'rejected',
            when: 'the kernel has the fix of 2025; in a user namespace always',
          },
          { says: /Attach(?:ed|ing) \d/, ends: 'runs', when: 'it has not, or there is tracefs to go round by' },
        ],
      },
      guide: [
        {
          id: 'clinic-privileged',
          in: ['kind'],
          command: 'kubectl -n memleak-demo describe pod <pod-name> | grep -A 5 SecurityContext',
          // grep finds nothing: describe shows no security context.
          shows: [{ says: /^\s*$/, ends: 'rejected' }],
        },
        {
          id: 'clinic-capabilities',
          in: ['kind'],
          command: 'kubectl -n memleak-demo get pod <pod-name> -o yaml | grep -A 10 capabilities',
          shows: [{ says: /capabilities:\s+drop:\s+- ALL/, ends: 'runs' }],
        },
      ],
    },
    {
      id: 'attach',
      kind: 'command',
      reads: 'system',
      solution: onMalloc,
      expect: [teaches(probesLibc())],
      // Probes on the program's own file: as good as any, and none of them sees malloc.
      control: {
        variant: 'leaker',
        run: (lab) =>
          list(
            lab,
            ['main', 'memory_leak_thread', 'report_cache_thread']
              .map((name) => `uprobe:/proc/${lab.pid}/exe:${name} { @calls = count(); }`)
              .join(' '),
          ),
      },
      guide: [
        {
          id: 'bpftrace-install-apt',
          command: 'sudo apt-get install -y bpftrace',
          installs: true,
          shows: [
            { says: /bpftrace[^\n]*\d+\.\d+/, ends: 'runs', when: 'Debian and Ubuntu' },
            { says: notThere('apt-get'), ends: 'rejected', when: 'elsewhere' },
          ],
        },
        {
          id: 'bpftrace-install-yum',
          command: 'sudo yum install -y bpftrace',
          installs: true,
          shows: [
            { says: /bpftrace[^\n]*\d+\.\d+/, ends: 'runs', when: 'Fedora and RHEL 8 and newer' },
            { says: notThere('yum'), ends: 'rejected', when: 'elsewhere' },
          ],
        },
        {
          id: 'bpftool-version',
          command: 'bpftool version',
          shows: [
            { says: /bpftool v\d+\.\d+/, ends: 'runs' },
            {
              says: /bpftool not found for kernel/,
              ends: 'rejected',
              when: 'Ubuntu without linux-tools of this kernel',
            },
          ],
        },
      ],
    },
    {
      id: 'which-page',
      kind: 'question',
      reads: 'system',
      from: 'attach',
      reckon: (evidence, _truth, subjects) => {
        const offset = probedAt(evidence, subjects);
        return offset === null ? null : comesTo(whole(over(seen(offset, 'offset'), PAGE)), 'page');
      },
      // The same file, functions that lie far from malloc's.
      control: {
        variant: 'leaker',
        run: (lab) =>
          list(
            lab,
            `uprobe:${lab.libc}:getpid { @a = count(); } uprobe:${lab.libc}:read { @b = count(); } uprobe:${lab.libc}:write { @c = count(); }`,
          ),
      },
    },
  ],
});
