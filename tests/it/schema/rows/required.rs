//! What a row of each table must have.

use super::NOW;

type Value = (&'static str, &'static str);

/// The columns without a default, beside the key and the times.
pub(super) fn required(table: &str) -> &'static [Value] {
    match table {
        "agents" => &[("name", "'agent #'"), ("type", "'specialist'"), ("parent_id", "@agents")],
        "agent_capabilities" => {
            &[("agent_id", "@agents"), ("capability_type", "'mcp_tool'"), ("capability_name", "'tool #'")]
        }
        "agent_collaborations" => &[
            ("requesting_agent_id", "@agents"),
            ("responding_agent_id", "@agents:2"),
            ("collaboration_type", "'inquiry #'"),
        ],
        "goals" => &[("name", "'goal'"), ("type", "'growth'"), ("status", "'active'")],
        "workflows" => &[("name", "'workflow #'"), ("owner_agent_id", "@agents"), ("trigger_type", "'manual'")],
        "workflow_executions" => &[("workflow_id", "@workflows"), ("status", "'running'")],
        "tasks" => &[("assigned_agent_id", "@agents"), ("task_type", "'report'"), ("status", "'pending'")],
        "products" => {
            &[("handle", "'product-#'"), ("title", "'product'"), ("base_price", "400"), ("status", "'active'")]
        }
        "product_variants" => &[("product_id", "@products"), ("title", "'variant'"), ("price", "400")],
        "inventory" => &[("product_variant_id", "@product_variants"), ("location", "'shelf #'")],
        "product_metrics" => {
            &[("product_id", "@products:#"), ("period_start", "'2026-05-01'"), ("period_end", "'2026-05-31'")]
        }
        "customers" => &[("email", "'customer-#@example.com'")],
        "customer_segments" => &[("name", "'segment #'"), ("type", "'online'")],
        "customer_segment_members" => {
            &[("customer_id", "@customers:#"), ("segment_id", "@customer_segments"), ("assigned_at", NOW)]
        }
        "customer_interactions" => {
            &[("customer_id", "@customers"), ("interaction_type", "'inquiry'"), ("channel", "'email'")]
        }
        "orders" => &[
            ("order_number", "'#'"),
            ("status", "'pending'"),
            ("subtotal_amount", "400"),
            ("total_amount", "400"),
            ("fulfillment_status", "'unfulfilled'"),
            ("financial_status", "'pending'"),
        ],
        "order_items" => &[
            ("order_id", "@orders"),
            ("title", "'variant'"),
            ("quantity", "2"),
            ("price", "200"),
            ("total_amount", "400"),
        ],
        "campaigns" => &[("name", "'campaign'"), ("type", "'email'"), ("status", "'draft'")],
        "content" => &[("type", "'newsletter'"), ("status", "'draft'")],
        "email_lists" => &[("name", "'list #'"), ("type", "'static'")],
        "email_subscribers" => &[
            ("email", "'reader-#@example.com'"),
            ("list_id", "@email_lists"),
            ("status", "'subscribed'"),
            ("subscribed_at", NOW),
        ],
        "kpis" => &[
            ("name", "'kpi #'"),
            ("category", "'sales'"),
            ("metric", "'revenue'"),
            ("formula", "'the sum'"),
            ("frequency", "'daily'"),
        ],
        "kpi_measurements" => &[("kpi_id", "@kpis"), ("measured_at", NOW), ("value", "1")],
        "reports" => &[("name", "'report'"), ("type", "'daily'"), ("generated_at", NOW)],
        "transactions" => {
            &[("type", "'revenue'"), ("category", "'sales'"), ("amount", "400"), ("transaction_date", "'2026-05-04'")]
        }
        "budgets" => &[
            ("name", "'budget'"),
            ("category", "'category #'"),
            ("fiscal_year", "2026"),
            ("fiscal_month", "5"),
            ("allocated_amount", "1000"),
        ],
        "revenue_attribution" => &[
            ("transaction_id", "@transactions"),
            ("agent_id", "@agents"),
            ("attribution_model", "'linear'"),
            ("attribution_percentage", "50"),
        ],
        "system_events" => &[("event_type", "'started'"), ("severity", "'info'"), ("message", "'started'")],
        "configurations" => &[("key", "'key #'"), ("value", "'1'")],
        "task_dependencies" => &[("task_id", "@tasks:#"), ("depends_on_id", "@tasks:2"), ("on_failure", "'fail'")],
        "task_attempts" => &[
            ("task_id", "@tasks"),
            ("number", "#"),
            ("started_at", NOW),
            ("ended_at", "'2026-05-04T03:12:01+00:00'"),
            ("outcome", "'completed'"),
        ],
        "task_keys" => &[("key", "'key #'"), ("task_id", "@tasks")],
        "approvals" => &[
            ("task_id", "@tasks"),
            ("subject", "'a discount'"),
            ("requested_by", "'a key'"),
            ("status", "'approved'"),
            ("on_deadline", "'fail'"),
            ("decided_at", NOW),
        ],
        "api_keys" => &[
            ("name", "'key'"),
            ("prefix", "'prefix #'"),
            ("hash", "'hash #'"),
            ("role", "'agent'"),
            ("agent_id", "@agents"),
        ],
        "audit_entries" => &[("principal", "'a key'"), ("operation", "'UpdateAgent'"), ("object_type", "'Agent'")],
        "idempotency_keys" => {
            &[("caller", "'a key'"), ("key", "'key #'"), ("operation", "'UpdateAgent'"), ("input_hash", "'hash'")]
        }
        "events" => &[
            ("transaction_number", "1"),
            ("kind", "'task.created'"),
            ("aggregate_type", "'task'"),
            ("aggregate_id", "@tasks"),
            ("aggregate_version", "1"),
            ("principal", "'a key'"),
        ],
        "servers" => &[("version", "'0.1.0'"), ("seen_at", NOW)],
        "customer_aliases"
        | "consents"
        | "campaign_recipients"
        | "touchpoints"
        | "budget_slices"
        | "budget_reservations" => required_of_marketing(table),
        "inbound_webhooks" | "webhook_endpoints" | "webhook_deliveries" | "bulk_jobs" | "bulk_chunks" => {
            required_of_connections(table)
        }
        shop => required_of_shop(shop),
    }
}

