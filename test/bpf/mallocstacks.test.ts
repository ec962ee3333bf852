import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readBcc } from '../../runner/tools/bcc/read.ts';
import { codes, from } from '../tools/bcc/reading.ts';
import { folder, python } from './running.ts';

const notices = async (text: string) => {
  const found = [];
  for await (const e of readBcc(from([text]))) found.push(e);
  return codes(found);
};

describe('mallocstacks', () => {
  it('explains itself', async () => {
    const { code, out, err } = await python('mallocstacks', ['--help']);
    expect([code, err]).toEqual([0, '']);
    for (const word of [
      'usage: mallocstacks [-h] -p PID [--size N] [-d SECONDS] [--top N] [--json]',
      '--pid',
      '--duration',
      'EXAMPLES:',
      'Exit status: 0',
      '3 the process ended',
    ])
      expect(out).toContain(word);
  });

  it.each([
    [[], /the following arguments are required: -p\/--pid/],
    [['-p'], /argument -p\/--pid: expected one argument/],
    [['-p', '<pid>'], /argument -p\/--pid: '<pid>' is not a whole number/],
    [['-p', '0'], /not a whole number from 1/],
    [['-p', '-7'], /-p/],
    [['-p', '99999999999'], /not a whole number from 1 to 2147483647/],
    [['-p', '٣'], /not a whole number/],
    [['-p', '7', '--size', '1MiB'], /argument --size: '1MiB'/],
    [['-p', '7', '--size', '18446744073709551616'], /argument --size/],
    [['-p', '7', '-d', '0'], /argument -d\/--duration/],
    [['-p', '7', '--top', '1.5'], /argument --top/],
    [['-p', '7', '--bytes', '9'], /unrecognized arguments: --bytes 9/],
  ])('%j is wrong usage', async (args, says) => {
    const { code, out, err } = await python('mallocstacks', args);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/^usage: mallocstacks /);
    expect(err).toMatch(says);
    expect(await notices(err)).toEqual(['bad-usage']);
  });

  it('says that there is no such process, before anything else', async () => {
    const child = spawn('true');
    await new Promise((done) => child.on('close', done));
    const { code, out, err } = await python('mallocstacks', ['-p', String(child.pid)]);
    expect([code, out, err]).toEqual([1, '', `mallocstacks: there is no process ${child.pid}\n`]);
    expect(await notices(err)).toEqual(['no-such-process']);
  });
  it('needs root, or BCC’s Python side', async () => {
    const sleeping = spawn('sleep', ['600']);
    onTestFinished(() => void sleeping.kill());
    const dir = folder({ 'bcc/__init__.py': 'raise ImportError' });
    const { code, out, err } = await python('mallocstacks', ['-p', String(sleeping.pid)], { PYTHONPATH: dir });
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^mallocstacks: .+\n$/);
    expect(await notices(err)).toEqual([process.getuid?.() === 0 ? 'tool-missing' : 'needs-root']);
  });

  it.each(['mallocstacks', 'bcc-start.py'])('%s is Python that compiles', async (name) => {
    const dir = folder({
      'compile.py':
        'import sys\ncompile(open(sys.argv[1], encoding="utf-8").read(), sys.argv[1], "exec", dont_inherit=True)\n',
    });
    const { code, err } = await python(join(dir, 'compile.py'), [join(import.meta.dirname, '../../bpf', name)], {});
    expect([code, err]).toEqual([0, '']);
  });
});
