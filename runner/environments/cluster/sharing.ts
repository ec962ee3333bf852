import { setTimeout as sleep } from 'node:timers/promises';
import { type Access, ask } from '../kube/kubectl.ts';
import { pods } from '../kube/pods.ts';

/**
 * One toolbox serves all who have a part of a cluster, and whoever came first has made it. Nobody can be asked whether they still
 * want it: who uses it shows by what they have in the cluster, and by what runs in the toolbox.
 */
const OURS = 'app.kubernetes.io/part-of=ebpf-workshop';
/** A namespace of a learner's, and none that a toolbox lies in. */
const LEARNERS = `${OURS},pod-security.kubernetes.io/enforce!=privileged`;
/** Of a pod or a deployment, the namespace of the toolbox that it is put beside. */
const BESIDE = ['.spec', '.spec.template.spec']
  .map((spec) => `{${spec}.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0].namespaces[0]}`)
  .join('');
/** On a toolbox whose maker has left it to others: the last of them takes away what it names. */
const LEFT = 'ebpf-workshop/left';

/** A tool that was told to end detaches first: so often it is looked for, and after so long, ms. */
const LOOKS = 5;
const BETWEEN_MS = 2000;

/**
 * Processes of the toolbox, but its own: it sees the node's, and those that share its mounts were started in it. What the
 * kubelet's probe and the container runtime start for a moment is nobody's.
 */
const BUSY = `mine=$(readlink /proc/$$/ns/mnt)
for p in /proc/[0-9]*; do
  [ "$(readlink "$p/ns/mnt" 2>/dev/null)" = "$mine" ] || continue
  [ "\${p#/proc/}" != $$ ] && ! grep -q "^PPid:[[:space:]]*$$\\$" "$p/status" 2>/dev/null || continue
  said=$(tr '\\0' ' ' <"$p/cmdline" 2>/dev/null)
  case $said in ''|'sleep infinity '|*toolbox' '|'test -e '*|'mountpoint '*|*runc*init*) ;; *) echo "runs $said" ;; esac
done`;

/**
 * What shows that others use the toolbox, a line each; empty where nothing does, as far as this person may look. Their own labs
 * are gone by then.
 */
export async function othersIn(access: Access): Promise<string[]> {
  const [labs, namespaces] = await Promise.all([
    found(
      access,
      ['get', 'pods,deployments', '--all-namespaces', '-l', `${OURS},app.kubernetes.io/name!=toolbox`],
      `{.metadata.namespace}/{.metadata.name} ${BESIDE}`,
    ),
    found(access, ['get', 'namespaces', '-l', LEARNERS], '{.metadata.name}'),
  ]);
  const elsewhere = (lab: { beside: string | null }) => lab.beside !== null && lab.beside !== access.tools;
  const namespaceOf = ({ name }: { name: string }) => name.slice(0, name.indexOf('/'));
  const own = [access.namespace, access.tools];
  const theirs = [
    ...labs.filter((lab) => !elsewhere(lab) && namespaceOf(lab) !== access.tools).map(({ name }) => name),
    // One whose labs are all put beside another toolbox uses that one; one without any may have some again.
    ...namespaces
      .map(({ name }) => name)
      .filter((namespace) => {
        const within = labs.filter((lab) => namespaceOf(lab) === namespace);
        return !own.includes(namespace) && (within.length === 0 || !within.every(elsewhere));
      }),
  ];
  if (theirs.length > 0) return [...new Set(theirs)];
  for (let look = 1; ; look++) {
    const runs = await running(access);
    if (runs.length === 0 || look === LOOKS) return runs;
    await sleep(BETWEEN_MS);
  }
}

/** Names of what is there and is not going. What may not be listed is not seen. */
async function found(access: Access, args: string[], name: string): Promise<{ name: string; beside: string | null }[]> {
  const line = `{range .items[*]}is {.metadata.deletionTimestamp} ${name}{"\\n"}{end}`;
  const said = await ask(access, [...args, '-o', `jsonpath=${line}`], { timeoutMs: 30_000 });
  return said.out.split('\n').flatMap((text) => {
    const [, name, beside] = /^is {2}(\S+)(?: (\S*))?$/.exec(text) ?? [];
    return name === undefined ? [] : [{ name, beside: beside || null }];
  });
}

async function running(access: Access): Promise<string[]> {
  const toolboxes = await pods(access, access.tools, 'app.kubernetes.io/name=toolbox').catch(() => []);
  const all = await Promise.all(
    toolboxes
      .filter((pod) => pod.ready && !pod.deleting)
      .map(async ({ name }) => {
        const args = ['-n', access.tools, 'exec', name, '--', 'bash', '-c', BUSY];
        const said = await ask(access, args, { timeoutMs: 20_000 });
        return said.out.split('\n').flatMap((text) => {
          const command = /^runs (.+)$/.exec(text)?.[1]?.trim();
          return command === undefined ? [] : [`${name}: ${command.slice(0, 80)}`];
        });
      }),
  );
  return all.flat();
}

/** What a toolbox that its maker has left may take along with it; null of one that is its maker's still, or was made by hand. */
export async function leftToOthers(access: Access): Promise<'toolbox' | 'tools-namespace' | null> {
  const path = `jsonpath=left {.metadata.annotations.${LEFT}}`;
  const said = await ask(access, ['-n', access.tools, 'get', 'daemonset', 'toolbox', '-o', path], {
    timeoutMs: 30_000,
  });
  const [, what] = /^left (toolbox|tools-namespace)$/m.exec(said.out) ?? [];
  return said.code === 0 && what ? (what as 'toolbox' | 'tools-namespace') : null;
}

/** Says in the cluster that its maker has left it; resolves to whether that could be written. */
export async function leave(access: Access, what: 'toolbox' | 'tools-namespace'): Promise<boolean> {
  const args = ['-n', access.tools, 'annotate', '--overwrite', 'daemonset', 'toolbox', `${LEFT}=${what}`];
  return (await ask(access, args, { timeoutMs: 30_000 })).code === 0;
}