/// The same of the tables that marketing and budgets need.
fn required_of_marketing(table: &str) -> &'static [Value] {
    match table {
        "customer_aliases" => &[("kind", "'email'"), ("value", "'alias #'"), ("customer_id", "@customers")],
        "consents" => &[
            ("channel", "'email'"),
            ("address_hash", "'hash #'"),
            ("state", "'granted'"),
            ("source", "'api'"),
            ("principal", "'a key'"),
            ("occurred_at", NOW),
        ],
        "campaign_recipients" => {
            &[("campaign_id", "@campaigns"), ("address_hash", "'hash #'"), ("status", "'pending'")]
        }
        "touchpoints" => {
            &[("customer_id", "@customers"), ("channel", "'email'"), ("kind", "'clicked'"), ("occurred_at", NOW)]
        }
        "budget_slices" => &[("budget_id", "@budgets:#")],
        "budget_reservations" => {
            &[("slice_id", "@budget_slices"), ("amount", "5"), ("status", "'held'"), ("purpose", "'an advertisement'")]
        }
        other => panic!("{other} is no table of the schema"),
    }
}

/// The same of the tables that connect the shop to other systems.
fn required_of_connections(table: &str) -> &'static [Value] {
    match table {
        "inbound_webhooks" => &[
            ("source", "'stripe'"),
            ("external_id", "'event #'"),
            ("topic", "'charge.succeeded'"),
            ("object_key", "'charge #'"),
            ("payload", "'{}'"),
            ("status", "'processed'"),
        ],
        "webhook_endpoints" => &[
            ("name", "'accounting'"),
            ("url", "'https://accounting.example'"),
            ("cursor_transaction", "1"),
            ("cursor_position", "1"),
        ],
        "webhook_deliveries" => &[
            ("endpoint_id", "@webhook_endpoints:#"),
            ("transaction_number", "1"),
            ("position", "#"),
            ("kind", "'order.placed'"),
            ("aggregate_id", "@orders"),
            ("status", "'delivered'"),
        ],
        "bulk_jobs" => {
            &[("kind", "'set_stock'"), ("status", "'completed'"), ("on_error", "'skip'"), ("requested_by", "'a key'")]
        }
        "bulk_chunks" => &[("job_id", "@bulk_jobs"), ("part", "'input'"), ("number", "#"), ("content", "'{}'")],
        other => panic!("{other} is no table of the schema"),
    }
}

