// The tabs of a first visit. A test runs these operations.
import addCustomer from './examples/add-customer.graphql';
import agents from './examples/agents.graphql';
import books from './examples/books.graphql';
import budgetsAndKpis from './examples/budgets-and-kpis.graphql';
import bulkJobs from './examples/bulk-jobs.graphql';
import byKey from './examples/by-key.graphql';
import createCampaign from './examples/create-campaign.graphql';
import createWebhookEndpoint from './examples/create-webhook-endpoint.graphql';
import customerOrders from './examples/customer-orders.graphql';
import dashboard from './examples/dashboard.graphql';
import groups from './examples/groups.graphql';
import holdStock from './examples/hold-stock.graphql';
import inboundWebhooks from './examples/inbound-webhooks.graphql';
import launchCampaign from './examples/launch-campaign.graphql';
import payOrder from './examples/pay-order.graphql';
import placeOrder from './examples/place-order.graphql';
import previewSegment from './examples/preview-segment.graphql';
import products from './examples/products.graphql';
import quote from './examples/quote.graphql';
import receiveReturn from './examples/receive-return.graphql';
import recordEvent from './examples/record-event.graphql';
import redriveTask from './examples/redrive-task.graphql';
import requestReturn from './examples/request-return.graphql';
import shipOrder from './examples/ship-order.graphql';
import tasks from './examples/tasks.graphql';
import watchSystem from './examples/watch-system.graphql';
import watchTasks from './examples/watch-tasks.graphql';
import launchCampaignVariables from './examples/launch-campaign.variables.json';
import payOrderVariables from './examples/pay-order.variables.json';
import receiveReturnVariables from './examples/receive-return.variables.json';
import recordEventVariables from './examples/record-event.variables.json';
import requestReturnVariables from './examples/request-return.variables.json';
import shipOrderVariables from './examples/ship-order.variables.json';
import tasksVariables from './examples/tasks.variables.json';
import watchSystemVariables from './examples/watch-system.variables.json';
import watchTasksVariables from './examples/watch-tasks.variables.json';

const json = (value) => JSON.stringify(value, null, 2);

export const examples = [
  // Without variables: GraphiQL does not show those of the first tab.
  { query: agents },
  { query: tasks, variables: json(tasksVariables) },
  { query: products },
  { query: dashboard },
  { query: groups },
  { query: holdStock },
  { query: quote },
  { query: placeOrder },
  { query: payOrder, variables: json(payOrderVariables) },
  { query: shipOrder, variables: json(shipOrderVariables) },
  { query: requestReturn, variables: json(requestReturnVariables) },
  { query: receiveReturn, variables: json(receiveReturnVariables) },
  { query: books },
  { query: customerOrders },
  { query: addCustomer },
  { query: previewSegment },
  { query: createCampaign },
  { query: launchCampaign, variables: json(launchCampaignVariables) },
  { query: budgetsAndKpis },
  { query: inboundWebhooks },
  { query: createWebhookEndpoint },
  { query: bulkJobs },
  { query: byKey },
  { query: watchTasks, variables: json(watchTasksVariables) },
  { query: redriveTask },
  { query: watchSystem, variables: json(watchSystemVariables) },
  { query: recordEvent, variables: json(recordEventVariables) },
];
