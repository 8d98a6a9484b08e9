// A worker: claims an agent's tasks, does them, and says how they ended. Copy it, and put your work into `handlers`.
//
//   AGENT="Support Specialist" node worker.ts         (before Node 22.18: npx tsc && node dist/worker.js)
//
// It does one task at a time: for more at once, run it more than once.
import { setTimeout as sleep } from 'node:timers/promises';

const url = new URL(process.env.VIVIDWALLS_URL ?? 'http://127.0.0.1:4000/graphql');
const key = process.env.VIVIDWALLS_KEY;
const leaseSeconds = Number(process.env.LEASE_SECONDS ?? 60);
/** How long a claim waits for a task. None is broken off: what it took would stay leased. */
const waitSeconds = 5;
/** How long the task at hand may take after the signal to stop; then it is given back. */
const graceSeconds = 5;

type Json = Record<string, unknown>;
type Task = { id: string; taskType: string; inputData: Json };
type Lease = { taskId: string; token: string; task: Task };
type Handler = (task: Task, stop: AbortSignal) => Promise<Json>;
type UserError = { code: string; message: string };

/** Fails a task: RETRYABLE if another attempt may help, else PERMANENT. All other errors are RETRYABLE. */
class TaskFailure extends Error {
  readonly fields: Json;

  constructor(errorClass: 'RETRYABLE' | 'PERMANENT', errorCode: string, errorMessage: string) {
    super(errorMessage);
    this.fields = { errorClass, errorCode, errorMessage };
  }
}

/** By task type: takes the task, and gives its output, an object. */
const handlers: Record<string, Handler> = {
  /** Long work: once `stop` is aborted it ends early, by an error, and the task is given back. */
  async write_letters({ inputData: { names } }, stop) {
    if (!Array.isArray(names)) throw new TaskFailure('PERMANENT', 'INVALID_INPUT', '`names` must be a list');
    const letters = [];
    for (const name of names) {
      await sleep(1000, undefined, { signal: stop });
      letters.push(`Dear ${name}, your print is on its way.`);
    }
    return { letters };
  },

  /** Work that may fail: a server that is broken may be repaired, a page that is gone stays gone. */
  async fetch_page({ inputData: { url } }, stop) {
    const response = await fetch(String(url), { signal: AbortSignal.any([stop, AbortSignal.timeout(10_000)]) });
    if (!response.ok) {
      const errorClass = response.status >= 500 ? 'RETRYABLE' : 'PERMANENT';
      throw new TaskFailure(errorClass, `HTTP_${response.status}`, response.statusText);
    }
    return { bytes: (await response.arrayBuffer()).byteLength };
  },
};

/** By when the task at hand must end; set by the signal to stop. */
let stopBy = Infinity;
for (const signal of ['SIGTERM', 'SIGINT']) {
  // Once: a second signal ends the worker at once.
  process.once(signal, () => (stopBy = Date.now() + graceSeconds * 1000));
}

const timeLeft = () => Math.max(stopBy - Date.now(), 0);

const log = (...what: unknown[]) => console.log(new Date().toISOString(), ...what);

/** The server refuses the call: repeating it does not help. */
class Refused extends Error {}

async function send(query: string, variables: Json): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/graphql-response+json',
      ...(key && { Authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(40_000),
  });
  const text = await response.text();
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    // No answer of GraphQL, maybe a proxy's.
  }
  if (answer?.data && !answer.errors) return answer.data;
  const error = answer?.errors?.[0] ?? { message: text.slice(0, 200) };
  const code = error.extensions?.code ?? `HTTP ${response.status}`;
  const message = `${code}: ${error.message}`;
  if (response.status >= 500 || ['UNAVAILABLE', 'TIMEOUT', 'INTERNAL'].includes(code)) throw new Error(message);
  throw new Refused(message);
}

/** Sends until there is an answer. Repeating is safe: once a task has ended, its lease is stale. */
async function ask(query: string, variables: Json): Promise<any> {
  for (let pause = 250; ; pause = Math.min(pause * 2, 5000)) {
    try {
      return await send(query, variables);
    } catch (error) {
      if (error instanceof Refused || timeLeft() === 0) throw error;
      log('no answer, trying again:', reason(error));
    }
    // Random, so that many workers do not come back at once.
    await sleep(Math.min(pause * (0.5 + Math.random() / 2), timeLeft()));
  }
}

