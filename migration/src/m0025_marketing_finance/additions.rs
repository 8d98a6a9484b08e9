//! What campaigns, lists, content, KPIs and the books get, and what budgets and KPIs have from the start.

use crate::{
    engine::Engine,
    m0024_customers::BOOKS,
    schema::{
        Addition,
        OnDelete::{NoAction, SetNull},
        boolean, decimal, integer, timestamp, uuid, varchar,
    },
};

pub(super) fn campaigns() -> Addition {
    Addition::to("campaigns")
        .column(uuid("target_list_id").null().references("email_lists", SetNull))
        .column(uuid("content_id").null().references("content", SetNull))
        .column(uuid("budget_slice_id").null().references("budget_slices", SetNull))
        .column(timestamp("scheduled_at").null())
        .column(timestamp("launched_at").null())
        .column(timestamp("ended_at").null())
        .checked(decimal("cost_per_message", 10, 2).default("0"), "cost_per_message >= 0")
        .column(integer("message_count").default("0"))
        .counts(&["booked_count"])
        .check("booked", "booked_count <= message_count")
        .checked(integer("sends_per_minute").default("600"), "sends_per_minute > 0")
        .column(boolean("resend_unknown").default("FALSE"))
        .column(timestamp("next_turn_at").null())
}

pub(super) fn email_lists() -> Addition {
    Addition::to("email_lists")
        .column(boolean("double_opt_in").default("FALSE"))
        .checked(integer("refresh_minutes").null(), "refresh_minutes > 0")
        .column(timestamp("next_compute_at").null())
}

pub(super) fn email_subscribers() -> Addition {
    Addition::to("email_subscribers")
        .column(varchar("source", 50).default("'api'"))
        .column(timestamp("confirmed_at").null())
}

pub(super) fn content() -> Addition {
    Addition::to("content").column(varchar("reviewed_by", 255).null()).column(timestamp("reviewed_at").null())
}

pub(super) fn kpis() -> Addition {
    Addition::to("kpis").column(timestamp("measured_until").null())
}

pub(super) fn transactions() -> Addition {
    Addition::to("transactions")
        .column(uuid("budget_slice_id").null().references("budget_slices", NoAction))
        .guarding(BOOKS)
}

/// Each budget gets its root slice, with the id of the budget and what was spent; each KPI goes on behind its last
/// measurement. Levels that a budget has reached before are not told anew.
pub(super) fn fill(_: Engine) -> Vec<String> {
    let reached = |level: u8| format!("ROUND(spent_amount * 100) * 100 >= ROUND(allocated_amount * 100) * {level}");
    vec![
        format!(
            "INSERT INTO budget_slices (id, budget_id, allocated_amount, spent_amount, alert_level, created_at, \
               updated_at) \
             SELECT id, id, allocated_amount, spent_amount, CASE WHEN spent_amount = 0 THEN 0 WHEN {} THEN 100 \
               WHEN {} THEN 90 WHEN {} THEN 80 ELSE 0 END, created_at, created_at \
             FROM budgets",
            reached(100),
            reached(90),
            reached(80)
        ),
        "UPDATE kpis SET measured_until = measured.until \
         FROM (SELECT kpi_id, MAX(period_end) AS until FROM kpi_measurements GROUP BY kpi_id) AS measured \
         WHERE measured.kpi_id = kpis.id"
            .to_owned(),
    ]
}
