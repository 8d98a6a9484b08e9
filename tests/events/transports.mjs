// The two transports, each by its client, behind one face: `watch` subscribes, `cut` breaks the connection. What is
// broken off is taken up again by the client itself when `resume` is called, after the last event that came.
import { createClient as createStreams } from 'graphql-sse';
import { createClient as createSockets } from 'graphql-ws';
import WebSocket from 'ws';
import { within } from './check.mjs';

/** graphql-ws: the cursor goes on in the variables, which it sends again. */
export function sockets(server) {
  const gate = new Gate();
  let socket;
  const client = createSockets({
    url: server.socket,
    webSocketImpl: WebSocket,
    connectionParams: server.authorization,
    retryWait: () => gate.opened(),
    on: { connected: (connected) => (socket = connected) },
  });
  return {
    name: 'graphql-transport-ws',
    watch: (query, variables) => new Watch(client, { query, variables }, (cursor) => (variables.after = cursor)),
    cut: () => gate.cut(() => socket.terminate()),
    resume: () => gate.open(),
    end: () => client.dispose(),
  };
}

/** graphql-sse: the cursor goes on in a header, which is newer than the variables. */
export function streams(server) {
  const gate = new Gate();
  const headers = { ...server.authorization };
  let wire = new AbortController();
  const client = createStreams({
    url: server.at('/graphql/stream'),
    headers: () => headers,
    fetchFn: (url, init) => fetch(url, { ...init, signal: AbortSignal.any([init.signal, wire.signal]) }),
    retry: () => gate.opened(),
  });
  return {
    name: 'server-sent events',
    watch: (query, variables) => new Watch(client, { query, variables }, (cursor) => (headers['Last-Event-ID'] = cursor)),
    cut: () => gate.cut(() => {
      wire.abort();
      wire = new AbortController();
    }),
    resume: () => gate.open(),
    end: () => client.dispose(),
  };
}

/** A subscription to one field. */
class Watch {
  /** `seen` learns of each cursor at once: what waits here to be read came already, and must not come again. */
  constructor(client, payload, seen) {
    this.events = [];
    const start = (queue) => {
      const next = ({ data, errors }) => {
        if (errors) return queue.error(new Error(JSON.stringify(errors)));
        const [event] = Object.values(data);
        seen(event.cursor);
        queue.enqueue(event);
      };
      const error = (reason) => queue.error(reason);
      this.stop = client.subscribe(payload, { next, error, complete: () => queue.close() });
    };
    this.queue = new ReadableStream({ start }).getReader();
  }

  async next(what) {
    const { value, done } = await within(this.queue.read(), what);
    if (done) throw new Error(`${what}: the subscription ended`);
    this.events.push(value);
    return value;
  }
}

/** Where a client waits before it comes back. */
class Gate {
  #free = Promise.resolve();
  #open = () => {};
  #noticed = () => {};

  /** Breaks something off; done when the client has noticed. */
  async cut(breakOff) {
    // After what the client has to do about the last event.
    await new Promise(setImmediate);
    this.#free = new Promise((resolve) => (this.#open = resolve));
    const noticed = new Promise((resolve) => (this.#noticed = resolve));
    breakOff();
    await within(noticed, 'the client did not notice that its connection broke');
  }

  open() {
    this.#open();
  }

  async opened() {
    this.#noticed();
    await this.#free;
  }
}
