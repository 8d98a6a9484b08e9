//! The books: transactions, budgets and who earned a revenue.

use crate::schema::{
    Enum,
    OnDelete::{Cascade, NoAction, SetNull},
    Table, TablesOf, currency, date, decimal, enumeration, integer, object, tables_of, text, uuid, varchar,
};

const TRANSACTION_TYPE: Enum =
    Enum { name: "transaction_type", values: &["revenue", "expense", "refund", "adjustment"] };
const ATTRIBUTION_MODEL: Enum =
    Enum { name: "attribution_model", values: &["first_touch", "last_touch", "linear", "position_based"] };

pub(crate) fn migration() -> TablesOf {
    tables_of("m0008_finance", &[&TRANSACTION_TYPE, &ATTRIBUTION_MODEL], || {
        vec![transactions(), budgets(), revenue_attribution()]
    })
}

fn transactions() -> Table {
    Table::new("transactions")
        .column(enumeration("type", &TRANSACTION_TYPE))
        .column(varchar("category", 100))
        .column(decimal("amount", 12, 2))
        .column(currency())
        .column(text("description").null())
        .column(uuid("order_id").null().references("orders", NoAction))
        .column(uuid("customer_id").null().references("customers", SetNull))
        .column(uuid("agent_id").null().references("agents", SetNull))
        .column(uuid("campaign_id").null().references("campaigns", SetNull))
        .column(varchar("payment_method", 50).null())
        .column(varchar("external_id", 255).null().unique())
        .column(date("transaction_date"))
        .created()
        .check("amount", "amount > 0 OR (type = 'adjustment' AND amount <> 0)")
        .index(&["type", "transaction_date", "id"])
        .index(&["transaction_date", "id"])
        .index(&["created_at", "id"])
        .append_only(&[("customer_id", "customers"), ("agent_id", "agents"), ("campaign_id", "campaigns")])
}

fn budgets() -> Table {
    Table::new("budgets")
        .column(varchar("name", 255))
        .column(varchar("category", 100))
        .column(integer("fiscal_year"))
        .column(integer("fiscal_month"))
        .column(decimal("allocated_amount", 12, 2))
        .column(decimal("spent_amount", 12, 2).default("0"))
        .column(currency())
        .column(uuid("owner_agent_id").null().references("agents", SetNull))
        .edited()
        .unique("month", &["category", "fiscal_year", "fiscal_month"])
        .check("fiscal_month", "fiscal_month BETWEEN 1 AND 12")
        .check("allocated_amount", "allocated_amount >= 0")
        .check("spent_amount", "spent_amount >= 0")
}

fn revenue_attribution() -> Table {
    Table::new("revenue_attribution")
        .column(uuid("transaction_id").references("transactions", Cascade))
        .column(uuid("agent_id").references("agents", NoAction))
        .column(uuid("campaign_id").null().references("campaigns", SetNull))
        .column(enumeration("attribution_model", &ATTRIBUTION_MODEL))
        .column(decimal("attribution_percentage", 5, 2))
        .column(object("touchpoint_data"))
        .created()
        .unique("share", &["transaction_id", "attribution_model", "agent_id", "campaign_id"])
        .check("attribution_percentage", "attribution_percentage > 0 AND attribution_percentage <= 100")
}
