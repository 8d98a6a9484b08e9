//! What people and agents do to records, through GraphQL. Who may do it is tried elsewhere.
//!
//! - [`fixture`]: the demo data with somebody who writes
//!
//! and the tests: [`agents`], [`active`], [`belongings`]; [`goals`], [`progress`]; [`workflows`], [`definitions`];
//! [`operations`]; [`areas`]: where agents trade; [`repeated`], [`repeated_shop`]: the same call again; [`audit`]: what is
//! written down about it; [`contract`]: what is refused, and how; [`inputs`]: the shape of what is given; [`values`]: at
//! their edges; [`secret`]: what signs links.

mod active;
mod agents;
mod analytics_calls;
mod areas;
mod audit;
mod belongings;
mod campaign_calls;
mod contract;
mod customer_calls;
mod definitions;
mod finance_calls;
mod fixture;
mod goals;
mod inbound_calls;
mod inputs;
mod job_calls;
mod operations;
mod order_calls;
mod parcel_calls;
mod payment_calls;
mod progress;
mod repeated;
mod repeated_shop;
mod secret;
mod segment_calls;
mod stock_calls;
mod values;
mod webhook_calls;
mod workflows;
