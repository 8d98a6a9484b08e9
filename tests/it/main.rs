//! The tests of the whole, by what they look at.

mod demo;
mod http;
mod import;
mod read;
mod schema;
