// Generates TypeScript from our schema as its users do, and compiles it with all of TypeScript's strictness: by
// graphql-codegen's plugin `typescript`, and by its client presets of versions 4 and 6 for the documents beside this.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescript from '@graphql-codegen/typescript';
import * as preset4 from 'client-preset-4';
import * as preset6 from 'client-preset-6';
import { buildASTSchema, parse } from 'graphql';
import ts from 'typescript';

const here = import.meta.dirname ?? dirname(new URL(import.meta.url).pathname);
const out = join(here, 'generated');
const schema = parse(await readFile(join(here, '../../schema.graphql'), 'utf8'));
const text = await readFile(join(here, 'documents.graphql'), 'utf8');
const documents = [{ location: 'documents.graphql', rawSDL: text, document: parse(text) }];
const config = {
  strictScalars: true,
  scalars: { DateTime: 'string', Date: 'string', Decimal: 'string', JSON: 'unknown', UUID: 'string', Long: 'number' },
};

await rm(out, { recursive: true, force: true });
const files = [];

async function generate(options) {
  const content = await codegen(options);
  await mkdir(dirname(options.filename), { recursive: true });
  await writeFile(options.filename, content);
  files.push(options.filename);
}

await generate({
  filename: join(out, 'schema.ts'),
  schema,
  documents: [],
  config,
  plugins: [{ typescript: {} }],
  pluginMap: { typescript },
});
for (const [name, { preset }] of Object.entries({ preset4, preset6 })) {
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: `${join(out, name)}/`,
    schema,
    schemaAst: buildASTSchema(schema),
    documents,
    config,
    presetConfig: {},
    plugins: [],
    pluginMap: {},
    pluginContext: {},
  });
  for (const section of sections) await generate(section);
}

const program = ts.createProgram([...files, join(here, 'use.ts')], {
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2022,
  types: [],
});
const problems = ts.getPreEmitDiagnostics(program);
if (problems.length > 0) {
  const host = { getCurrentDirectory: () => here, getCanonicalFileName: (name) => name, getNewLine: () => '\n' };
  console.error(`FAILED ${problems.length} errors\n${ts.formatDiagnostics(problems.slice(0, 20), host)}`);
  process.exit(1);
}
console.log(`TypeScript takes what graphql-codegen makes of the schema: ${files.length} files.`);
