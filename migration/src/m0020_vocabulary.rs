//! What the log, orders, attribution and KPIs can also be about.

use crate::schema::{TablesOf, Widening, tables_of};

/// What the version before cannot read as anything else is the system's.
const AGGREGATES: Widening = Widening {
    name: "event_aggregate",
    table: "events",
    column: "aggregate_type",
    values: &[
        "product",
        "stock",
        "order",
        "payment",
        "customer",
        "segment",
        "campaign",
        "content",
        "list",
        "kpi",
        "budget",
        "transaction",
        "webhook",
        "job",
    ],
    instead: Some("system"),
};

/// Nobody ordered a draft.
const DRAFT: Widening = Widening {
    name: "order_status",
    table: "orders",
    column: "status",
    values: &["draft"],
    instead: Some("cancelled"),
};

const PARTIALLY_PAID: Widening = Widening {
    name: "financial_status",
    table: "orders",
    column: "financial_status",
    values: &["partially_paid"],
    instead: Some("pending"),
};

/// Shares by hand are those of no model.
const MANUAL_SHARES: Widening = Widening {
    name: "attribution_model",
    table: "revenue_attribution",
    column: "attribution_model",
    values: &["manual"],
    instead: None,
};

/// Another metric would be another figure.
const METRICS: Widening = Widening {
    name: "kpi_metric",
    table: "kpis",
    column: "metric",
    values: &[
        "refund_total",
        "refund_rate",
        "stockout_count",
        "new_customers",
        "revenue_growth",
        "acquisition_cost",
        "lifetime_value",
        "return_on_ad_spend",
        "return_on_investment",
        "satisfaction",
        "campaign_click_rate",
        "budget_utilisation",
        "execution_error_rate",
        "manual",
    ],
    instead: None,
};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0020_vocabulary", &[], Vec::new).widening(&[
        &AGGREGATES,
        &DRAFT,
        &PARTIALLY_PAID,
        &MANUAL_SHARES,
        &METRICS,
    ])
}
