import type { Readable } from 'node:stream';

/** How a command runs in a place. */
export interface ExecOptions {
  /** Through sudo, under the elevated parent that ends it when its stdin closes. */
  elevated?: boolean;
  /** Added to the place's environment. */
  env?: Record<string, string>;
  cwd?: string;
  signal?: AbortSignal;
  /** Ends the command after so many ms: SIGINT first, so that tools detach cleanly. */
  timeoutMs?: number;
}

/** How a command ended: `code` null when a signal ended it. */
export interface Ending {
  code: number | null;
  signal: string | null;
  timedOut: boolean;
  /** Set when it could not be started at all. */
  error: string | null;
}

/** A command under way: stdout and stderr joined in the order they came. `ended` never rejects. */
export interface Running {
  output: Readable;
  ended: Promise<Ending>;
  /** SIGINT, then SIGTERM, then SIGKILL; resolves once it is gone. */
  stop(): Promise<void>;
}

/** Where tools run: on this machine, installed on it, or in a cluster, from an image that has them. */
export type Site = 'machine' | 'cluster';

/** Where a command can run. */
export interface Place {
  exec(argv: readonly string[], options?: ExecOptions): Running;
  /** The path of a program on this place's PATH (and sbin), or null. */
  which(program: string): Promise<string | null>;
  /** What a shell beside the lab needs so that tools run as they do here. */
  env(): Record<string, string>;
}
