import { commands, shapes } from './commands/index.ts';
import { parse } from './cli/parse.ts';
import { assertOwn, diskError } from './disk.ts';
import { EXIT, WorkshopError } from './errors.ts';
import { innermostClaim } from './interrupts.ts';
import { languageOf } from './words/language.mjs';

/** Signals that come closer than this are one press of Ctrl-C, ms. */
const ONE_PRESS_MS = 300;

/** The composition root: argv → command → exit code. Nothing else sets one. */
export async function main(argv: string[]): Promise<number> {
  // Whoever read is gone, or the terminal is: labs are taken down all the same.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  const interrupt = new AbortController();
  let received: NodeJS.Signals | null = null;
  let lastAt = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    const since = Date.now() - lastAt;
    lastAt = Date.now();
    // npm passes on the Ctrl-C that the terminal has sent us already: one press, two signals.
    if (since < ONE_PRESS_MS) return;
    const claimed = signal === 'SIGINT' && received === null ? innermostClaim() : undefined;
    if (claimed) return claimed();
    // A second Ctrl-C is for a person who will not wait: `down` repairs what is left.
    if (received !== null) process.exit(exitOf(signal));
    received = signal;
    interrupt.abort(new Interrupted(signal));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  const command = async (): Promise<number> => {
    try {
      const { declaration, asked } = await parse(argv, commands, { signal: interrupt.signal, commands: shapes });
      assertOwn();
      return await declaration.run(asked);
    } catch (caught) {
      if (received !== null) return exitOf(received);
      const error = diskError(caught) ?? caught;
      const { reportError } = await import('./terminal/errors.ts');
      reportError(error as Error, languageOf(argv), { debug: argv.includes('--debug') });
      return error instanceof WorkshopError ? error.exit : EXIT.fault;
    }
  };
  const code = await command();
  const clean = await closed(argv);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(signal, onSignal);
  if (received !== null) return exitOf(received);
  return clean || code !== EXIT.ok ? code : EXIT.environment;
}

/** Clusters of this session end with it, and streams from pods. What can't be taken away now is told, and `down`'s to repair. */
async function closed(argv: string[]): Promise<boolean> {
  const { closeAll } = await import('./environments/index.ts');
  const lang = languageOf(argv);
  const errors = await closeAll((stage) => {
    if (stage.state !== 'began') return;
    void import('./words/index.ts').then(({ words }) => process.stderr.write(`${words(lang)('session.closing')}\n`));
  });
  if (errors.length === 0) return true;
  const { reportError } = await import('./terminal/errors.ts');
  for (const error of errors) reportError(error, lang, { debug: argv.includes('--debug') });
  return false;
}

/** Why everything under way was stopped. */
export class Interrupted extends Error {
  readonly signal: NodeJS.Signals;
  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.signal = signal;
  }
}

const exitOf = (signal: NodeJS.Signals): number => (signal === 'SIGINT' ? EXIT.interrupted : EXIT.terminated);
