import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { vi } from 'vitest';
import { kubeEnvironment, type Provider } from '../../../runner/environments/kube/environment.ts';
import type { Machine } from '../../commands/machine.ts';
import { faked, line } from './faked.ts';

/** As the toolbox and the service's ledger answer. */
const TARGET = 'pid 21873\ninner 1\nlibc /usr/lib/libc.so.6\nmap 1000-2000 r--p\n';
export const LEDGER = 'lines 3\nready health=8080 metrics=9090\n+ 1 0xa 1048576\n+ 2 0xb 1048576\n';

/**
 * A kubectl that answers from files: `pods`, `toolbox`, `target`, `ledger` (whose stream goes on until `ended` is there)
 * and `delete`; a file `NAME.code` is how that ends. What is created is kept in `created`, with the records there then.
 */
const LINES = `
answer() { [ ! -e "$FAKE_BIN/$1" ] || cat "$FAKE_BIN/$1"; exit "$(cat "$FAKE_BIN/$1.code" 2>/dev/null || echo 0)"; }
case "$*" in
*" delete "*) answer delete ;;
*" tail "*) cat "$FAKE_BIN/ledger"; until [ -e "$FAKE_BIN/ended" ]; do sleep 0.02; done ;;
*" target "*) answer target ;;
*"name=toolbox"*) answer toolbox ;;
*"instance="*) answer pods ;;
*"get namespace"*) echo uid ;;
"create "*) cat >"$FAKE_BIN/created"; ls "$XDG_STATE_HOME/ebpf-workshop/labs" >"$FAKE_BIN/records"; answer create ;;
esac`;

export interface Cluster extends Machine {
  /** What kubectl answers from now on. */
  says(what: 'pods' | 'toolbox' | 'target' | 'ledger' | 'create' | 'delete', text: string, code?: number): void;
  /** Its container ends, and the stream of its ledger with it. */
  end(): void;
  /** What kubectl was told to delete. */
  deleted(): string[];
}

/** A cluster with a ready leaker and a ready toolbox. */
export function cluster(): Cluster {
  const m = faked('kubectl', LINES);
  vi.stubEnv('XDG_STATE_HOME', join(m.dir, 'state'));
  mkdirSync(join(m.dir, 'state'));
  writeFileSync(join(m.dir, 'kubeconfig'), '');
  const says: Cluster['says'] = (what, text, code = 0) => {
    writeFileSync(join(m.dir, what), text);
    writeFileSync(join(m.dir, `${what}.code`), String(code));
    rmSync(join(m.dir, 'ended'), { force: true });
  };
  says('pods', line({}));
  says('toolbox', line({ name: 'toolbox-x' }));
  says('target', TARGET);
  says('ledger', LEDGER);
  return {
    ...m,
    says,
    end: () => writeFileSync(join(m.dir, 'ended'), ''),
    deleted: () => m.calls().filter((c) => c.includes(' delete ')),
  };
}

/** An environment in that cluster. */
export const environmentIn = (c: Cluster, over: Partial<Provider> = {}) =>
  kubeEnvironment({
    kind: 'kind',
    needs: () => [],
    open: async () => {},
    close: async () => {},
    access: () => ({ kubeconfig: join(c.dir, 'kubeconfig'), namespace: 'memleak-demo', tools: 'memleak-tools' }),
    images: () => ({ leaker: 'leaker:1', toolbox: 'toolbox:1' }),
    gone: async () => false,
    leftovers: async () => [],
    sweep: async (_how, _all, { going }, remove) => remove(going),
    ...over,
  });