/** `fetch` says why it failed in `cause`. */
const reason = (error: unknown) => String((error instanceof Error && error.cause) || error);

async function mutate(verb: string, input: Json, selection: string): Promise<any> {
  const type = `${verb.charAt(0).toUpperCase()}${verb.slice(1)}Input`;
  const fields = `${verb}(input: $input) { ${selection} userErrors { code message } }`;
  const done = (await ask(`mutation($input: ${type}!) { ${fields} }`, { input }))[verb];
  for (const { code, message } of done.userErrors as UserError[]) throw new Refused(`${verb}: ${code}: ${message}`);
  return done;
}

/** Gives what the mutation did to the leased task; null if it was refused, most likely with STALE_LEASE. */
async function onLease(verb: string, { taskId, token }: Lease, fields: Json, selection = ''): Promise<any> {
  const items = [{ taskId, token, ...fields }];
  const done = await mutate(verb, { items }, `results { userErrors { code message } } ${selection}`);
  const errors: UserError[] = done.results[0].userErrors;
  log(verb, 'of', taskId, errors.length > 0 ? errors : 'done');
  return errors.length > 0 ? null : done;
}

/** Does a task. Gives the mutation that ends it, and what it says. */
async function attempt(task: Task, stop: AbortSignal): Promise<[string, Json]> {
  try {
    return ['completeTasks', { outputData: await handlers[task.taskType]!(task, stop) }];
  } catch (error) {
    // A task that is being cancelled is cancelled by this.
    if (stop.aborted) return ['releaseTasks', {}];
    const failure = error instanceof TaskFailure ? error : new TaskFailure('RETRYABLE', 'UNEXPECTED', reason(error));
    return ['failTasks', failure.fields];
  }
}

async function work(lease: Lease): Promise<void> {
  const stop = new AbortController();
  const ended = attempt(lease.task, stop.signal);
  let heartbeatAt = Date.now() + (leaseSeconds * 1000) / 3;
  for (;;) {
    const end = await Promise.race([ended, sleep(200)]);
    if (end) {
      const done = await onLease(end[0], lease, end[1]);
      if (done || end[0] !== 'completeTasks') return;
      // If it was the lease that was refused and not the output, this is refused too.
      return onLease('failTasks', lease, new TaskFailure('PERMANENT', 'INVALID_OUTPUT', 'see the log').fields);
    }
    if (timeLeft() < 1000) stop.abort();
    // The handler did not stop in a second.
    if (timeLeft() === 0) return onLease('releaseTasks', lease, {});
    if (Date.now() > heartbeatAt) {
      heartbeatAt = Date.now() + (leaseSeconds * 1000) / 3;
      const beat = await onLease('heartbeatTasks', lease, {}, 'leases { cancelRequested }');
      // The task is not ours any more.
      if (!beat) return stop.abort();
      if (beat.leases[0].cancelRequested) stop.abort();
    }
  }
}

async function main(): Promise<void> {
  let agent = process.env.AGENT;
  if (!agent) throw new Refused('AGENT must be the name or the id of an agent');
  if (!/^[0-9a-f-]{36}$/.test(agent)) {
    const { agentByName } = await ask('query($name: String!) { agentByName(name: $name) { id } }', { name: agent });
    if (!agentByName) throw new Refused(`there is no agent ${agent}`);
    agent = agentByName.id;
  }
  const worker = `worker.ts ${process.pid}`;
  const claim = { agentIds: [agent], taskTypes: Object.keys(handlers), worker, leaseSeconds, waitSeconds };
  log('waiting for tasks');
  while (stopBy === Infinity) {
    const { leases } = await mutate('claimTasks', claim, 'leases { taskId token task { id taskType inputData } }');
    for (const lease of leases) await work(lease);
  }
}

try {
  await main();
} catch (error) {
  if (stopBy === Infinity || error instanceof Refused) {
    log('failed:', error instanceof Refused ? error.message : error);
    process.exit(1);
  }
  log('stopped without an answer:', reason(error));
}
// Not when the last handler has stopped.
process.exit(0);
