//! What dashboards show.

mod alert;
mod figure;
mod metric;
mod period;
mod series;
mod summary;

pub(crate) use self::{series::SeriesQuery, summary::SummaryQuery};
