/**
 * Every tool by kind, with the names that it gives to the steps of a lesson (`lab.NAME`). Nobody keeps a list: each folder
 * under tools/ adds its own line, where the tool is (`declare module`).
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the tools
export interface Tools {}

/** Every environment by kind, added the same way by each folder under environments/. */
// biome-ignore lint/suspicious/noEmptyInterface: filled by the environments
export interface Environments {}

/** What observes: `tools/KIND/`. */
export type ToolKind = keyof Tools;

/** What provides labs: `environments/KIND/`. */
export type EnvironmentKind = keyof Environments;

type Together<U> = (U extends unknown ? (one: U) => void : never) extends (all: infer All) => void ? All : never;

/** The names of all tools together. */
export type ToolNames = Together<Tools[ToolKind]>;
