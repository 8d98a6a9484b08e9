//! What people and agents do to records, through GraphQL. Who may do it is tried elsewhere.
//!
//! - [`fixture`]: the demo data with somebody who writes
//!
//! and the tests: [`agents`], [`active`], [`belongings`]; [`goals`], [`progress`]; [`workflows`], [`definitions`];
//! [`operations`]; [`repeated`]: the same call again; [`audit`]: what is written down about it;
//! [`contract`]: what is refused, and how; [`inputs`]: the shape of what is given; [`values`]: at their edges.

mod active;
mod agents;
mod audit;
mod belongings;
mod contract;
mod definitions;
mod fixture;
mod goals;
mod inputs;
mod operations;
mod progress;
mod repeated;
mod values;
mod workflows;
