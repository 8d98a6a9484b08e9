// The tabs of a first visit. A test compares these operations with schema.graphql.
import agents from './examples/agents.graphql';
import customerOrders from './examples/customer-orders.graphql';
import node from './examples/node.graphql';
import products from './examples/products.graphql';
import tasks from './examples/tasks.graphql';
import nodeVariables from './examples/node.variables.json';
import tasksVariables from './examples/tasks.variables.json';

const json = (value) => JSON.stringify(value, null, 2);

export const examples = [
  // Without variables: GraphiQL does not show those of the first tab.
  { query: agents },
  { query: tasks, variables: json(tasksVariables) },
  { query: products },
  { query: customerOrders },
  { query: node, variables: json(nodeVariables) },
];
