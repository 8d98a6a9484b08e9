// Holds a running server against the GraphQL-over-HTTP specification:
//
//   npm ci --omit-lockfile-registry-resolved && node audit.mjs http://127.0.0.1:4000/graphql
//
// A failing MUST or SHOULD ends it with exit code 1. A failing MAY is told.

import { serverAudits } from 'graphql-http';

const url = process.argv[2] ?? 'http://127.0.0.1:4000/graphql';
const audits = serverAudits({ url, fetchFn: fetch });
const counts = {};
let failed = 0;

for (const audit of audits) {
  const level = audit.name.split(' ', 1)[0];
  const result = await audit.fn();
  const key = `${level} ${result.status}`;
  counts[key] = (counts[key] ?? 0) + 1;
  if (result.status === 'ok') continue;
  const optional = level === 'MAY';
  if (!optional) failed += 1;
  console.log(`${optional ? 'note' : 'FAILED'}: ${audit.id} ${audit.name}: ${result.reason}`);
}

console.log(Object.entries(counts).map(([key, count]) => `${count} ${key}`).join(', '));
if (audits.length === 0) throw new Error('there was nothing to audit');
process.exitCode = failed === 0 ? 0 : 1;
