// Stands in for Inspektor Gadget's `ig` 0.55 on a host: takes what the real one takes and no more, prints what it prints, and
// finds libc where it does. What the kernel shows comes from our own loader. What it was asked goes to the log, with who asked.
import { spawn, spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = dirname(realpathSync(fileURLToPath(import.meta.url)));
const { memleak, log } = JSON.parse(readFileSync(join(here, 'ig.json'), 'utf8'));
const argv = process.argv.slice(2);
appendFileSync(log, `${process.getuid()} ${argv.join(' ')}\n`);

const fail = (text) => {
  console.error(`Error: ${text}`);
  process.exit(1);
};
const mine = join(here, 'mine.o');
const asked = argv.join(' ');

if (asked === 'version') console.log('v0.55.1');
else if (process.getuid() !== 0) fail('list gadgets: open /var/lib/ig/oci-store/index.json: permission denied');
else if (asked === 'image list')
  console.log(
    'REPOSITORY       TAG              DIGEST       CREATED         \nmemleak          latest           0e3f9e21d76c 58 seconds ago',
  );
else if (asked.startsWith('image build -t memleak:mine ')) build(argv.at(-1));
else if (argv[0] === 'run') run(argv[1], options(argv.slice(2)));
else fail(`unknown command "${asked}" for "ig"`);

function build(dir) {
  const { status, stderr } = spawnSync('make', ['-s', '-C', dir, 'gadget', `BUILD=${dir}`]);
  if (status !== 0) fail(String(stderr));
  copyFileSync(join(dir, 'memleak.gadget.o'), mine);
  console.log('Successfully built ghcr.io/inspektor-gadget/gadget/memleak:mine@sha256:0');
}

function options(words) {
  const found = {};
  for (let i = 0; i < words.length; i++) {
    const [name, value] = words[i].split(/=(.*)/s);
    if (['--host', '--collect-ustack', '--verify-image'].includes(name)) found[name] = value ?? 'true';
    else if (['-o', '--timeout', '--annotate', '--pid', '--min-size'].includes(name)) found[name] = value ?? words[++i];
    else fail(`unknown flag: ${name}`);
  }
  return found;
}

/** Whether the cache of the machine names the libc that a process has mapped. */
function found(pid) {
  const mapped = /(\/\S*\/libc\.so\.6)$/m.exec(readFileSync(`/proc/${pid}/maps`, 'utf8'))?.[1];
  const cached = readFileSync('/etc/ld.so.cache', 'latin1').match(/\/[^\0]*\/libc\.so\.6/g) ?? [];
  return mapped !== undefined && cached.some((path) => realpathSync(path) === realpathSync(mapped));
}

function run(image, given) {
  if (given['--host'] !== 'true')
    fail(`pre-starting operators: pre-starting operator "LocalManager": container-collection isn't available`);
  if (given['--verify-image'] !== 'false') fail('verifying image: no signature found');
  const every = Number(/^memleak:fetch-interval=(.*)s$/.exec(given['--annotate'])?.[1]) * 1000;
  const lasts = Number(given['--timeout']) * 1000;
  console.error(
    `time="2026-11-27T15:34:15Z" level=warning msg="container-collection isn't available: no containers will be traced"`,
  );
  if (!memleak || !found(given['--pid'])) {
    const list = setInterval(() => console.log('[]'), every);
    setTimeout(() => clearInterval(list), lasts);
    return;
  }
  // It counts from its first list on.
  setTimeout(() => {
    console.log('[]');
    const program = image === 'memleak:mine' ? `--gadget=${mine}` : '--gadget';
    const least = given['--min-size'] ? ['--min-size', given['--min-size']] : [];
    const seconds = ['-i', String(every / 1000), '-d', String((lasts - every) / 1000)];
    const child = spawn(memleak, ['-p', given['--pid'], program, ...seconds, ...least], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    createInterface({ input: child.stdout }).on('line', (line) =>
      console.log(JSON.stringify(JSON.parse(line).map(enriched))),
    );
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  }, every);
}

/** Fields by name, and those that say which container: on a host, none. */
function enriched(site) {
  const more = {
    ...site,
    k8s: { containerName: '', hostnetwork: false, namespace: '', node: '', podName: '' },
    runtime: { containerId: '', containerName: '', runtimeName: '' },
  };
  return Object.fromEntries(Object.entries(more).sort(([a], [b]) => (a < b ? -1 : 1)));
}
