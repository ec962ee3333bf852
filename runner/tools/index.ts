import type { Tool, ToolKind } from '../model/tool.ts';
import { bcc } from './bcc/index.ts';
import { bpftrace } from './bpftrace/index.ts';
import { gadget } from './gadget/index.ts';
import { loader } from './memleak/index.ts';
import { system } from './system/index.ts';

/** Every tool there is, by kind. */
export const tools = { bcc, bpftrace, gadget, loader, system } satisfies Record<ToolKind, Tool>;
