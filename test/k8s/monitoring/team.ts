// A team that gets messages, as text.
import { expect } from 'vitest';
import { type Mail, mailServer, webhook } from './receivers.ts';

/** Slack, Teams and mail of one team, and what they have got as text. */
export async function team() {
  const [slack, teams, mail] = await Promise.all([webhook('ok'), webhook(''), mailServer()]);
  return {
    slack,
    teams,
    mail,
    addresses: { slack: slack.url, teams: teams.url, mail: mail.port },
    said: () => ({ slack: slack.got.map(slackSaid), teams: teams.got.map(teamsSaid), mail: mail.got.map(mailSaid) }),
    close: () => Promise.all([slack.close(), teams.close(), mail.close()]),
  };
}
export type Team = Awaited<ReturnType<typeof team>>;

export function slackSaid(body: unknown): string {
  const { attachments } = body as { attachments: { title: string; text: string; color: string }[] };
  expect(attachments).toHaveLength(1);
  return attachments.map(({ title, text, color }) => `${color}\n${title}\n${text}`).join();
}
export function teamsSaid(body: unknown): string {
  const { type, attachments } = body as {
    type: string;
    attachments: { contentType: string; content: { type: string; body: { type: string; text: string }[] } }[];
  };
  expect(type).toBe('message');
  expect(attachments.map(({ contentType }) => contentType)).toEqual(['application/vnd.microsoft.card.adaptive']);
  const [{ content }] = attachments as [(typeof attachments)[number]];
  expect(content.body.map((block) => block.type)).toEqual(['TextBlock', 'TextBlock']);
  return content.body.map(({ text }) => text).join('\n');
}
export const mailSaid = ({ subject, text, html }: Mail) => `${subject}\n${text}\n${html}`;

/** Each of a team's media, once it has got a message in which this stands. */
export const have = (one: Team, text: string | RegExp) =>
  Object.values(one.said()).every((messages) =>
    messages.some((m) => (typeof text === 'string' ? m.includes(text) : text.test(m))),
  );
export const everything = (one: Team) => Object.values(one.said()).flat().join('\n');
