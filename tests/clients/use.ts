// Typical calls: what may be left out is left out.
import { useFragment as read4 } from './generated/preset4/fragment-masking';
import * as generated4 from './generated/preset4/graphql';
import * as generated6 from './generated/preset6/graphql';

const input = { tasks: [{ assignedAgentId: '0190f3c4-0000-7000-8000-000000000000', taskType: 'write_letter' }] };
export const create4: generated4.CreateTasksMutationVariables = { input };
export const create6: generated6.CreateTasksMutationVariables = { input };
export const list: generated6.TasksQueryVariables = { filter: { status: { eq: 'PENDING' } } };
export const page: generated6.ProductsQueryVariables = {};

export function titles(products: generated6.ProductsQuery): string[] {
  return products.products.nodes.map(({ title }) => title);
}

export function names(tasks: generated4.TasksQuery): string[] {
  return tasks.tasks.nodes.map((task) => read4(generated4.TaskLineFragmentDoc, task).taskType);
}
