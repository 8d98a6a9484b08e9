// Follows a running server's events with the clients that people use, graphql-ws and graphql-sse, and holds its
// sockets against the protocol. The server has the demo data; the test hires an agent of its own in it.
//
//   npm ci --omit-lockfile-registry-resolved && node events.mjs http://127.0.0.1:4000
//
// A second URL is that of another server of the same database: the work is done through that one. KEY is an API key of
// an administrator, where the servers ask for one.
import { aLife, broken, everySubscription } from './following.mjs';
import * as protocol from './protocol.mjs';
import { hire, Server } from './server.mjs';
import { sockets, streams } from './transports.mjs';

const [base, other = base] = process.argv.slice(2);
if (!base || !URL.canParse(base) || !URL.canParse(other)) {
  console.error('usage: [KEY=vw_…] node events.mjs BASE_URL [OTHER_BASE_URL]');
  process.exit(2);
}

const server = new Server(base, process.env.KEY, other);
try {
  const impatient = protocol.whoNeverBegins(server);
  // Told below, when it is waited for.
  impatient.catch(() => {});
  const after = await server.now();
  const worker = await hire(server, `Test ${process.pid} ${after}`);
  for (const open of [sockets, streams]) {
    await aLife(server, worker, open);
    await broken(server, worker, open);
  }
  await everySubscription(server, worker, after, sockets);
  await protocol.operations(server);
  await protocol.errors(server);
  await protocol.cursorsOfStreams(server, after);
  await protocol.completeEndsIt(server);
  await protocol.closeCodes(server);
  await protocol.wrongKeys(server);
  await impatient;
} catch (error) {
  // Of a socket that was closed, the close event.
  console.error('FAILED', error.code ? `${error.code} ${error.reason}` : error);
  process.exit(1);
}
console.log('graphql-ws and graphql-sse saw everything once and in order, broken connections included; the close codes are the protocol’s.');
