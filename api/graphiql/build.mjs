// Bundles GraphiQL into dist/, which is committed, so that building the server needs no Node. See README.md.
import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { gzipSync } from 'fflate';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');
const types = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  ttf: 'font/ttf',
  txt: 'text/plain; charset=utf-8',
};

/** Puts modules of our own in the place of larger ones; src/monaco.js and src/prettier.js say why. */
const replace = {
  name: 'replace',
  setup({ onResolve, onLoad, resolve }) {
    const own = (file) => (args) => (args.importer.startsWith(join(root, 'src')) ? undefined : { path: join(root, 'src', file) });
    onResolve({ filter: /\/edcore\.main\.js$/ }, own('monaco.js'));
    onResolve({ filter: /^prettier\/standalone$/ }, own('prettier.js'));
    // The old name leads to a copy in CommonJS, which imported on demand lacks its named exports.
    onResolve({ filter: /^prettier\/parser-graphql$/ }, ({ path, ...args }) => resolve('prettier/plugins/graphql', args));
    onResolve({ filter: /^prettier\/(plugins\/estree|parser-babel)$/ }, ({ path }) => ({ path, namespace: 'empty' }));
    onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'export const parsers = {}, printers = {};' }));
  },
};

const { metafile, outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: [
    { in: 'src/main.jsx', out: 'main' },
    { in: 'monaco-editor/esm/vs/editor/editor.worker.js', out: 'editor.worker' },
    { in: 'monaco-editor/esm/vs/language/json/json.worker.js', out: 'json.worker' },
    { in: 'monaco-graphql/esm/graphql.worker.js', out: 'graphql.worker' },
  ],
  outdir: 'dist',
  bundle: true,
  // Page and workers share the parser and the editor's core.
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  legalComments: 'none',
  jsx: 'automatic',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.graphql': 'text', '.ttf': 'file' },
  assetNames: '[name]',
  chunkNames: '[name]-[hash]',
  plugins: [replace],
  metafile: true,
  write: false,
});

const files = outputFiles
  .map(({ path, contents }) => [path.slice(dist.length + 1), contents])
  // What esbuild writes for each import on demand is in main.css already.
  .filter(([name]) => !name.endsWith('.css') || name === 'main.css');
files.push(['favicon.svg', await readFile(join(root, 'src/favicon.svg'))]);
files.push(['licenses.txt', new TextEncoder().encode(await licenses(metafile))]);
files.sort(([a], [b]) => (a < b ? -1 : 1));

// One version in the path of all, so that each may be cached for ever and no file must know another's hash.
const hash = createHash('sha256');
for (const [name, contents] of files) hash.update(`${name}\0${contents.length}\0`).update(contents);
const version = hash.digest('hex').slice(0, 12);
const page = (await readFile(join(root, 'src/index.html'), 'utf8')).replaceAll('VERSION', version);

await rm(dist, { recursive: true, force: true });
await mkdir(dist);
let [raw, packed] = [0, 0];
for (const [name, contents] of files) {
  // Packed by a pinned library, because Node's zlib writes other bytes in other versions.
  const gzip = gzipSync(contents, { level: 9, mtime: 0 });
  await writeFile(join(dist, `${name}.gz`), gzip);
  raw += contents.length;
  packed += gzip.length;
}
await writeFile(join(dist, 'index.html'), page);
await writeFile(
  join(dist, 'assets.rs'),
  `// Written by build.mjs.
const VERSION: &str = "${version}";
const PAGE: &str = include_str!("index.html");
/// Name, content type, gzipped content.
const ASSETS: &[(&str, &str, &[u8])] = &[
${files.map(([name]) => `    ("${name}", "${types[name.split('.').pop()]}", include_bytes!("${name}.gz")),`).join('\n')}
];
`,
);
console.log(`${version}: ${files.length} files, ${raw} bytes, ${packed} compressed`);

/** The licence of every package of which something is in the bundle. */
async function licenses({ outputs }) {
  const packages = new Set();
  for (const { inputs } of Object.values(outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
      if (found && bytesInOutput > 0) packages.add(found[1]);
    }
  }
  const all = [];
  for (const folder of packages) {
    const { name, version, license } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8'));
    const texts = [`${name} ${version} (${license})\n`];
    for (const entry of (await readdir(join(root, folder))).sort()) {
      if (!/^(licen[cs]e|third-?party-?notices)/i.test(entry)) continue;
      const text = await readFile(join(root, folder, entry), 'utf8');
      texts.push(`${text.replaceAll('\r\n', '\n').trim()}\n`);
    }
    all.push(texts.join('\n'));
  }
  return all.sort().join(`\n${'-'.repeat(80)}\n\n`);
}
