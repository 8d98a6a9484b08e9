// How the page reaches the server: requests by HTTP, subscriptions by a socket of their own.
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { getOperationAST, parse } from 'graphql';
import { createClient } from 'graphql-ws';
import { authorization } from './key.jsx';

const url = `${location.origin.replace(/^http/, 'ws')}/graphql/ws`;
const request = createGraphiQLFetcher({ url: '/graphql' });

/** The headers editor has the last word on who asks. */
export function fetcher(operation, options) {
  const given = options?.headers ?? {};
  const says = Object.keys(given).some((name) => name.toLowerCase() === 'authorization');
  const headers = says ? given : { ...authorization(), ...given };
  return isSubscription(operation) ? subscription(operation, headers) : request(operation, { ...options, headers });
}

function isSubscription({ query, operationName }) {
  try {
    return getOperationAST(parse(query), operationName)?.operation === 'subscription';
  } catch {
    // The server says what is wrong with it.
    return false;
  }
}

/** Not tried again when the socket breaks: what came meanwhile would be missing, so that the end is shown. */
function subscription(operation, connectionParams) {
  const subscribe = ({ next, error, complete }) => {
    const client = createClient({ url, connectionParams, retryAttempts: 0 });
    const plain = (reason) =>
      error(reason instanceof CloseEvent ? { message: `The server closed the socket: ${reason.code} ${reason.reason}` } : reason);
    return { unsubscribe: client.subscribe(operation, { next, error: plain, complete }) };
  };
  return { subscribe };
}
