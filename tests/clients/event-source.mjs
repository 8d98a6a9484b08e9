// EventSource, which cannot send a header: it shows a ticket.
import { equal } from 'node:assert/strict';
import { EventSource } from 'eventsource';

export async function eventSource(base, headers) {
  const issued = await fetch(new URL('/graphql/ticket', base), { method: 'POST', headers });
  equal(issued.status, 200);
  const { ticket } = await issued.json();
  const url = new URL('/graphql/stream', base);
  url.search = new URLSearchParams({ ticket, query: 'subscription { systemEvents { systemEvent { message } } }' });
  const source = new EventSource(url);
  try {
    await new Promise((resolve, reject) => {
      source.onopen = resolve;
      source.onerror = ({ code, message }) => reject(new Error(`EventSource: ${code} ${message}`));
    });
    const seen = new Promise((resolve) => source.addEventListener('next', ({ data }) => resolve(JSON.parse(data))));
    // From when on it watches does not show: something happens until it was seen.
    let told;
    while (!told) {
      await record(base, headers);
      told = await Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 200))]);
    }
    equal(told.data.systemEvents.systemEvent.message, 'by EventSource');
  } finally {
    source.close();
  }
}

async function record(base, headers) {
  const query = 'mutation { recordSystemEvent(input: { eventType: "test", message: "by EventSource" }) { userErrors { message } } }';
  const response = await fetch(new URL('/graphql', base), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ query }),
  });
  equal((await response.json()).errors, undefined);
}
