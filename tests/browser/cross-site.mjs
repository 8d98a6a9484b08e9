// Opens pages of other origins in headless Chromium, and has them send queries in every way that a page can.
//
//   node cross-site.mjs http://127.0.0.1:4000
//
// CHROMIUM names the browser, else /usr/bin/chromium.
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const [base] = process.argv.slice(2);
if (!base || !URL.canParse(base)) {
  console.error('usage: node cross-site.mjs BASE_URL');
  process.exit(2);
}

const problems = [];
const elsewhere = createServer((_, response) => response.setHeader('Content-Type', 'text/html').end('<title>elsewhere</title>'));
await new Promise((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
const { port } = elsewhere.address();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
});

try {
  // Another port of the same site, and another site.
  for (const host of ['127.0.0.1', 'localhost']) {
    const page = await browser.newPage();
    // What the server answers, also where the page does not learn it.
    const network = await page.context().newCDPSession(page);
    const sent = new Map();
    const answered = new Map();
    network.on('Network.requestWillBeSent', ({ requestId, request }) => sent.set(requestId, request));
    network.on('Network.responseReceivedExtraInfo', ({ requestId, statusCode }) => answered.set(requestId, statusCode));
    await network.send('Network.enable');
    await page.goto(`http://${host}:${port}/`);
    sent.clear();
    answered.clear();

    const socket = await page.evaluate(send, base);
    if (socket !== 'refused') problems.push(`a page of ${host}:${port} opened a WebSocket`);
    const asked = [...sent].filter(([, { url }]) => url.startsWith(base));
    if (asked.length < 6) problems.push(`only ${asked.length} requests were sent from ${host}:${port}`);
    for (const [id, { method, url }] of asked) {
      const status = answered.get(id);
      if (status !== 403) problems.push(`${method} ${url} from ${host}:${port} was answered with ${status}`);
    }
    await page.close();
  }
} catch (error) {
  problems.push(error.stack);
} finally {
  await browser.close();
  elsewhere.close();
}

for (const problem of problems) console.error(`FAILED ${problem}`);
if (problems.length > 0) process.exit(1);
console.log('Pages of another port and of another site execute nothing.');

/** In the page: sends what needs no permission, and waits until all of it has ended. */
async function send(base) {
  const query = encodeURIComponent('{ __typename }');
  const ended = (target) => new Promise((resolve) => (target.onload = target.onerror = resolve));
  const image = new Image();
  image.src = `${base}/graphql?query=${query}`;
  const script = document.createElement('script');
  script.src = `${base}/graphql?query=${query}&operationName=`;
  document.head.append(script);
  const text = { method: 'POST', mode: 'no-cors', headers: { 'Content-Type': 'text/plain' }, body: '{"query": "{ __typename }"}' };
  const fetches = [
    fetch(`${base}/graphql?query=${query}`, { mode: 'no-cors' }),
    fetch(`${base}/graphql`, text),
    fetch(`${base}/graphql/stream`, text),
    fetch(`${base}/graphql?query=${query}&variables=`),
  ];
  const opened = new Promise((resolve) => {
    const socket = new WebSocket(`${base.replace('http', 'ws')}/graphql/ws`, 'graphql-transport-ws');
    socket.onopen = () => resolve('opened');
    socket.onerror = () => resolve('refused');
  });
  await Promise.allSettled([ended(image), ended(script), ...fetches]);
  return opened;
}
