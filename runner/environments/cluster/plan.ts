import { type Access, ask, failure } from '../kube/kubectl.ts';
import { manifests } from '../kube/manifests.ts';

/** What `up` would change in somebody else's cluster, and what it can't. */
export interface Plan {
  make: ('namespace' | 'tools-namespace' | 'toolbox')[];
  toolbox: 'there' | 'to-make' | 'not-allowed';
  /** Rights that a lab takes and that this user lacks, as `verb resource (namespace)`. */
  lacking: string[];
}

const LAB_RIGHTS: [verb: string, resource: string][] = [
  ['create', 'deployments'],
  ['delete', 'deployments'],
  ['watch', 'pods'],
  ['create', 'pods/exec'],
  ['get', 'pods/log'],
  ['get', 'pods/proxy'],
];

/** Looks at what is there and asks the API server what this user may do; changes nothing. */
export async function planFor(access: Access, signal?: AbortSignal): Promise<Plan> {
  const may = async (verb: string, resource: string, namespace?: string): Promise<boolean> => {
    const [kind = '', part] = resource.split('/');
    const args = [
      'auth',
      'can-i',
      verb,
      kind,
      ...(part ? [`--subresource=${part}`] : []),
      ...(namespace ? ['-n', namespace] : []),
    ];
    const said = await ask(access, args, { signal, timeoutMs: 30_000 });
    if (/^yes\b/m.test(said.out)) return true;
    if (/^no\b/m.test(said.out)) return false;
    throw failure(said, args);
  };
  const [namespace, rights, toolbox, mayNamespace] = await Promise.all([
    there(access, access.namespace, signal),
    Promise.all(
      LAB_RIGHTS.map(async ([verb, resource]) =>
        (await may(verb, resource, access.namespace)) ? null : `${verb} ${resource} (${access.namespace})`,
      ),
    ),
    toolboxThere(access, signal),
    may('create', 'namespaces'),
  ]);
  const make: Plan['make'] = [];
  if (namespace === 'gone') {
    if (mayNamespace) make.push('namespace');
    else
      return { make, toolbox: toolbox ? 'there' : 'not-allowed', lacking: [`create namespaces (${access.namespace})`] };
  }
  const lacking = rights.filter((right) => right !== null);
  if (toolbox) return { make, toolbox: 'there', lacking };
  const tools = await there(access, access.tools, signal);
  if ((tools === 'gone' && !mayNamespace) || !(await may('create', 'daemonsets', access.tools)))
    return { make, toolbox: 'not-allowed', lacking };
  // A namespace that is there has a level of its own, which the API server holds the toolbox to.
  if (tools === 'there' && !(await admitted(access, signal))) return { make, toolbox: 'not-allowed', lacking };
  if (tools === 'gone') make.push('tools-namespace');
  make.push('toolbox');
  return { make, toolbox: 'to-make', lacking };
}

/** A restricted user may not read a namespace that is there: that it is forbidden says as much. */
async function there(access: Access, namespace: string, signal?: AbortSignal): Promise<'there' | 'gone'> {
  const args = ['get', 'namespace', namespace, '-o', 'name'];
  const said = await ask(access, args, { signal, timeoutMs: 30_000 });
  if (said.code === 0 || /forbidden/i.test(said.out)) return 'there';
  if (/not found/i.test(said.out)) return 'gone';
  throw failure(said, args);
}

async function toolboxThere(access: Access, signal?: AbortSignal): Promise<boolean> {
  const said = await ask(
    access,
    [
      '-n',
      access.tools,
      'get',
      'pods',
      '-l',
      'app.kubernetes.io/name=toolbox',
      '-o',
      'jsonpath={.items[*].metadata.name}',
    ],
    { signal, timeoutMs: 30_000 },
  );
  return said.code === 0 && said.out.trim() !== '';
}

/** Whether the API server would let the toolbox's pod in: asked for the pod itself, since it warns only of a DaemonSet's. */
async function admitted(access: Access, signal?: AbortSignal): Promise<boolean> {
  const [daemonset] = manifests('toolbox/daemonset.yaml');
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'toolbox-try', namespace: access.tools },
    spec: daemonset?.spec?.template?.spec,
  };
  const said = await ask(access, ['create', '--dry-run=server', '-f', '-'], {
    input: JSON.stringify(pod),
    signal,
    timeoutMs: 30_000,
  });
  return said.code === 0 || !/PodSecurity|violates/i.test(said.out);
}