/// The same of the tables that selling needs.
fn required_of_shop(table: &str) -> &'static [Value] {
    match table {
        "stock_reservations" => &[
            ("hold_id", "@orders"),
            ("product_variant_id", "@product_variants"),
            ("inventory_id", "@inventory"),
            ("order_item_id", "@order_items"),
            ("quantity", "1"),
            ("status", "'ordered'"),
        ],
        "stock_movements" => {
            &[("location", "'main'"), ("kind", "'receive'"), ("quantity", "1"), ("principal", "'a key'")]
        }
        "order_numbers" => &[],
        "fulfillments" => &[("order_id", "@orders"), ("status", "'preparing'"), ("location", "'main'")],
        "fulfillment_lines" => {
            &[("fulfillment_id", "@fulfillments"), ("order_item_id", "@order_items:#"), ("quantity", "1")]
        }
        "returns" => &[("order_id", "@orders"), ("status", "'requested'"), ("reason", "'damaged'")],
        "return_lines" => &[("return_id", "@returns"), ("order_item_id", "@order_items:#"), ("quantity", "1")],
        "discounts" => &[("name", "'discount'"), ("kind", "'percentage'"), ("target", "'line'"), ("value", "10")],
        "discount_uses" => {
            &[("discount_id", "@discounts"), ("order_id", "@orders:#"), ("amount", "40"), ("is_once", "FALSE")]
        }
        "prices" => &[("product_variant_id", "@product_variants"), ("min_quantity", "#"), ("price", "400")],
        "exchange_rates" => &[
            ("base", "'EUR'"),
            ("quote", "'USD'"),
            ("day", "'#day'"),
            ("rate_e10", "11000000000"),
            ("source", "'bank'"),
        ],
        "tax_rates" => &[
            ("country", "'US'"),
            ("region", "'#'"),
            ("name", "'sales tax'"),
            ("percentage", "7.5"),
            ("is_included", "FALSE"),
            ("on_shipping", "FALSE"),
        ],
        "shipping_methods" => &[("code", "'method #'"), ("name", "'by road'"), ("price", "20")],
        "payments" => &[("order_id", "@orders"), ("provider", "'manual'"), ("amount", "400"), ("status", "'captured'")],
        "refunds" => &[("order_id", "@orders"), ("amount", "10"), ("status", "'succeeded'"), ("source", "'api'")],
        "refund_lines" => &[
            ("refund_id", "@refunds"),
            ("order_item_id", "@order_items:#"),
            ("quantity", "1"),
            ("amount", "10"),
            ("tax_amount", "1"),
        ],
        "payment_entries" => &[
            ("payment_id", "@payments"),
            ("kind", "'captured'"),
            ("amount", "400"),
            ("effect_key", "'effect #'"),
            ("principal", "'a key'"),
            ("occurred_at", NOW),
        ],
        "approval_uses" => &[("approval_id", "@approvals:#"), ("operation", "'RefundOrder'"), ("object_id", "@orders")],
        other => panic!("{other} is no table of the schema"),
    }
}
