// Monaco asks for a worker by the name of its language. They lie beside this script, under names that build.mjs gives.
const workers = { graphql: 'graphql.worker.js', json: 'json.worker.js' };

globalThis.MonacoEnvironment = {
  getWorker: (_id, label) =>
    new Worker(new URL(workers[label] ?? 'editor.worker.js', import.meta.url), { type: 'module', name: label }),
};
