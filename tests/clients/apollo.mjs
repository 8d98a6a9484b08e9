// Apollo Client: a query, a mutation that changes the cache, and a list page by page.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { ApolloClient, HttpLink, InMemoryCache } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';
import { document } from './documents.mjs';

export async function apollo(base, headers) {
  const http = new HttpLink({ uri: new URL('/graphql', base).href, headers });
  const cache = new InMemoryCache({ typePolicies: { Query: { fields: { products: relayStylePagination(['orderBy']) } } } });
  const client = new ApolloClient({ link: http, cache });

  const { data: first } = await client.query({ query: document('Tasks'), variables: { first: 3 } });
  equal(first.tasks.nodes.length, 3);
  const [task] = first.tasks.nodes;
  const { data: again } = await client.query({ query: document('Anything'), variables: { id: task.id } });
  equal(again.node.taskType, task.taskType);

  const input = { tasks: [{ assignedAgentId: task.assignedAgent.id, taskType: 'apollo' }] };
  const { data: done } = await client.mutate({ mutation: document('CreateTasks'), variables: { input } });
  deepEqual(done.createTasks.userErrors, []);
  ok(cache.extract()[`Task:${done.createTasks.tasks[0].id}`], 'the new task is in the cache');

  const pages = client.watchQuery({ query: document('Products'), variables: { first: 2 } });
  const seen = [];
  for (let page = await pages.refetch(), count = 0; count < 3; count += 1) {
    seen.push(...page.data.products.nodes.map(({ title }) => title));
    page = await pages.fetchMore({ variables: { after: page.data.products.pageInfo.endCursor } });
  }
  deepEqual([seen.length, new Set(seen).size], [6, 6]);
  deepEqual(seen, seen.toSorted());
}
