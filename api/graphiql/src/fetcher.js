// How the page reaches the server: requests by HTTP, subscriptions by a socket of their own.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { createClient } from 'graphql-ws';
import { authorization } from './key.jsx';

const socket = `${location.origin.replace(/^http/, 'ws')}/graphql/ws`;

/** The headers editor has the last word on who asks. */
export function fetcher(operation, options) {
  const headers = { ...authorization(), ...options?.headers };
  // Not tried again: what came while it was away would be missing, so that its end is shown.
  const wsClient = createClient({ url: socket, connectionParams: headers, retryAttempts: 0 });
  return plain(createGraphiQLFetcher({ url: '/graphql', wsClient })(operation, { ...options, headers }));
}

/** A subscription whose errors are shown without the stack of this script. */
function plain(answers) {
  if (!answers?.[Symbol.asyncIterator]) return answers;
  const iterator = answers[Symbol.asyncIterator]();
  return {
    next: () =>
      iterator.next().catch((error) => {
        delete error.stack;
        throw error;
      }),
    return: () => iterator.return(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
