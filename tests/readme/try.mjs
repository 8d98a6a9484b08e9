// Tries what README.md and the pages of docs/ show, in the current folder, with `vividwalls` on the path:
//
//   node try.mjs http://127.0.0.1:4000
//
// A page is run from its top in a shell of its own: every block that is marked `sh tried`, one after the other. What a
// block prints is compared with the block below it. Then the table of settings is compared with `vividwalls config`.
// README.md comes first, the other pages follow by name. The server needs what docs/connections.md starts it with.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

const base = process.argv[2] ?? 'http://127.0.0.1:4000';
const root = fileURLToPath(new URL('../..', import.meta.url));
const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md')).sort();
const pages = ['README.md', ...guides.map((name) => `docs/${name}`)];
const texts = new Map(pages.map((page) => [page, readFileSync(join(root, page), 'utf8')]));
const problems = [];
// Settings of whoever calls this are not the examples'.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(VIVIDWALLS_|DATABASE_URL$)/.test(name)),
);

const tried = [];
for (const [page, text] of texts) {
  const blocks = [...text.matchAll(/^```sh tried\n([^]*?)^```\n(?:\n```(json|text)\n([^]*?)^```\n)?/gm)];
  if (blocks.length === 0) continue;
  tried.push(`${page} (${blocks.length})`);
  tryPage(page, blocks);
}
if (!tried.some((page) => page.startsWith('README.md'))) problems.push('README.md has nothing to try');

const table = texts.get('README.md').matchAll(/^\| `([A-Z_]+)` \| (?:`(.*?)` )?\|/gm);
const shown = [...table].map(([, name, value = '']) => `${name}=${value}`);
const settings = execFileSync('vividwalls', ['config'], { encoding: 'utf8', env: environment });
const real = settings.trim().split('\n').map((line) => line.replace(/ +# default$/, ''));
for (const line of real) if (!shown.includes(line)) problems.push(`the settings of README.md lack ${line}`);
for (const line of shown) if (!real.includes(line)) problems.push(`README.md has a setting that is none: ${line}`);

for (const problem of problems) console.error(`FAILED ${problem}`);
if (problems.length > 0) process.exit(1);
console.log(`The examples print what the pages show: ${tried.join(', ')}.`);
console.log(`The ${shown.length} settings of README.md are those of the server.`);

function tryPage(page, blocks) {
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  const part = ([, commands], index) => `{\n${commands}} >'${join(folder, String(index))}' 2>&1\n`;
  const script = blocks.map(part).join('').replaceAll('http://127.0.0.1:4000', base);
  try {
    try {
      execFileSync('bash', ['-eu', '-o', 'pipefail', '-c', script], { timeout: 60_000, env: environment });
    } catch (error) {
      problems.push(`the commands of ${page} end with ${error.status ?? error.code}`);
    }
    for (const [index, [, commands, kind, expected = '']] of blocks.entries()) {
      const printed = read(join(folder, String(index)));
      if (same(kind, printed, expected)) continue;
      problems.push(`not what ${page} shows:\n${commands}\nprinted\n\n${pretty(kind, printed)}`);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '(nothing: it was not reached)';
  }
}

function same(kind, printed, expected) {
  if (kind !== 'json') return printed.trim() === expected.trim();
  try {
    return isDeepStrictEqual(JSON.parse(printed), JSON.parse(expected));
  } catch {
    return false;
  }
}

function pretty(kind, printed) {
  try {
    return kind === 'json' ? JSON.stringify(JSON.parse(printed), null, 2) : printed;
  } catch {
    return printed;
  }
}
