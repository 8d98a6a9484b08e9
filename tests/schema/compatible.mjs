// Compares schema.graphql with that of an earlier commit, and fails when a breaking change is not announced:
//
//   node tests/schema/compatible.mjs [REF]
//
// REF is the newest tag when it is left out, and without tags the parent of the commit that last changed
// schema.graphql. A breaking change is announced by its coordinates, such as `Type.field`, `Type.field(argument:)` or
// `Enum.VALUE`, below a heading "### Breaking" of CHANGELOG.md: in "## Unreleased" or, when REF is the tag of a release
// that has a section, in any section above that one. When git does not have the earlier schema, as in a shallow clone,
// nothing is compared. graphql-js is the one of tests/language: run `npm ci` there first.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// What graphql-js says of each kind of breaking change, and its coordinates in it.
const places = {
  TYPE_REMOVED: [/^(\w+) was removed\.$/, '$1'],
  TYPE_CHANGED_KIND: [/^(\w+) changed from .*$/, '$1'],
  TYPE_REMOVED_FROM_UNION: [/^\w+ was removed from union type (\w+)\.$/, '$1'],
  VALUE_REMOVED_FROM_ENUM: [/^(\w+) was removed from enum type (\w+)\.$/, '$2.$1'],
  REQUIRED_INPUT_FIELD_ADDED: [/^A required field (\w+) on input type (\w+) was added\.$/, '$2.$1'],
  IMPLEMENTED_INTERFACE_REMOVED: [/^(\w+) no longer implements interface \w+\.$/, '$1'],
  FIELD_REMOVED: [/^(\w+\.\w+) was removed\.$/, '$1'],
  FIELD_CHANGED_KIND: [/^(\w+\.\w+) changed type from .*$/, '$1'],
  REQUIRED_ARG_ADDED: [/^A required arg (\w+) on (\w+\.\w+) was added\.$/, '$2($1:)'],
  ARG_REMOVED: [/^(\w+\.\w+) arg (\w+) was removed\.$/, '$1($2:)'],
  ARG_CHANGED_KIND: [/^(\w+\.\w+) arg (\w+) has changed type from .*$/, '$1($2:)'],
  DIRECTIVE_REMOVED: [/^(\w+) was removed\.$/, '@$1'],
  DIRECTIVE_ARG_REMOVED: [/^(\w+) was removed from (\w+)\.$/, '@$2($1:)'],
  REQUIRED_DIRECTIVE_ARG_ADDED: [/^A required arg (\w+) on directive (\w+) was added\.$/, '@$2($1:)'],
  DIRECTIVE_REPEATABLE_REMOVED: [/^Repeatable flag was removed from (\w+)\.$/, '@$1'],
  DIRECTIVE_LOCATION_REMOVED: [/^\w+ was removed from (\w+)\.$/, '@$1'],
};

const graphql = createRequire(new URL('../language/package.json', import.meta.url))('graphql');
const root = fileURLToPath(new URL('../..', import.meta.url));

const ref = process.argv[2] ?? newestTag() ?? parentOfLastChange();
const before = ref && git('show', `${ref}:schema.graphql`);
if (!before) {
  const shallow = git('rev-parse', '--is-shallow-repository') !== 'false\n';
  if (process.argv[2] && !shallow) fail(`there is no schema.graphql in ${ref}`);
  console.log('There is no earlier schema.graphql here: nothing is compared.');
  process.exit();
}

const [old, current] = [before, read('schema.graphql')].map((text) => graphql.buildSchema(text));
const dangerous = graphql.findDangerousChanges(old, current);
// A standard scalar that nothing uses any more is only what follows from another change.
const changes = graphql.findBreakingChanges(old, current).filter(({ description }) => !/^Standard/.test(description));
const breaking = changes.map((change) => ({ ...change, at: coordinates(change) }));

for (const { description } of dangerous) console.log(`may matter to clients: ${description}`);
const announced = announcements(read('CHANGELOG.md'));
const missing = breaking.filter(({ at }) => !announced.includes(`\`${at}\``));
for (const { at, description } of missing) console.error(`FAILED \`${at}\`: ${description}`);
if (missing.length > 0) {
  fail(`name these coordinates in CHANGELOG.md, under "### Breaking" of "## Unreleased", or keep what ${ref} has`);
}
console.log(`Compared with ${ref}: ${breaking.length} breaking changes, all of them announced.`);

/** What git prints; nothing when it fails. */
function git(...options) {
  try {
    const stdio = ['ignore', 'pipe', 'ignore'];
    return execFileSync('git', options, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28, stdio });
  } catch {
    return undefined;
  }
}

function newestTag() {
  return git('describe', '--tags', '--abbrev=0')?.trim() || undefined;
}

function parentOfLastChange() {
  const last = git('log', '-1', '--format=%H', '--', 'schema.graphql')?.trim();
  return last && git('rev-parse', '--short', '--verify', '--quiet', `${last}^`)?.trim();
}

function read(file) {
  return readFileSync(`${root}/${file}`, 'utf8');
}

/** Where a change is, as the specification writes it. graphql-js tells it in a sentence only. */
function coordinates({ type, description }) {
  const [sentence, place] = places[type] ?? [];
  if (!sentence?.test(description)) fail(`graphql-js has a sentence that is not known here: ${type}: ${description}`);
  return description.replace(sentence, place);
}

/** What was announced since REF: the text below each heading "Breaking". */
function announcements(changelog) {
  const [, ...releases] = changelog.split(/^## /m);
  const version = ref.replace(/^v/, '');
  const known = releases.findIndex((release) => release.split('\n', 1)[0].split(/[\s[\]]+/).includes(version));
  const since = known > 0 ? releases.slice(0, known) : releases.filter((release) => /^\[?Unreleased/i.test(release));
  const sections = since.flatMap((release) => release.split(/^### /m).slice(1));
  return sections.filter((section) => /^Breaking\b/i.test(section)).join('\n');
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
