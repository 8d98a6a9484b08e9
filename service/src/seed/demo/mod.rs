//! The demo house: eleven agents, what they work on, and the small shop they run.
//!
//! It is built in memory from the tables of texts in these files, then written at once. Whatever the rows say about
//! each other (totals, stock, counts, measurements) is computed from the rows, never written down twice.

mod agents;
mod analytics;
mod attribution;
mod campaigns;
mod cast;
mod catalog;
mod customers;
mod finance;
mod goals;
mod house;
mod mailing;
mod metrics;
mod orders;
mod people;
mod products;
mod reports;
mod stock;
mod system;
mod work;
mod workflows;

use cast::Who;
use chrono::{DateTime, Utc};
use house::House;

use super::rows::Rows;

/// All rows of the house as it is at that time.
pub(super) fn build(now: DateTime<Utc>) -> Rows {
    let mut house = House::new(now);
    agents::plant(&mut house);
    catalog::plant(&mut house);
    let calendar = orders::calendar();
    customers::plant(&mut house, &calendar);
    orders::plant(&mut house, &calendar);
    stock::plant(&mut house);
    customers::total(&mut house);
    mailing::plant(&mut house);
    goals::plant(&mut house);
    campaigns::plant(&mut house);
    work::plant(&mut house);
    finance::plant(&mut house);
    attribution::plant(&mut house);
    metrics::plant(&mut house);
    analytics::plant(&mut house);
    reports::plant(&mut house);
    system::plant(&mut house);
    house.rows
}
