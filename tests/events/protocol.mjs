// What clients rely on, message by message.
import { createClient as createStreams } from 'graphql-sse';
import { createClient as createSockets } from 'graphql-ws';
import WebSocket from 'ws';
import { equal, expect, thrown, within } from './check.mjs';
import { Server } from './server.mjs';

const WATCH = 'subscription($after: String) { systemEvents(after: $after) { cursor systemEvent { message } } }';
const INIT = { type: 'connection_init' };

const record = (server, message) =>
  server.act('recordSystemEvent', { eventType: 'test', message }, 'systemEvent { id }');

/** Queries and mutations go over both transports, and come to an end. */
export async function operations(server) {
  const [sockets, streams] = clients(server);
  for (const client of [sockets, streams]) {
    equal(await all(client, { query: '{ __typename }' }), [{ data: { __typename: 'Query' } }], 'a query');
    const query = 'mutation($input: RecordSystemEventInput!) { recordSystemEvent(input: $input) { systemEvent { message } } }';
    const variables = { input: { eventType: 'test', message: 'hello' } };
    const answers = await all(client, { query, variables });
    equal(answers, [{ data: { recordSystemEvent: { systemEvent: { message: 'hello' } } } }], 'a mutation');
    client.dispose();
  }
}

/** What cannot be executed is told as each protocol has it; an error of the execution is in the answer. */
export async function errors(server) {
  const [sockets, streams] = clients(server);
  const codes = (errors) => errors?.map(({ extensions }) => extensions.code);
  for (const payload of [
    { query: '{' },
    { query: '{ nothing }' },
    { query: '{ nothing }', operationName: 'Other' },
    { query: 'subscription { taskEvents { kind } agentEvents { kind } }' },
    { query: WATCH, variables: { after: 'x' } },
  ]) {
    const what = JSON.stringify(payload);
    equal(codes(await thrown(all(sockets, payload), what)), ['BAD_USER_INPUT'], `${what} as \`error\``);
    const [answer, ...more] = await all(streams, payload);
    equal([codes(answer.errors), more], [['BAD_USER_INPUT'], []], `${what} as \`next\` and \`complete\``);
  }
  for (const client of [sockets, streams]) {
    const [{ data, errors }] = await all(client, { query: '{ agents(after: "x") { totalCount } }' });
    equal([data, codes(errors)], [null, ['BAD_USER_INPUT']], 'an error of the execution, as `next`');
    client.dispose();
  }
}

/** An event's id in the stream is its cursor, so that `Last-Event-ID` resumes by itself. */
export async function cursorsOfStreams(server, after) {
  await record(server, 'for the stream');
  const url = new URL(server.at('/graphql/stream'));
  url.searchParams.set('query', WATCH);
  url.searchParams.set('variables', JSON.stringify({ after }));
  const enough = new AbortController();
  const headers = { Accept: 'text/event-stream', ...server.authorization };
  const response = await fetch(url, { headers, signal: enough.signal });
  equal([response.status, response.headers.get('content-type')], [200, 'text/event-stream; charset=utf-8'], 'GET of the stream');
  let text = '';
  const decoder = new TextDecoder();
  const reading = async () => {
    for await (const chunk of response.body) {
      text += decoder.decode(chunk, { stream: true });
      const found = /^event: next\nid: (\S+)\ndata: (.*)\n\n/m.exec(text);
      if (found) return found;
    }
  };
  const [, id, data] = await within(reading(), 'the first event of the stream');
  equal(id, JSON.parse(data).data.systemEvents.cursor, '`id` of the event');
  enough.abort();
}

/** `complete` from the client ends an operation and nothing else; pings are answered. */
export async function completeEndsIt(server) {
  const heard = [];
  const [client] = clients(server, { keepAlive: 50, on: { message: (message) => heard.push(message) } });
  const pong = new Promise((resolve) => client.on('pong', (received) => received && resolve()));
  const after = await server.now();
  const [first, second] = [0, 1].map(() => client.iterate({ query: WATCH, variables: { after } }));
  await record(server, 'both');
  for (const watch of [first, second]) await within(watch.next(), 'an event');
  await first.return();
  // The server hears one after the other.
  await all(client, { query: '{ __typename }' });
  await record(server, 'one');
  const { value } = await within(second.next(), 'an event for who goes on');
  equal(value.data.systemEvents.systemEvent.message, 'one', 'who goes on');
  const ids = heard.filter(({ payload }) => payload?.data?.systemEvents).map(({ id }) => id);
  equal([ids.length, new Set(ids).size], [3, 2], 'events under the id that was ended');
  await within(pong, 'the answer to a ping');
  client.dispose();
}

/** Why sockets are closed. */
export async function closeCodes(server) {
  const init = { ...INIT, payload: server.authorization };
  const watch = { id: 'a', type: 'subscribe', payload: { query: WATCH } };
  for (const [messages, code, protocol = 'graphql-transport-ws'] of [
    [['{"type":"start"}'], 4400],
    [['x'], 4400],
    [[init, { ...watch, payload: {} }], 4400],
    [[watch], 4401],
    // Who offers others only breaks off by itself, since the server accepts none.
    [[], 4406, []],
    [[init, watch, watch], 4409],
    [[init, init], 4429],
  ]) {
    const closed = await conversation(server, messages, protocol);
    expect(closed.code === code && closed.reason, `${JSON.stringify(messages)}: ${JSON.stringify(closed)}, expected ${code}`);
  }
}

/** Who never says `connection_init`. */
export async function whoNeverBegins(server) {
  const { code } = await conversation(server, []);
  equal(code, 4408, 'who never begins');
}

/** A key that is none is refused by both. */
export async function wrongKeys(server) {
  const [sockets, streams] = clients(new Server(server.base, 'vw_wrong'));
  const closed = await thrown(all(sockets, { query: '{ __typename }' }), 'a wrong key');
  equal(closed.code, 4403, 'a wrong key on a socket');
  const refused = await thrown(all(streams, { query: '{ __typename }' }), 'a wrong key');
  equal(refused.response?.status, 401, 'a wrong key on a stream');
}

function clients(server, more = {}) {
  const way = { url: server.socket, webSocketImpl: WebSocket, connectionParams: server.authorization };
  return [
    createSockets({ ...way, retryAttempts: 0, ...more }),
    createStreams({ url: server.at('/graphql/stream'), headers: server.authorization, retryAttempts: 0 }),
  ];
}

async function all(client, payload) {
  const collecting = async () => {
    const answers = [];
    for await (const answer of client.iterate(payload)) answers.push(answer);
    return answers;
  };
  return within(collecting(), JSON.stringify(payload));
}

/** Says all this, and hears why the server closes. */
function conversation(server, messages, protocol = 'graphql-transport-ws') {
  const socket = new WebSocket(server.socket, protocol);
  socket.on('open', () => {
    for (const message of messages) socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  });
  const closed = new Promise((resolve, reject) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    socket.on('error', reject);
  });
  return within(closed, `${JSON.stringify(messages)} by ${protocol}`);
}
