// urql with graphcache, which knows the schema and warns of every object that it cannot tell from others.
import { deepEqual, equal } from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { Client, fetchExchange } from '@urql/core';
import { cacheExchange } from '@urql/exchange-graphcache';
import { buildSchema, introspectionFromSchema } from 'graphql';
import { document } from './documents.mjs';

export async function urql(base, headers) {
  const schema = introspectionFromSchema(buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8')));
  const { keys } = await documented();
  const warnings = [];
  const warn = console.warn;
  console.warn = (...words) => warnings.push(words.join(' '));
  try {
    await ask(new Client({
      url: new URL('/graphql', base).href,
      exchanges: [cacheExchange({ schema, keys: keys(schema) }), fetchExchange],
      fetchOptions: { headers },
      preferGetMethod: false,
    }));
  } finally {
    console.warn = warn;
  }
  deepEqual(warnings, []);
}

/** The code that docs/clients.md shows. */
async function documented() {
  const text = await readFile(new URL('../../docs/clients.md', import.meta.url), 'utf8');
  const [, code] = /```js\n(export function keys[^]*?)```/.exec(text);
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

async function ask(client) {
  const send = async (result) => {
    const { data, error } = await result;
    if (error) throw error;
    return data;
  };
  const { tasks } = await send(client.query(document('Tasks'), { first: 3 }).toPromise());
  const [task] = tasks.nodes;
  const input = { tasks: [{ assignedAgentId: task.assignedAgent.id, taskType: 'urql' }] };
  const { createTasks } = await send(client.mutation(document('CreateTasks'), { input }).toPromise());
  deepEqual(createTasks.userErrors, []);
  // From the cache: the task that was made, under its id.
  const variables = { id: createTasks.tasks[0].id };
  equal((await send(client.query(document('Anything'), variables).toPromise())).node.taskType, 'urql');
  const first = await send(client.query(document('Products'), {}).toPromise());
  const after = first.products.pageInfo.endCursor;
  const second = await send(client.query(document('Products'), { after }).toPromise());
  equal(new Set([...first.products.nodes, ...second.products.nodes].map(({ id }) => id)).size, 4);
}
