import { spawn } from '../../exec.ts';
import type { ExecOptions, Place, Running } from '../../model/place.ts';
import { hostPlace } from '../local/place.ts';
import { type Access, kubeEnv } from './kubectl.ts';

/** A tool in a pod is told by its stdin alone that nobody reads it any more; memleak takes this long to let go, ms. */
const HANG_UP_MS = 6000;

/** Where the learner types kubectl: this machine, with our cluster's kubeconfig and no other. */
export function localPlace(access: Access): Place {
  const env = () => kubeEnv(access);
  return {
    exec(argv: readonly string[], { elevated: _, env: more, ...rest }: ExecOptions = {}): Running {
      // What a command leaves in a pod is ended by the guard there once stdin closes; kubectl itself would just be gone.
      const there = argv.some((word) => /\bexec -i\b/.test(word)) || (argv.includes('exec') && argv.includes('-i'));
      return spawn(argv, { ...rest, env: { ...env(), ...more }, ...(there ? { hangUpMs: HANG_UP_MS } : {}) });
    },
    which: (program) => hostPlace.which(program),
    env,
  };
}

/** The toolbox itself: what finds tools and tries them. */
export function toolboxPlace(access: Access, toolbox: string): Place {
  const inside = (argv: readonly string[]) => ['kubectl', '-n', access.tools, 'exec', '-i', toolbox, '--', ...argv];
  const exec: Place['exec'] = (argv, { elevated: _, env: __, cwd: ___, ...rest } = {}) =>
    spawn(inside(argv), { ...rest, env: kubeEnv(access), hangUpMs: HANG_UP_MS });
  return {
    exec,
    async which(program) {
      const running = exec(['sh', '-c', 'command -v -- "$1"', 'which', program], { timeoutMs: 15_000 });
      let out = '';
      for await (const chunk of running.output) out += String(chunk);
      return (await running.ended).code === 0 ? out.trim() : null;
    },
    env: () => kubeEnv(access),
  };
}
