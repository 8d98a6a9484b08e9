// Asks a running server by the clients that people use: Apollo, urql with its normalised cache, EventSource. The server
// has the demo data.
//
//   npm ci --omit-lockfile-registry-resolved && [KEY=vw_…] node clients.mjs http://127.0.0.1:4000
import { apollo } from './apollo.mjs';
import { eventSource } from './event-source.mjs';
import { urql } from './urql.mjs';

const [base] = process.argv.slice(2);
if (!base || !URL.canParse(base)) {
  console.error('usage: [KEY=vw_…] node clients.mjs BASE_URL');
  process.exit(2);
}
const headers = process.env.KEY ? { Authorization: `Bearer ${process.env.KEY}` } : {};
const late = setTimeout(() => fail(new Error('nothing more came in 60 s')), 60_000);
try {
  for (const client of [apollo, urql, eventSource]) await client(base, headers);
} catch (error) {
  fail(error);
}
clearTimeout(late);
console.log('Apollo, urql and EventSource ask, change, page and watch.');

function fail(error) {
  console.error('FAILED', error);
  process.exit(1);
}
