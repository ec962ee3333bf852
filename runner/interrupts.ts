/** Whom Ctrl-C is for: the innermost thing under way that claimed it; with no claim, the whole run. */
const claims: (() => void)[] = [];

/** Takes Ctrl-C for something that can be ended alone, such as a tool. Returns what gives it up again. */
export function claimInterrupt(act: () => void): () => void {
  claims.push(act);
  return () => {
    const at = claims.lastIndexOf(act);
    if (at >= 0) claims.splice(at, 1);
  };
}

/** Ctrl-C as a key: a terminal in raw mode sends no signal. */
export const pressInterrupt = (): void => void process.emit('SIGINT', 'SIGINT');

export const innermostClaim = (): (() => void) | undefined => claims.at(-1);
