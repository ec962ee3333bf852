import type { Lab } from '../model/lab.ts';
import type { Step } from '../lesson/define.ts';
import type { Tool } from '../model/tool.ts';

/** Makes available what a tool, or a step done with it, takes of the kernel. What can't be had, the tool itself says. */
export async function equip(lab: Lab, tool: Tool, step: Pick<Step, 'requires'> = {}): Promise<void> {
  for (const feature of new Set([...(tool.requires ?? []), ...(step.requires ?? [])])) await lab.require(feature);
}
