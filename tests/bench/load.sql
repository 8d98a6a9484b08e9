-- Copies the rows of the measurement, as schema `bench` holds them, into our tables: ids kept, vocabularies mapped.
-- Tables that no measured read touches stay empty.
set timezone = 'UTC';

insert into agents (id, name, type, parent_id, system_prompt, mcp_tools, is_active, created_at, updated_at)
select id, name, type::agent_type, parent_id, system_prompt, to_jsonb(mcp_tools), is_active, created_at, updated_at from bench.agents;

insert into agent_capabilities (id, agent_id, capability_type, capability_name, configuration, is_active, created_at, updated_at)
select id, agent_id, capability_type, capability_name, configuration, is_active, created_at, created_at from bench.agent_capabilities;

insert into goals (id, name, description, type, target_value, current_value, target_date, owner_agent_id, parent_goal_id, status, created_at, updated_at)
select id, name, description, type::goal_type, target_value, 0, target_date, owner_agent_id, parent_goal_id, status::goal_status, created_at, updated_at from bench.goals;

insert into workflows (id, name, description, goal_id, owner_agent_id, n8n_workflow_id, trigger_type, trigger_config, is_active, created_at, updated_at)
select id, name, description, goal_id, owner_agent_id, n8n_workflow_id, trigger_type::workflow_trigger_type, trigger_config, is_active, created_at, updated_at from bench.workflows;

insert into workflow_executions (id, workflow_id, execution_id, status, started_at, completed_at, input_data, output_data, error_message, metrics, created_at, updated_at)
select id, workflow_id, execution_id, status::execution_status, started_at, completed_at, input_data, output_data, error_message, metrics, started_at, started_at from bench.workflow_executions;

-- Leases and deadlines lie far in the future: the server looks after tasks every second, and must leave these as they are.
insert into tasks (id, workflow_execution_id, assigned_agent_id, task_type, priority, status, input_data, output_data, started_at, completed_at, sla_minutes, deadline_at, lease_token, lease_expires_at, lease_seconds, created_at, updated_at)
select id, workflow_execution_id, assigned_agent_id, task_type, priority, status::task_status, input_data, output_data, started_at, completed_at, sla_minutes, '2200-01-01',
  case status when 'in_progress' then id end, case status when 'in_progress' then timestamptz '2200-01-01' end, case status when 'in_progress' then 60 end, created_at, created_at
from bench.tasks;

insert into customers (id, shopify_customer_id, email, first_name, last_name, company, phone, tags, accepts_marketing, vip_status, created_at, updated_at)
select id, shopify_customer_id, email, first_name, last_name, company, phone, to_jsonb(tags), accepts_marketing, vip_status, created_at, updated_at from bench.customers;

insert into products (id, shopify_id, handle, title, description, collection, category, tags, base_price, cost, status, created_at, updated_at)
select id, shopify_id, shopify_id, title, description, collection, category, to_jsonb(tags), base_price, cost, status::product_status, created_at, updated_at from bench.products;

insert into product_variants (id, product_id, shopify_variant_id, sku, title, size, frame_type, price, inventory_quantity, is_available, created_at, updated_at)
select id, product_id, shopify_variant_id, sku, concat_ws(' / ', size, frame_type), size, frame_type, price, inventory_quantity, is_available, created_at, created_at from bench.product_variants;

insert into inventory (id, product_variant_id, location, quantity_available, quantity_reserved, quantity_incoming, reorder_point, reorder_quantity, last_counted_at, created_at, updated_at)
select id, product_variant_id, location, quantity_available, quantity_reserved, quantity_incoming, reorder_point, reorder_quantity, last_counted_at, updated_at, updated_at from bench.inventory;

insert into orders (id, shopify_order_id, order_number, customer_id, status, subtotal_amount, discount_amount, tax_amount, shipping_amount, total_amount, currency, fulfillment_status, financial_status, created_at, updated_at)
select id, shopify_order_id, order_number, customer_id,
  (case status when 'cancelled' then 'cancelled' when 'open' then 'pending' else 'completed' end)::order_status,
  subtotal_amount, 0, tax_amount, 0, total_amount, currency,
  (case status when 'fulfilled' then 'fulfilled' else 'unfulfilled' end)::fulfillment_status, financial_status::financial_status, created_at, updated_at
from bench.orders;

insert into order_items (id, order_id, product_variant_id, sku, title, quantity, price, discount_amount, tax_amount, total_amount, created_at, updated_at)
select i.id, i.order_id, i.product_variant_id, v.sku, p.title, i.quantity, i.price, 0, 0, i.total_amount, o.created_at, o.created_at
from bench.order_items i
join bench.orders o on o.id = i.order_id
join bench.product_variants v on v.id = i.product_variant_id
join bench.products p on p.id = v.product_id;
