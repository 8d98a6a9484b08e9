//! The tests of the whole, by what they look at.

mod client;
mod demo;
mod events;
mod http;
mod identity;
mod import;
mod language;
mod read;
mod schema;
mod shop;
mod work;
mod write;
