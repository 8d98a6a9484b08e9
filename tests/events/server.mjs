// The server, by plain requests: the other side of what the clients see.
import { equal, expect } from './check.mjs';

export class Server {
  /** `key` is nothing while the server asks for none; requests may go by another server of the same database. */
  constructor(base, key, other = base) {
    this.base = base;
    this.other = other;
    this.authorization = key ? { Authorization: `Bearer ${key}` } : {};
  }

  at(path) {
    return new URL(path, this.base).href;
  }

  get socket() {
    return this.at('/graphql/ws').replace(/^http/, 'ws');
  }

  async ask(query, variables) {
    const response = await fetch(new URL('/graphql', this.other), {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...this.authorization },
      body: JSON.stringify({ query, variables }),
    });
    const answer = await response.json();
    expect(!answer.errors, `${query}\n  ${JSON.stringify(answer.errors)}`);
    return answer.data;
  }

  /** Performs a verb, and gives of what it did what was selected. */
  async act(verb, input, selection) {
    const type = `${verb[0].toUpperCase()}${verb.slice(1)}Input`;
    const query = `mutation($input: ${type}!) { ${verb}(input: $input) { ${selection} userErrors { code message } } }`;
    const { userErrors, ...done } = (await this.ask(query, { input }))[verb];
    equal(userErrors, [], verb);
    return done;
  }

  async now() {
    return (await this.ask('{ latestEventCursor }')).latestEventCursor;
  }

  /** The log after a cursor: what a subscriber must have been told. */
  async log(after, filter) {
    const query = `query($after: String, $filter: EventFilter) { events(after: $after, first: 250, filter: $filter) {
      nodes { cursor kind aggregateId } pageInfo { hasNextPage } } }`;
    const { nodes, pageInfo } = (await this.ask(query, { after, filter })).events;
    expect(!pageInfo.hasNextPage, 'the log is longer than the test thought');
    return nodes;
  }
}

/** An agent of the test's own, with a workflow of two tasks, the second after the first. */
export async function hire(server, name) {
  const { agentByName: parent } = await server.ask('{ agentByName(name: "Finance Director") { id } }');
  const { agent } = await server.act('createAgent', { name, type: 'SPECIALIST', parentId: parent.id }, 'agent { id }');
  const tasks = [{ ref: 'draft', taskType: 'draft' }, { ref: 'send', taskType: 'send', dependsOn: [{ ref: 'draft' }] }];
  const input = { name, ownerAgentId: agent.id, definition: { tasks } };
  const { workflow } = await server.act('registerWorkflow', input, 'workflow { id }');
  return new Worker(server, agent.id, workflow.id);
}

class Worker {
  constructor(server, agentId, workflowId) {
    Object.assign(this, { server, agentId, workflowId });
  }

  async start() {
    const selection = 'workflowExecution { id } tasks { id taskType }';
    return this.server.act('startExecution', { workflowId: this.workflowId }, selection);
  }

  async claim() {
    const input = { agentIds: [this.agentId], max: 1, leaseSeconds: 60 };
    const { leases } = await this.server.act('claimTasks', input, 'leases { taskId token }');
    equal(leases.length, 1, 'leases');
    return leases[0];
  }

  async complete({ taskId, token }) {
    const input = { items: [{ taskId, token, outputData: { by: 'events.mjs' } }] };
    const { results } = await this.server.act('completeTasks', input, 'results { task { status } userErrors { message } }');
    equal(results, [{ task: { status: 'COMPLETED' }, userErrors: [] }], 'completeTasks');
  }

  async doNext() {
    await this.complete(await this.claim());
  }

  /** Puts a task before a person. */
  async ask() {
    const { approval } = await this.server.act('requestApproval', { ...(await this.claim()), subject: 'Send it' }, 'approval { id }');
    return approval.id;
  }
}
