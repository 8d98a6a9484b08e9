//! Messages of campaigns.

use super::{Figure, Metric, Part, Spans, quotient, within};
use crate::database::Sql;

figures! {
    /// Messages that were sent in the period.
    Messages {
        sent,
        /// Those of which a link was opened, whenever.
        clicked,
    }
}

pub(super) const CAMPAIGN_CLICK_RATE: Metric = Metric::new(
    "Messages of campaigns of which a link was opened, divided by those that were sent.",
    &[Part::Messages],
    |it| quotient(it.messages.clicked, it.messages.sent),
);

impl Figure for Messages {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, COUNT(*) AS sent, COUNT(r.clicked_at) AS clicked FROM ");
        spans.write(sql);
        sql.push(" CROSS JOIN campaign_recipients AS r WHERE r.sent_at IS NOT NULL");
        within(sql, "r.sent_at").push(" GROUP BY k.n");
    }
}
