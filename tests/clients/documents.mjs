// The documents of documents.graphql, one for each operation, with the fragments that it uses.
import { readFile } from 'node:fs/promises';
import { parse, visit } from 'graphql';

const { definitions } = parse(await readFile(new URL('documents.graphql', import.meta.url), 'utf8'));
const byName = new Map(definitions.map((definition) => [definition.name.value, definition]));

export function document(name) {
  const used = new Set([name]);
  for (const one of used) visit(byName.get(one), { FragmentSpread: ({ name }) => void used.add(name.value) });
  return { kind: 'Document', definitions: [...used].map((one) => byName.get(one)) };
}
