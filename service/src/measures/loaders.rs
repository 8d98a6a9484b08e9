//! How many keys share a statement.

use prometheus_client::{
    metrics::{family::Family, histogram::Histogram},
    registry::Registry,
};

use super::labels::Labels;

/// Bounds of numbers of keys.
const KEYS: [f64; 6] = [1.0, 4.0, 16.0, 64.0, 256.0, 1024.0];

/// Statements that look for rows by keys.
#[derive(Debug)]
pub struct Loaders(Family<Labels<1>, Histogram>);

impl Default for Loaders {
    fn default() -> Self {
        Self(Family::new_with_constructor((|| Histogram::new(KEYS)) as fn() -> Histogram))
    }
}

impl Loaders {
    /// Notes a statement: what looks for rows, which is a table or another name of ours, and for how many keys.
    pub fn note(&self, loader: &'static str, keys: usize) {
        self.0.get_or_create(&[("loader", loader)]).observe(keys as f64);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Keys that a statement looks for, by table";
        registry.register("loader_keys_per_statement", help, self.0.clone());
    }
}
