-- A few rows as the measurement has them, in schema `bench`: what `load.sql` reads, and enough for every query.
create schema bench;
create function bench.id(kind text, number bigint) returns uuid language sql immutable as $$ select md5(kind || ':' || number)::uuid $$;

create table bench.agents as
select bench.id('agent', n) id, 'agent-' || n name, case n when 1 then 'orchestrator' when 2 then 'director' else 'specialist' end type,
  bench.id('agent', n - 1) parent_id, 'You are agent ' || n system_prompt, array['mcp'] mcp_tools, true is_active, ts created_at, ts updated_at
from (select n, timestamptz '2023-01-01' + n * interval '1 hour' ts from generate_series(1, 4) n) numbers;
update bench.agents set parent_id = null where type = 'orchestrator';

create table bench.agent_capabilities as
select bench.id('capability', n) id, bench.id('agent', n) agent_id, 'type' capability_type, 'capability-' || n capability_name,
  '{"level": 1}'::jsonb configuration, true is_active, timestamptz '2023-01-02' created_at
from generate_series(1, 4) n;

create table bench.goals as
select bench.id('goal', n) id, 'goal-' || n name, 'Reach it' description, 'growth' type, 1000.00 target_value, date '2027-01-01' target_date,
  bench.id('agent', n) owner_agent_id, nullif(bench.id('goal', n - 1), bench.id('goal', 0)) parent_goal_id, 'active' status, ts created_at, ts updated_at
from (select n, timestamptz '2023-02-01' + n * interval '1 hour' ts from generate_series(1, 3) n) numbers;

create table bench.workflows as
select bench.id('workflow', 1) id, 'workflow' name, 'A workflow' description, bench.id('goal', 3) goal_id, bench.id('agent', 1) owner_agent_id,
  'n8n-1' n8n_workflow_id, 'schedule' trigger_type, '{}'::jsonb trigger_config, true is_active, timestamptz '2023-03-01' created_at, timestamptz '2023-03-01' updated_at;

create table bench.workflow_executions as
select bench.id('execution', n) id, bench.id('workflow', 1) workflow_id, 'exec-' || n execution_id, status, timestamptz '2024-01-01' started_at,
  case status when 'completed' then timestamptz '2024-01-02' end completed_at, '{}'::jsonb input_data, '{}'::jsonb output_data, null::text error_message, '{}'::jsonb metrics
from unnest(array['completed', 'running']) with ordinality statuses(status, n);

create table bench.tasks as
select bench.id('task', n) id, bench.id('execution', 2) workflow_execution_id, bench.id('agent', 1) assigned_agent_id, 'type' task_type, 5 priority, status,
  '{}'::jsonb input_data, '{}'::jsonb output_data, timestamptz '2024-01-01' started_at, case status when 'completed' then timestamptz '2024-01-02' end completed_at,
  60 sla_minutes, timestamptz '2024-01-01' + n * interval '1 minute' created_at
from unnest(array['completed', 'pending', 'in_progress', 'failed']) with ordinality statuses(status, n);

create table bench.customers as
select bench.id('customer', 1) id, 'sc-1' shopify_customer_id, 'customer@example.com' email, 'First' first_name, 'Last' last_name, null::text company, null::text phone,
  array['tag'] tags, true accepts_marketing, false vip_status, timestamptz '2022-01-01' created_at, timestamptz '2022-01-01' updated_at;

create table bench.products as
select bench.id('product', 1) id, 'sp-1' shopify_id, 'Print' title, 'Wall art' description, 'collection-1' collection, 'category' category, array['wall'] tags,
  20.00 base_price, 5.00 cost, 'active' status, timestamptz '2023-01-01' created_at, timestamptz '2023-01-01' updated_at;

create table bench.product_variants as
select bench.id('variant', 1) id, bench.id('product', 1) product_id, 'sv-1' shopify_variant_id, 'SKU-1' sku, '24x36' size, 'gallery' frame_type, 30.00 price,
  10 inventory_quantity, true is_available, timestamptz '2023-02-01' created_at;

create table bench.inventory as
select bench.id('inventory', 1) id, bench.id('variant', 1) product_variant_id, 'main' location, 10 quantity_available, 0 quantity_reserved, 0 quantity_incoming,
  5 reorder_point, 20 reorder_quantity, null::timestamptz last_counted_at, timestamptz '2023-02-01' updated_at;

create table bench.orders as
select bench.id('order', 1) id, 'so-1' shopify_order_id, 'VW-1' order_number, bench.id('customer', 1) customer_id, 'fulfilled' status, 30.00 subtotal_amount, 5.00 tax_amount,
  0.00 shipping_amount, 35.00 total_amount, 'USD' currency, 'paid' financial_status, timestamptz '2023-03-01' created_at, timestamptz '2023-03-01' updated_at;

create table bench.order_items as
select bench.id('item', 1) id, bench.id('order', 1) order_id, bench.id('variant', 1) product_variant_id, 1 quantity, 30.00 price, 30.00 total_amount;
