//! The database schema, one file per domain, the same on SQLite and PostgreSQL.
//!
//! - `schema`: how a table is described, once for both engines
//! - `engine`: what differs between them; nothing else in this crate asks which one it is
//! - `m0001_agents` and those after it: the tables, in the order of their dependencies
//!
//! A migration that has been released is never edited; a change is a new one. `docs/schema.md` says how.

mod engine;
mod schema;

mod m0001_agents;
mod m0002_work;
mod m0003_catalog;
mod m0004_customers;
mod m0005_orders;
mod m0006_marketing;
mod m0007_analytics;
mod m0008_finance;
mod m0009_system;
mod m0010_work_engine;
mod m0011_identity;
mod m0012_events;
mod m0013_stats;
mod m0014_lean_indexes;
mod m0015_task_key_expiry;
mod m0016_comments;
mod m0017_retention;
mod m0018_approval_rules;
mod m0019_servers;
mod m0020_vocabulary;
mod m0021_stock;
mod m0022_orders;
mod m0023_payments;
mod m0024_customers;
mod m0025_marketing_finance;
mod m0026_connections;
mod m0027_figures;

use sea_orm_migration::MigrationTrait;
pub use sea_orm_migration::MigratorTrait;

/// Brings a database of either engine to the current schema, or back.
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_agents::migration()),
            Box::new(m0002_work::migration()),
            Box::new(m0003_catalog::migration()),
            Box::new(m0004_customers::migration()),
            Box::new(m0005_orders::migration()),
            Box::new(m0006_marketing::migration()),
            Box::new(m0007_analytics::migration()),
            Box::new(m0008_finance::migration()),
            Box::new(m0009_system::migration()),
            Box::new(m0010_work_engine::migration()),
            Box::new(m0011_identity::migration()),
            Box::new(m0012_events::migration()),
            Box::new(m0013_stats::migration()),
            Box::new(m0014_lean_indexes::migration()),
            Box::new(m0015_task_key_expiry::migration()),
            Box::new(m0016_comments::migration()),
            Box::new(m0017_retention::migration()),
            Box::new(m0018_approval_rules::migration()),
            Box::new(m0019_servers::migration()),
            Box::new(m0020_vocabulary::migration()),
            Box::new(m0021_stock::migration()),
            Box::new(m0022_orders::migration()),
            Box::new(m0023_payments::migration()),
            Box::new(m0024_customers::migration()),
            Box::new(m0025_marketing_finance::migration()),
            Box::new(m0026_connections::migration()),
            Box::new(m0027_figures::migration()),
        ]
    }
}
