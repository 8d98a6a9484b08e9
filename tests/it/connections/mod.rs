//! The shop's connections to the outside.
//!
//! - [`outbox`], [`endpoints`]: webhooks to others. [`receiver`]: who takes them.
//! - [`inbox`]: webhooks of others. [`stripe`]: what Stripe tells. [`shopify`]: what Shopify tells. [`stored`]: how
//!   they are stored.
//! - [`jobs`]: long work on files.

mod endpoints;
mod inbox;
mod jobs;
mod outbox;
mod receiver;
mod shopify;
mod stored;
mod stripe;
