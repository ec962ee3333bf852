import type { Command, LabFacts } from './define.ts';

/** `bpftrace -p PID SCRIPT PID LIBC …`: how every uprobe script of ours is run. */
export const bt =
  (script: string, ...args: ((lab: LabFacts) => number)[]) =>
  (lab: LabFacts): Command => ({
    argv: ['bpftrace', '-p', String(lab.pid), lab.script(script), String(lab.pid), lab.libc, ...args.map((a) => String(Math.round(a(lab))))],
    elevated: true,
  });

/** What a shell or sudo says of a program that isn't there, in English or Korean; not what the program says of itself. */
export const notThere = (program: string): RegExp => new RegExp(`(?:^|[\\s'"‘])${program.replaceAll('/', '\\/')}['"’]?: (?:command not found|not found|No such file or directory|.*(?:찾을 수 없|없습니다))`, 'm');

const PLAIN = /^[\w@%+=:,./-]+$/;

/** A command as a learner types it in a shell. */
export function display(command: Command): string {
  if ('shell' in command) return command.shell;
  return (command.elevated ? 'sudo ' : '') + command.argv.map(quote).join(' ');
}

/** Quoted for bash where it needs to be. */
export const quote = (word: string): string => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
