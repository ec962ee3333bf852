/**
 * What benchmarks share: rounds here, figures.ts what is made of their times, processes.ts what they start. A machine's
 * speed changes from one second to the next: what is compared runs in turn within a round, and ratios are taken there.
 */

import type { Times } from './figures.ts';
import { interrupted } from './interrupt.ts';

export { interrupted };

export interface Contender {
  name: string;
  /** One run: resolves to what it took, ms. */
  time(): Promise<number>;
}

/** Runs all contenders once a round, each round beginning with another one, after a round that isn't counted. */
export async function interleaved(rounds: number, contenders: readonly Contender[]): Promise<Times> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      interrupted.throwIfAborted();
      const { name, time } = contenders[(Math.max(0, round) + i) % contenders.length] as Contender;
      const ms = await time();
      if (round >= 0) times.get(name)?.push(ms);
    }
  }
  return times;
}
