// Opens GraphiQL in headless Chromium with every other host cut off, runs the query of the first tab and reads its answer,
// then watches what happens elsewhere.
//
//   [KEY=vw_…] node graphiql.mjs http://127.0.0.1:4000 [screenshot.png]
//
// KEY is an API key of an administrator, where the server asks for one. CHROMIUM names the browser, else /usr/bin/chromium.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [base, screenshot] = process.argv.slice(2);
if (!base || !URL.canParse(base)) {
  console.error('usage: node graphiql.mjs BASE_URL [SCREENSHOT.png]');
  process.exit(2);
}
const { origin } = new URL(base);
const key = process.env.KEY;
const authorization = key ? { Authorization: `Bearer ${key}` } : {};

const problems = [];
// Before the key is given, and only then.
let expectsRefusal = Boolean(process.env.KEY);
// A page that is left ends its requests.
let reloads = false;
const profile = await mkdtemp(join(tmpdir(), 'graphiql-'));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  viewport: { width: 1400, height: 900 },
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});

try {
  const page = browser.pages()[0];
  page.setDefaultTimeout(30_000);

  await browser.route('**/*', (route) => {
    const url = route.request().url();
    if (new URL(url).origin === origin) return route.continue();
    problems.push(`request to another host: ${url}`);
    return route.abort();
  });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !(expectsRefusal && message.text().includes('401'))) {
      problems.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => problems.push(`uncaught: ${error.stack ?? error}`));
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    if (!(reloads && why === 'net::ERR_ABORTED')) problems.push(`failed: ${request.url()} ${why}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400 && !(expectsRefusal && response.status() === 401)) problems.push(`status ${response.status()}: ${response.url()}`);
  });
  const workers = new Set();
  page.on('worker', (worker) => workers.add(new URL(worker.url()).pathname.split('/').pop()));
  await page.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(`policy violation: ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`),
    ),
  );

  /** Lets things happen until the subscription of a tab shows one; then stops it. */
  async function watch(tab, happen) {
    await page.locator('.graphiql-tab').filter({ hasText: tab }).click();
    // GraphiQL knows a moment later which operation that is, and remembers it then.
    await page.waitForFunction((name) => {
      const { tabs, activeTabIndex } = JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{"tabs":[]}');
      return tabs[activeTabIndex]?.operationName === name;
    }, tab);
    const opened = page.waitForEvent('websocket');
    await page.getByRole('button', { name: 'Execute query' }).click();
    const socket = await opened;
    const pane = page.locator('.graphiql-response .view-lines');
    const shown = async (note) => (await pane.innerText()).includes(note);
    // It watches from some moment on, which does not show: what came before is not told.
    for (let count = 1, seen = false; !seen; count += 1) {
      const note = `seen_in_${tab}_${count}`;
      await happen(note);
      seen = await until(() => shown(note), '', 500).then(() => true, () => false);
      expect(seen || count < 20, `${tab} shows nothing of what happens, but ${await pane.innerText()}`);
    }
    const closed = socket.waitForEvent('close');
    await page.getByRole('button', { name: 'Stop query' }).click();
    await closed;
    await happen(`unseen_in_${tab}`);
    await page.getByRole('button', { name: 'Execute query' }).waitFor();
    expect(!(await shown('unseen')), `${tab} goes on after it was stopped`);
  }

  // 1. The root leads to the page, and the page is guarded.
  const response = await page.goto(new URL('/', base).href);
  expect(new URL(page.url()).pathname === '/graphiql', `/ led to ${page.url()}`);
  const policy = response.headers()['content-security-policy'] ?? '';
  expect(policy.includes("default-src 'none'"), `the page's Content-Security-Policy is "${policy}"`);

  // 2. The editor shows the first example.
  const query = page.locator('.graphiql-query-editor .view-lines');
  await query.filter({ hasText: 'query' }).waitFor();
  const title = await page.locator('.graphiql-tab').first().innerText();

  if (key) await giveKey(page);

  // 3. The schema arrived: the documentation knows the root type.
  await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
  await page.locator('.graphiql-doc-explorer').getByText('Query', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Hide Documentation Explorer' }).click();
  for (const worker of ['editor.worker.js', 'graphql.worker.js', 'json.worker.js']) {
    await until(() => workers.has(worker), `${worker} did not start`);
  }

  // 4. The query runs, and the answer shows.
  const answered = page.waitForResponse(
    (answer) => new URL(answer.url()).pathname === '/graphql' && !answer.request().postData()?.includes('IntrospectionQuery'),
  );
  await page.locator('.graphiql-execute-button').click();
  const answer = await (await answered).json();
  expect(!answer.errors, `the query of tab ${title} failed: ${JSON.stringify(answer.errors)}`);
  expect(answer.data && Object.keys(answer.data).length > 0, `the query of tab ${title} answered ${JSON.stringify(answer)}`);
  const field = Object.keys(answer.data)[0];
  const shown = page.locator('.graphiql-response .view-lines');
  await shown.filter({ hasText: '"data"' }).filter({ hasText: `"${field}"` }).waitFor();
  expect(!(await shown.innerText()).includes('"errors"'), 'the response pane shows errors');

  // 5. What happens elsewhere shows while somebody watches, and no longer.
  await watch('WatchSystem', (note) => act('recordSystemEvent', { eventType: 'test', message: note }));
  const { agentByName: agent } = await ask('{ agentByName(name: "Finance Director") { id } }');
  await watch('WatchTasks', (note) => act('createTasks', { tasks: [{ assignedAgentId: agent.id, taskType: note }] }));

  // 6. A reload finds the tabs that were there, at whatever moment after another one was opened.
  const tabs = page.locator('.graphiql-tab');
  const titles = (await tabs.allInnerTexts()).join();
  for (let round = 0; round < 6; round += 1) {
    await tabs.nth(round + 1).click();
    await page.waitForTimeout(150 * round);
    await reload(page);
    await query.filter({ hasText: /query|subscription|mutation/ }).waitFor();
    const found = (await tabs.allInnerTexts()).join();
    expect(found === titles, `after a reload the tabs are ${found} instead of ${titles}`);
  }

  if (screenshot) await page.screenshot({ path: screenshot });

  // 7. The workers work: a field that does not exist is underlined, and the example, before that, was not.
  await page.locator('.graphiql-tab').first().click();
  const underlined = page.locator('.graphiql-query-editor .squiggly-error');
  expect((await underlined.count()) === 0, `tab ${title} does not fit the schema`);
  await query.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type(' query Wrong { thereIsNoSuchField');
  await underlined.first().waitFor();

  // 8. A browser that opens the API itself comes here. This is the last step: a page behind another one is not drawn.
  const visit = await browser.newPage();
  await visit.goto(new URL('/graphql', base).href, { waitUntil: 'commit' });
  expect(new URL(visit.url()).pathname === '/graphiql', `/graphql led to ${visit.url()}`);
} catch (error) {
  problems.push(error.message);
  if (screenshot) await browser.pages()[0]?.screenshot({ path: screenshot }).catch(() => {});
} finally {
  await browser.close();
  await rm(profile, { recursive: true, force: true });
}

for (const problem of problems) console.error(`FAILED ${problem}`);
if (problems.length > 0) process.exit(1);
console.log('GraphiQL opens, runs a query, shows its answer, and what happens elsewhere; nothing on the console, no other host asked.');

/** Without the key a subscription says why it ended, in plain words; the key is given once, and kept over a reload. */
async function giveKey(page) {
  const pane = page.locator('.graphiql-response .view-lines');
  await page.locator('.graphiql-tab').filter({ hasText: 'WatchSystem' }).click();
  await page.getByRole('button', { name: 'Execute query' }).click();
  await pane.filter({ hasText: '4403' }).waitFor();
  expect(!(await pane.innerText()).includes('main.js'), 'the response pane shows a stack');
  await page.getByLabel('API key').fill(key);
  const fetched = page.waitForResponse((answer) => answer.request().postData()?.includes('IntrospectionQuery'));
  await page.getByLabel('API key').press('Enter');
  expect((await fetched).status() === 200, 'the schema is not fetched with the key');
  expectsRefusal = false;
  await reload(page);
  expect((await page.getByLabel('API key').inputValue()) === key, 'the key is gone after a reload');
  await page.locator('.graphiql-tab').first().click();
}

async function reload(page) {
  reloads = true;
  await page.reload();
  reloads = false;
}

function expect(condition, message) {
  if (!condition) throw new Error(message);
}

async function until(condition, message, limit = 10_000) {
  for (let waited = 0; !(await condition()); waited += 100) {
    if (waited > limit) throw new Error(message);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Asks the server itself, past the page. */
async function ask(query, variables) {
  const headers = { 'Content-Type': 'application/json', ...authorization };
  const response = await fetch(new URL('/graphql', base), { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  const { data, errors } = await response.json();
  expect(!errors, `${query}: ${JSON.stringify(errors)}`);
  return data;
}

async function act(verb, input) {
  const type = `${verb[0].toUpperCase()}${verb.slice(1)}Input`;
  const done = await ask(`mutation($input: ${type}!) { ${verb}(input: $input) { userErrors { message } } }`, { input });
  expect(done[verb].userErrors.length === 0, `${verb}: ${JSON.stringify(done)}`);
}
