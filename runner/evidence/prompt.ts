/** Whether a line is a command as typed at a prompt: `$ …`, `me@host:~# …`, `[me@host src]$ …`, `bash-5.2# …`, `❯ …`. */
export function isPrompt(line: string): boolean {
  const [, head, sign] = /^([^$#%>❯➜]{0,80})([$#%>❯➜])(?: |$)/.exec(line) ?? [];
  if (head === undefined) return false;
  // An arrow is no prompt: `[7] malloc(64) -> 0x…`.
  if (sign === '>' && head.endsWith('-')) return false;
  return head === '' || sign === '❯' || (/[@~\]]|^(?:ba)?sh-[\d.]+$/.test(head) && !head.includes(': '));
}
