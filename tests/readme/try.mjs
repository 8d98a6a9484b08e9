// Tries what README.md shows, in the current folder, with `vividwalls` on the path:
//
//   node try.mjs http://127.0.0.1:4000
//
// Runs every block that is marked `sh tried` in one shell, one after the other, and compares what it prints with
// the block below it. Then compares the table of settings with `vividwalls config`.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const base = process.argv[2] ?? 'http://127.0.0.1:4000';
const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const problems = [];

const blocks = [...readme.matchAll(/^```sh tried\n([^]*?)^```\n(?:\n```(json|text)\n([^]*?)^```\n)?/gm)];
if (blocks.length === 0) problems.push('README.md has nothing to try');
const folder = mkdtempSync(join(tmpdir(), 'readme-'));
try {
  const script = blocks.map(([, commands], index) => `{\n${commands}} >'${join(folder, String(index))}' 2>&1\n`).join('');
  try {
    execFileSync('bash', ['-eu', '-o', 'pipefail', '-c', script.replaceAll('http://127.0.0.1:4000', base)], { timeout: 60_000 });
  } catch (error) {
    problems.push(`the commands of README.md end with ${error.status ?? error.code}`);
  }
  for (const [index, [, commands, kind, expected = '']] of blocks.entries()) {
    const printed = read(join(folder, String(index)));
    if (!same(kind, printed, expected)) problems.push(`not what README.md shows:\n${commands}\nprinted\n\n${pretty(kind, printed)}`);
  }
} finally {
  rmSync(folder, { recursive: true });
}

const shown = [...readme.matchAll(/^\| `([A-Z_]+)` \| (?:`(.*?)` )?\|/gm)].map(([, name, value = '']) => `${name}=${value}`);
const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VIVIDWALLS_|DATABASE_URL$)/.test(name)));
const settings = execFileSync('vividwalls', ['config'], { encoding: 'utf8', env: environment });
const real = settings.trim().split('\n').map((line) => line.replace(/ +# default$/, ''));
for (const line of real) if (!shown.includes(line)) problems.push(`the settings of README.md lack ${line}`);
for (const line of shown) if (!real.includes(line)) problems.push(`README.md has a setting that is none: ${line}`);

for (const problem of problems) console.error(`FAILED ${problem}`);
if (problems.length > 0) process.exit(1);
console.log(`${blocks.length} examples of README.md print what it shows, and its ${shown.length} settings are those of the server.`);

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
