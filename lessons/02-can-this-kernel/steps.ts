import { defineLesson, hasCapabilities, hasFeature, type LabFacts, notThere, probedAt, probesLibc, teaches } from '../../runner/lesson/index.ts';

/** With -c, bpftrace runs a command once its probes are in place, and ends with it. */
const list = (probes: string) => ({ shell: `sudo bpftrace -c '/usr/sbin/bpftool perf show' -e '${probes}'` });

const onMalloc = (lab: LabFacts) => list(`uprobe:${lab.libc}:malloc { @calls = count(); }`);

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
      solution: () => ({ shell: "uname -r; ls -d /sys/kernel/btf/vmlinux /sys/bus/event_source/devices/uprobe; grep -E ' (tracefs|bpf) ' /proc/mounts" }),
      expect: [hasFeature('uprobe'), teaches(hasFeature('btf'))],
      // The same kernel, of the same version, seen from where its types are hidden.
      control: {
        variant: 'leaker',
        run: () => ({ shell: "sudo unshare --mount bash -c 'mount -t tmpfs tmpfs /sys/kernel/btf; uname -r; ls -d /sys/kernel/btf/vmlinux /sys/bus/event_source/devices/uprobe'" }),
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
      solution: () => ({ argv: ['grep', 'Cap', '/proc/self/status'], elevated: true }),
      expect: [teaches(hasCapabilities())],
      // Root's user id is not what counts: all capabilities dropped, and nobody's id besides.
      control: {
        variant: 'leaker',
        run: () => ({ argv: ['setpriv', '--reuid', '65534', '--clear-groups', '--inh-caps', '-all', '--bounding-set', '-all', 'grep', 'Cap', '/proc/self/status'], elevated: true }),
      },
    },
    {
      id: 'attach',
      kind: 'command',
      reads: 'system',
      solution: onMalloc,
      expect: [teaches(probesLibc())],
      // Probes on the program's own file: as good as any, and none of them sees malloc.
      control: { variant: 'leaker', run: (lab) => list(['main', 'memory_leak_thread', 'report_cache_thread'].map((name) => `uprobe:/proc/${lab.pid}/exe:${name} { @calls = count(); }`).join(' ')) },
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
            { says: /bpftool not found for kernel/, ends: 'rejected', when: 'Ubuntu without linux-tools of this kernel' },
          ],
        },
      ],
    },
    {
      id: 'which-offset',
      kind: 'question',
      reads: 'system',
      from: 'attach',
      reckon: (evidence, _truth, subjects) => {
        const value = probedAt(evidence, subjects);
        return value === null ? null : { kind: 'number', value, tolerance: 0 };
      },
      // The same file, another function.
      control: { variant: 'leaker', run: (lab) => list(`uprobe:${lab.libc}:calloc { @a = count(); } uprobe:${lab.libc}:realloc { @b = count(); } uprobe:${lab.libc}:free { @c = count(); }`) },
    },
  ],
});
