// Runs the workers of `examples/` against a server with the demo data, each as an agent of its own, and looks whether
// every task ends as it should.
//
//   [KEY=vw_…] node run.mjs BASE_URL COMMAND…      such as 'python3 ../../examples/python/worker.py'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { equal, expect, within } from '../events/check.mjs';
import { Server } from '../events/server.mjs';

const [base, ...commands] = process.argv.slice(2);
if (!base || !URL.canParse(base) || commands.length === 0) {
  console.error('usage: [KEY=vw_…] node run.mjs BASE_URL COMMAND…');
  process.exit(2);
}
const server = new Server(base, process.env.KEY);
const LIMIT = 60_000;
/** What a worker may take after SIGTERM: its grace time of 5 s, and a moment. */
const STOPS_WITHIN = 8_000;
const LEASE_SECONDS = 6;
const LONG = { taskType: 'write_letters', inputData: { names: Array(600).fill('Ada') } };

/** Pages: each path that begins with `/flaky` is broken once, `/gone` always gives 404. */
const asked = new Set();
const pages = createServer(({ url }, response) => {
  const isBroken = url.startsWith('/flaky') && !asked.has(url);
  asked.add(url);
  response.writeHead(isBroken ? 503 : url === '/gone' ? 404 : 200).end('a page');
}).listen(0, '127.0.0.1');
await once(pages, 'listening');
const page = (path) => ({ taskType: 'fetch_page', inputData: { url: `http://127.0.0.1:${pages.address().port}${path}` } });

class Worker {
  /** A worker that runs, as an agent. */
  constructor(command, agent, key) {
    const [program, ...parameters] = command.split(' ');
    const env = { ...process.env, VIVIDWALLS_URL: server.at('/graphql'), AGENT: agent, LEASE_SECONDS };
    if (key) env.VIVIDWALLS_KEY = key;
    this.said = `${command} said:\n`;
    this.process = spawn(program, parameters, { env });
    for (const stream of [this.process.stdout, this.process.stderr]) stream.on('data', (text) => (this.said += text));
    this.ended = new Promise((resolve) => {
      this.process.on('error', ({ message }) => resolve((this.said += message)));
      this.process.on('exit', (code, signal) => resolve(code ?? signal));
    });
    workers.push(this);
  }

  /** Ends it as a supervisor does. */
  async stop(what) {
    const from = Date.now();
    this.process.kill('SIGTERM');
    equal(await within(this.ended, what), 0, `${what}: exit code`);
    expect(Date.now() - from < STOPS_WITHIN, `${what}: it took ${Date.now() - from} ms`);
  }
}
const workers = [];

async function create(agentId, ...tasks) {
  const given = tasks.map((task) => ({ assignedAgentId: agentId, backoffSeconds: 1, ...task }));
  return (await server.act('createTasks', { tasks: given }, 'tasks { id }')).tasks.map(({ id }) => id);
}

/** The task, as soon as it is so. */
async function until(id, isSo) {
  const query = `query($id: ID!) { task(id: $id) { status attempt errorCode outputData claimedAt leaseExpiresAt
    attempts(orderBy: [{ field: STARTED_AT }]) { nodes { outcome errorCode } } } }`;
  for (const from = Date.now(); ; await new Promise((resolve) => setTimeout(resolve, 100))) {
    const { task } = await server.ask(query, { id });
    if (isSo(task)) return { ...task, outcomes: task.attempts.nodes.map(({ outcome }) => outcome) };
    expect(Date.now() - from < LIMIT, `this did not come true: ${isSo}\n${JSON.stringify(task)}`);
  }
}
const ended = ({ status }) => ['COMPLETED', 'FAILED', 'CANCELLED'].includes(status);
const held = ({ status }) => status === 'IN_PROGRESS';
const left = ({ status }) => status !== 'IN_PROGRESS';
/** A heartbeat came. */
const extended = (task) => Date.parse(task.leaseExpiresAt) - Date.parse(task.claimedAt) > (LEASE_SECONDS + 1) * 1000;

async function check(command) {
  const name = `Example ${process.pid} ${command}`;
  const { agentByName: parent } = await server.ask('{ agentByName(name: "Finance Director") { id } }');
  const { agent } = await server.act('createAgent', { name, type: 'SPECIALIST', parentId: parent.id }, 'agent { id }');
  let key;
  if (process.env.KEY) {
    key = (await server.act('createApiKey', { name, role: 'AGENT', agentId: agent.id }, 'key')).key;
    const stranger = new Worker(command, name, `vw_${'a'.repeat(36)}`);
    equal(await within(stranger.ended, 'a wrong key'), 1, 'exit code with a wrong key');
  }

  const first = new Worker(command, name, key);
  const [letters, flaky, gone, wrong] = await create(
    agent.id,
    { taskType: 'write_letters', inputData: { names: ['Ada', 'Ben'] } },
    page(`/flaky/${agent.id}`),
    page('/gone'),
    { taskType: 'write_letters', inputData: { names: 'Ada' } },
  );
  const written = await until(letters, ended);
  equal(written.outputData, { letters: ['Ada', 'Ben'].map((who) => `Dear ${who}, your print is on its way.`) }, 'letters');
  const fetched = await until(flaky, ended);
  equal([fetched.outputData, fetched.outcomes], [{ bytes: 6 }, ['FAILED', 'COMPLETED']], 'a page that is broken once');
  equal(fetched.attempts.nodes[0].errorCode, 'HTTP_503', 'a page that is broken once');
  const failed = [await until(gone, ended), await until(wrong, ended)];
  const ends = failed.map(({ status, attempt, errorCode }) => [status, attempt, errorCode]);
  equal(ends, [['FAILED', 1, 'HTTP_404'], ['FAILED', 1, 'INVALID_INPUT']], 'what fails for good');

  const tooLong = { ...LONG, maxRunSeconds: 1, maxAttempts: 1 };
  const [cancelled, timedOut] = await create(agent.id, { ...LONG, priority: 1 }, tooLong);
  await until(cancelled, extended);
  await server.act('cancelTask', { taskId: cancelled }, 'cancelRequested { id }');
  const { status, outcomes } = await until(cancelled, ended);
  equal([status, outcomes], ['CANCELLED', ['RELEASED']], 'a task that is cancelled');

  // The server ends it, and the worker's lease is stale.
  equal((await until(timedOut, ended)).outcomes, ['TIMED_OUT'], 'a task that takes too long');
  const [long] = await create(agent.id, LONG);
  await until(long, held);
  expect(first.said.includes('STALE_LEASE'), `it heard of no stale lease:\n${first.said}`);
  await first.stop('SIGTERM during a long task');
  const released = await until(long, left);
  equal([released.status, released.attempt, released.outcomes], ['PENDING', 0, ['RELEASED']], 'a task that is given back');
  await server.act('cancelTask', { taskId: long }, 'cancelled { id }');

  const second = new Worker(command, agent.id, key);
  const [short] = await create(agent.id, { taskType: 'write_letters', inputData: { names: ['Ada', 'Ben'] } });
  await until(short, held);
  await second.stop('SIGTERM during a short task');
  equal((await until(short, left)).status, 'COMPLETED', 'a task that ends within the grace time');
  console.log(`${command}: every task ended as it should.`);
}

try {
  await Promise.all(commands.map((command) => check(command)));
} catch (error) {
  console.error('FAILED', error);
  for (const { process, said } of workers) {
    process.kill('SIGKILL');
    console.error(said);
  }
  process.exit(1);
}
pages.close();
