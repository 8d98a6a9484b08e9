//! The tests of the whole, by what they look at.

mod analytics;
mod client;
mod connections;
mod customers;
mod demo;
mod events;
mod finance;
mod http;
mod identity;
mod import;
mod insight;
mod language;
mod marketing;
mod read;
mod schema;
mod shop;
mod work;
mod write;
