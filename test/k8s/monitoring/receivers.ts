// Slack, Teams and a mail server as Alertmanager sees them, on this machine.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** What a team's mail server asks for; alertmanager.yml names the user, and a file of its own has the password. */
export const MAILER = { user: 'alerts@example.com', password: 'p 4 s$s' };
const MAX_BODY = 1 << 20;

export interface Webhook {
  url: string;
  /** Each message that was answered well, in the order of their coming. */
  got: unknown[];
  /** How many were turned away. */
  refused(): number;
  /** Whether it answers, from now on; Slack says `ok`. */
  answers: boolean;
  close(): Promise<void>;
}

export async function webhook(answer: 'ok' | '', port = 0, answers = true): Promise<Webhook> {
  let refused = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk) => {
      body += chunk;
      if (body.length > MAX_BODY) request.destroy(new Error('no message is as long as that'));
    });
    request.on('end', () => {
      if (hook.answers) hook.got.push(JSON.parse(body));
      else refused++;
      response.writeHead(hook.answers ? (answer ? 200 : 202) : 503).end(hook.answers ? answer : 'away');
    });
  });
  const hook: Webhook = {
    url: `http://127.0.0.1:${await listening(server, port)}/hook`,
    got: [],
    refused: () => refused,
    answers,
    close: () => closed(server),
  };
  return hook;
}

export interface Mail {
  to: string[];
  subject: string;
  text: string;
  html: string;
  /** The header lines as they came, unfolded. */
  headers: string[];
}

export async function mailServer(port = 0): Promise<{ port: number; got: Mail[]; close(): Promise<void> }> {
  const got: Mail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    authMethods: ['PLAIN'],
    onAuth: ({ username, password }, _, done) =>
      username === MAILER.user && password === MAILER.password
        ? done(null, { user: username })
        : done(new Error('not with these')),
    onData(stream, session, done) {
      let raw = '';
      stream.setEncoding('utf8');
      stream.on('data', (chunk: string) => (raw += raw.length < MAX_BODY ? chunk : ''));
      stream.on('end', () => {
        got.push(
          parsed(
            raw,
            session.envelope.rcptTo.map(({ address }) => address),
          ),
        );
        done();
      });
    },
  });
  server.on('error', () => {});
  server.listen(port, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    got,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** A mail as Alertmanager makes it: a header, and a part of text and one of HTML, quoted-printable. */
function parsed(raw: string, to: string[]): Mail {
  const [head = '', ...rest] = raw.split('\r\n\r\n');
  const headers = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const value = (name: string) => headers.find((h) => h.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
  const boundary = /boundary=(\S+)/.exec(value('Content-Type'))?.[1] ?? '';
  const parts = rest.join('\r\n\r\n').split(`--${boundary}`);
  const part = (type: string) => {
    const found = parts.find((p) => p.includes(`Content-Type: ${type}`)) ?? '';
    return printable(found.slice(found.indexOf('\r\n\r\n') + 4).replace(/=\r\n/g, ''));
  };
  const subject = value('Subject')
    .replace(/\?=\s+=\?utf-8\?q\?/gi, '')
    .replace(/=\?utf-8\?q\?(.*?)\?=/gi, (_, q: string) => printable(q.replaceAll('_', ' ')));
  return { to, subject, text: part('text/plain'), html: part('text/html'), headers };
}

const printable = (text: string) =>
  Buffer.from(
    text
      .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
      .replace(
        // What was not quoted is in the text as it is.
        /[^\0-\xff]/g,
        '?',
      ),
    'latin1',
  ).toString('utf8');

export async function listening(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

export function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
