//! Campaigns, the content they use and the lists they go to.

use crate::schema::{
    Enum,
    OnDelete::{Cascade, SetNull},
    Table, TablesOf, boolean, currency, date, decimal, enumeration, integer, object, optional_object, tables_of, text,
    timestamp, uuid, varchar,
};

const CAMPAIGN_TYPE: Enum = Enum { name: "campaign_type", values: &["email", "social", "sms", "ads"] };
const CAMPAIGN_STATUS: Enum =
    Enum { name: "campaign_status", values: &["draft", "scheduled", "active", "paused", "completed", "cancelled"] };
const CONTENT_STATUS: Enum =
    Enum { name: "content_status", values: &["draft", "in_review", "approved", "published", "archived"] };
const EMAIL_LIST_TYPE: Enum = Enum { name: "email_list_type", values: &["static", "dynamic"] };
const SUBSCRIPTION_STATUS: Enum =
    Enum { name: "subscription_status", values: &["pending", "subscribed", "unsubscribed", "bounced", "complained"] };

pub(crate) fn migration() -> TablesOf {
    tables_of(
        "m0006_marketing",
        &[&CAMPAIGN_TYPE, &CAMPAIGN_STATUS, &CONTENT_STATUS, &EMAIL_LIST_TYPE, &SUBSCRIPTION_STATUS],
        || vec![campaigns(), content(), email_lists(), email_subscribers()],
    )
}

fn campaigns() -> Table {
    Table::new("campaigns")
        .column(varchar("name", 255))
        .column(enumeration("type", &CAMPAIGN_TYPE))
        .column(uuid("goal_id").null().references("goals", SetNull))
        .column(uuid("owner_agent_id").null().references("agents", SetNull))
        .column(uuid("target_segment_id").null().references("customer_segments", SetNull))
        .column(enumeration("status", &CAMPAIGN_STATUS))
        .column(decimal("budget", 10, 2).null())
        .column(decimal("spent", 10, 2).default("0"))
        .column(currency())
        .column(date("start_date").null())
        .column(date("end_date").null())
        .edited()
        .check("budget", "budget >= 0")
        .check("spent", "spent >= 0")
        .check("dates", "end_date >= start_date")
}

fn content() -> Table {
    Table::new("content")
        .column(varchar("type", 50))
        .column(varchar("title", 500).null())
        .column(text("body").null())
        .column(object("metadata"))
        .column(uuid("created_by_agent_id").null().references("agents", SetNull))
        .column(uuid("campaign_id").null().references("campaigns", SetNull))
        .column(enumeration("status", &CONTENT_STATUS))
        .column(object("performance_metrics"))
        .column(timestamp("published_at").null())
        .edited()
}

fn email_lists() -> Table {
    Table::new("email_lists")
        .column(varchar("name", 255).unique())
        .column(text("description").null())
        .column(enumeration("type", &EMAIL_LIST_TYPE))
        .column(optional_object("criteria"))
        .column(boolean("is_active").default("TRUE"))
        .column(integer("subscriber_count").default("0"))
        .edited()
        .check("subscriber_count", "subscriber_count >= 0")
}

fn email_subscribers() -> Table {
    Table::keyed("email_subscribers", &["email", "list_id"])
        .column(varchar("email", 255))
        .column(uuid("list_id").references("email_lists", Cascade))
        .column(uuid("customer_id").null().references("customers", SetNull))
        .column(enumeration("status", &SUBSCRIPTION_STATUS))
        .column(timestamp("subscribed_at"))
        .column(timestamp("unsubscribed_at").null())
        .changing()
        .check("email", "email = LOWER(email)")
}
