// The tabs of a first visit. A test runs these operations.
import agents from './examples/agents.graphql';
import byKey from './examples/by-key.graphql';
import customerOrders from './examples/customer-orders.graphql';
import products from './examples/products.graphql';
import recordEvent from './examples/record-event.graphql';
import redriveTask from './examples/redrive-task.graphql';
import tasks from './examples/tasks.graphql';
import watchSystem from './examples/watch-system.graphql';
import watchTasks from './examples/watch-tasks.graphql';
import recordEventVariables from './examples/record-event.variables.json';
import tasksVariables from './examples/tasks.variables.json';
import watchSystemVariables from './examples/watch-system.variables.json';
import watchTasksVariables from './examples/watch-tasks.variables.json';

const json = (value) => JSON.stringify(value, null, 2);

export const examples = [
  // Without variables: GraphiQL does not show those of the first tab.
  { query: agents },
  { query: tasks, variables: json(tasksVariables) },
  { query: products },
  { query: customerOrders },
  { query: byKey },
  { query: watchTasks, variables: json(watchTasksVariables) },
  { query: redriveTask },
  { query: watchSystem, variables: json(watchSystemVariables) },
  { query: recordEvent, variables: json(recordEventVariables) },
];
