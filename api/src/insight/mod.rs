//! What dashboards show.

mod agent;
mod alert;
mod anomaly;
mod budget;
mod campaign;
mod cohort;
mod deadline;
mod figure;
mod funnel;
mod metric;
mod page;
mod period;
mod product;
mod report;
mod series;
mod stock;
mod summary;

pub(crate) use self::{report::ReportQuery, series::SeriesQuery, summary::SummaryQuery};
