//! The demo data: eleven agents, what they work on, and the small shop they run.
//!
//! It is built in memory from the tables of texts in these files, then written at once. Whatever the rows say about
//! each other (totals, stock, counts, measurements) is computed from the rows, never written down twice.

mod agent_texts;
mod agents;
mod amounts;
mod analytics;
mod attribution;
mod baskets;
mod books;
mod builder;
mod calendar;
mod campaigns;
mod catalog;
mod connections;
mod consents;
mod customer_texts;
mod customers;
mod figures;
mod finance;
mod goals;
mod journal;
mod mailing;
mod metrics;
mod orders;
mod parcels;
mod payments;
mod pricing;
mod products;
mod recipients;
mod refunds;
mod reports;
mod slices;
mod stock;
mod system;
mod touchpoints;
mod work;
mod workflows;

use agent_texts::DemoAgent;
use builder::DemoBuilder;
use chrono::{DateTime, Utc};

use super::rows::Rows;

/// All rows of the demo data as it is at that time.
pub(super) fn build(now: DateTime<Utc>) -> Rows {
    let mut demo = DemoBuilder::new(now);
    agents::build(&mut demo);
    catalog::build(&mut demo);
    pricing::build(&mut demo);
    let calendar = calendar::calendar();
    customers::build(&mut demo, &calendar);
    orders::build(&mut demo, &calendar);
    parcels::build(&mut demo);
    payments::build(&mut demo);
    stock::build(&mut demo);
    journal::build(&mut demo);
    customers::total(&mut demo);
    pricing::lists(&mut demo);
    mailing::build(&mut demo);
    consents::build(&mut demo);
    goals::build(&mut demo);
    campaigns::build(&mut demo);
    recipients::build(&mut demo);
    touchpoints::build(&mut demo);
    work::build(&mut demo);
    finance::build(&mut demo);
    slices::build(&mut demo);
    attribution::build(&mut demo);
    metrics::build(&mut demo);
    analytics::build(&mut demo);
    reports::build(&mut demo);
    connections::build(&mut demo);
    system::build(&mut demo);
    demo.rows
}
