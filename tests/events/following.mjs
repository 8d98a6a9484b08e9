// Work is done, and the clients see it: once, in order, whatever happens to their connections.
import { equal } from './check.mjs';

const TASKS = `subscription($after: String, $filter: TaskEventFilter) { taskEvents(after: $after, filter: $filter) {
  cursor kind taskId changes task { id taskType status outputData assignedAgent { id } } } }`;

const LIFE = [
  ['TASK_CREATED', 'draft'],
  ['TASK_CREATED', 'send'],
  ['TASK_CLAIMED', 'draft'],
  ['TASK_COMPLETED', 'draft'],
  ['TASK_UNBLOCKED', 'send'],
  ['TASK_CLAIMED', 'send'],
  ['TASK_COMPLETED', 'send'],
];

/** A life of two tasks from `created` to `completed`: first what happened already, then as it happens. */
export async function aLife(server, worker, open) {
  const transport = open(server);
  const after = await server.now();
  const watch = transport.watch(TASKS, { after, filter: { agentIds: [worker.agentId] } });
  for (const way of ['told afterwards', 'live']) {
    const { tasks } = await worker.start();
    await worker.doNext();
    await worker.doNext();
    const ids = Object.fromEntries(tasks.map(({ id, taskType }) => [taskType, id]));
    for (const [kind, type] of LIFE) {
      const what = `${kind} of ${type} by ${transport.name}, ${way}`;
      const event = await watch.next(what);
      equal([event.kind, event.taskId, event.task?.id], [kind, ids[type], ids[type]], what);
      equal([event.task.taskType, event.task.assignedAgent.id], [type, worker.agentId], what);
      if (kind === 'TASK_COMPLETED') equal(event.task.outputData, { by: 'events.mjs' }, what);
    }
  }
  await wholly(server, worker, after, watch.events, transport.name);
  watch.stop();
  transport.end();
}

/** The connection breaks in the middle, work goes on, and the client comes back. */
export async function broken(server, worker, open) {
  const transport = open(server);
  const after = await server.now();
  const watch = transport.watch(TASKS, { after, filter: { agentIds: [worker.agentId] } });
  const seen = async (count) => {
    for (let i = 0; i < count; i += 1) await watch.next(`event ${watch.events.length + 1} by ${transport.name}, broken and resumed`);
  };
  for (const before of [2, 1, 0]) {
    await worker.start();
    await seen(before);
    await transport.cut();
    await worker.doNext();
    transport.resume();
    await seen(1);
    await worker.doNext();
    await seen(LIFE.length - before - 1);
  }
  await wholly(server, worker, after, watch.events, `${transport.name}, broken and resumed`);
  watch.stop();
  transport.end();
}

/** What came is what the log has. */
async function wholly(server, worker, after, events, what) {
  const log = await server.log(after, { aggregateTypes: ['TASK'], agentIds: [worker.agentId] });
  const seen = events.map(({ cursor, kind, taskId }) => ({ cursor, kind, aggregateId: taskId }));
  equal(seen, log, `${what}: what came, and the log`);
  const cursors = seen.map(({ cursor }) => cursor);
  equal(cursors, [...new Set(cursors)].sort(), `${what}: cursors`);
}

/** Each subscription tells of its objects; all of them on one connection. */
export async function everySubscription(server, worker, after, open) {
  const transport = open(server);
  const watch = (field, filter, object) =>
    transport.watch(`subscription($after: String) { ${field}(after: $after, ${filter}) { cursor kind ${object} } }`, { after });
  const mine = `agentIds: ["${worker.agentId}"]`;
  const agents = watch('agentEvents', `filter: { ids: ["${worker.agentId}"] }`, 'agent { id parent { name } }');
  const approvals = watch('approvalEvents', `filter: { ${mine} }`, 'approval { id status }');
  const executions = watch('executionEvents', 'filter: { statuses: [CANCELLED] }', 'execution { id status }');
  const alarms = watch('systemEvents', 'minSeverity: ERROR', 'systemEvent { severity message }');

  const first = await agents.next('the first agentEvents');
  equal([first.kind, first.agent], ['AGENT_CREATED', { id: worker.agentId, parent: { name: 'Finance Director' } }], 'agentEvents');

  const { workflowExecution } = await worker.start();
  const approval = await worker.ask();
  await server.act('cancelExecution', { workflowExecutionId: workflowExecution.id }, 'cancelled { id }');
  for (const kind of ['APPROVAL_REQUESTED', 'APPROVAL_CANCELLED']) {
    const event = await approvals.next(kind);
    equal([event.kind, event.approval.id], [kind, approval], 'approvalEvents');
  }
  equal(approvals.events[1].approval.status, 'CANCELLED', 'the approval, as it is now');
  const cancelled = await executions.next('the cancelled execution');
  equal([cancelled.kind, cancelled.execution], ['EXECUTION_CANCELLED', { id: workflowExecution.id, status: 'CANCELLED' }], 'executionEvents');

  for (const severity of ['INFO', 'CRITICAL']) {
    await server.act('recordSystemEvent', { eventType: 'test', severity, message: severity }, 'systemEvent { id }');
  }
  const alarm = await alarms.next('the alarm');
  equal(alarm.systemEvent, { severity: 'CRITICAL', message: 'CRITICAL' }, 'systemEvents');
  transport.end();
}
