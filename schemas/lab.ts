import * as z from 'zod';
import { count, env, labSpec } from './parts.ts';

/** The document of `workshop up --json`. */
export const lab = z.strictObject({
  schema: z.literal('ebpf-workshop/lab/1'),
  id: z.string(),
  fresh: z.boolean().describe('false: it was up already'),
  environment: env,
  spec: labSpec,
  target: z.strictObject({
    pid: z.int().describe('as the tracer sees it'),
    startTime: z.string().describe('clock ticks since boot'),
    innerPid: z.int().describe('in its own pid namespace'),
    comm: z.string(),
    libc: z.string().describe('as the tracer sees it; a static target’s own binary'),
    healthPort: z.int(),
    metricsPort: z.int(),
    logFile: z.string(),
    startedAt: z.number().describe('ms since epoch'),
    kube: z
      .strictObject({
        namespace: z.string(),
        deployment: z.string(),
        pod: z.string(),
        container: z.string(),
        containerId: z.string(),
        node: z.string(),
        nodePid: z.int().describe('as the node numbers it'),
        toolbox: z.string(),
        tools: z.string().describe('the namespace of the toolbox'),
        restarts: count,
        lastEnd: z.string().describe('why the last one ended; empty: none has'),
      })
      .nullable()
      .describe('null: a process of this host'),
  }),
});
