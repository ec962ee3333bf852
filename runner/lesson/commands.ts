import type { Where } from '../model/lab.ts';
import type { Command, LabFacts } from './define.ts';

/** A command as it is typed in this lab. */
export const typed = (lab: LabFacts, argv: string[], where: Where): Command => lab.typed(argv, where);

/** bpftrace with a script of ours, or the learner's. A pod doesn't have the file: the shell puts its text on the command line. */
export function bpftrace(lab: LabFacts, options: string[], script: string, args: string[]): Command {
  const path = lab.script(script);
  if (!lab.kube) return typed(lab, ['bpftrace', ...options, path, ...args], 'target');
  const { argv } = lab.typed(['bpftrace', ...options], 'target');
  return { shell: `${argv.map(quote).join(' ')} -e "$(cat ${quote(path)})" ${args.map(quote).join(' ')}` };
}

/** `bpftrace -p PID SCRIPT PID LIBC …`: how every uprobe script of ours is run. */
export const bt =
  (script: string, ...args: ((lab: LabFacts) => number)[]) =>
  (lab: LabFacts): Command =>
    bpftrace(lab, ['-p', String(lab.pid)], script, [
      String(lab.pid),
      lab.libc,
      ...args.map((a) => String(Math.round(a(lab)))),
    ]);

/** `memleak -p PID …`: our own tracer, on the lab's process. */
export const memleak = (lab: LabFacts, ...args: string[]): Command =>
  typed(lab, [lab.memleak, '-p', String(lab.pid), ...args], 'target');

/** What a shell or sudo says of a program that isn't there, in English or Korean; not what the program says of itself. */
export const notThere = (program: string): RegExp =>
  new RegExp(
    `(?:^|[\\s'"‘])${program.replaceAll('/', '\\/')}['"’]?: (?:command not found|not found|No such file or directory|.*(?:찾을 수 없|없습니다))`,
    'm',
  );

const PLAIN = /^[\w@%+=:,./-]+$/;

/** A command as a learner types it in a shell. */
export function display(command: Command): string {
  if ('shell' in command) return command.shell;
  return (command.elevated ? 'sudo ' : '') + command.argv.map(quote).join(' ');
}

/** Quoted for bash where it needs to be. */
export const quote = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
