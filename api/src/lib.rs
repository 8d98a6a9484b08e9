//! The VividWalls server.
//!
//! - [`commands`]: what the command line does; [`config`]: its settings; [`log`]: the log.
//! - [`http`]: GraphQL over HTTP, health, the accept loop.
//! - [`metrics`]: figures and health, for whoever watches the server.
//! - [`document`]: what bounds a query before it is executed.
//! - [`schema`]: the GraphQL schema, put together.
//! - [`agents`], [`work`], [`catalog`], [`pricing`], [`stock`], [`orders`], [`payments`], [`customers`], [`marketing`],
//!   [`analytics`], [`finance`], [`connections`], [`system`], [`identity`]: a folder is a domain, a file is a type.
//! - [`mutation`]: what can be done, declared verb by verb.
//! - [`events`]: what happened and what happens, for those who watch.
//! - [`outbound`]: webhooks to others.
//! - [`memory`]: how much of it there is.
//! - [`node`]: any row by its id.
//! - [`read`] and [`write`](mod@write): the machinery; it knows no entity.

// Every filter reaches every other: the documentation asks about all of them.

pub mod agents;
pub mod analytics;
pub mod catalog;
pub mod commands;
pub mod config;
pub mod connections;
pub mod customers;
pub mod document;
pub mod events;
pub mod finance;
pub mod http;
pub mod identity;
mod insight;
pub mod log;
pub mod marketing;
pub mod memory;
pub mod metrics;
pub mod mutation;
pub mod node;
pub mod orders;
pub mod outbound;
pub mod payments;
pub mod pricing;
pub mod read;
pub mod schema;
pub mod stock;
pub mod system;
pub mod tables;
pub mod work;
pub mod write;
