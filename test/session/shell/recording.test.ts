import { spawn } from '@lydell/node-pty';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import '../../lesson/checkout.ts';
import { recording } from '../../../runner/session/shell/recording.ts';
import { eventually } from '../../e2e/world.ts';

const running = (marker: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${marker}\0`;
    } catch {
      return false;
    }
  });

it('what a shell that hangs up does not know of hangs up with it, and nothing else does', async () => {
  // As what bash has started and not yet noted, when the signal comes.
  const [unknown, other] = [`7${process.pid}.5`, `8${process.pid}.5`];
  const shell = recording({ name: 'lab', kubeconfig: undefined }, async () => {});
  const [program = '', ...argv] = shell.argv;
  const pty = spawn(program, argv, { env: process.env as Record<string, string> });
  let screen = '';
  pty.onData((data) => (screen += data));
  await eventually('a prompt', () => screen.includes('(lab)'));
  pty.write(`sleep ${unknown} & disown; setsid sleep ${other} &\r`);
  await eventually('both', () => running(unknown).length + running(other).length === 2);
  try {
    shell.hangUp();
    await shell.end();
    await eventually('it is gone', () => running(unknown).length === 0);
    expect(running(other)).toHaveLength(1);
  } finally {
    for (const pid of running(other)) process.kill(Number(pid));
    pty.kill();
  }
});
