//! Messages of campaigns.

use sea_orm::FromQueryResult;

use super::{Figure, Metric, Part, quotient, within};
use crate::{analytics::period::Window, database::Sql};

/// Messages that were sent in the period.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Messages {
    sent: i64,
    /// Those of which a link was opened, whenever.
    clicked: i64,
}

pub(super) const CAMPAIGN_CLICK_RATE: Metric = Metric::new(
    "Messages of campaigns of which a link was opened, divided by those that were sent.",
    &[Part::Messages],
    |it| quotient(it.messages.clicked, it.messages.sent),
);

impl Figure for Messages {
    fn write(sql: &mut Sql, window: &Window) {
        sql.push("SELECT COUNT(*) AS sent, COUNT(clicked_at) AS clicked FROM campaign_recipients ");
        sql.push("WHERE sent_at IS NOT NULL");
        within(sql, "sent_at", window);
    }
}
