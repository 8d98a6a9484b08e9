//! What the caller wants.

use clap::{Parser, ValueEnum};
use tests::bench::{Target, number};

use super::limit::Sizes;

/// The load of the shop, beside the limit: hand-written SQL of the same effect
#[derive(Debug, Parser)]
#[command(name = "bench-shop")]
pub(crate) struct Options {
    /// What is measured
    #[arg(value_enum)]
    pub(crate) what: What,

    /// Where the server listens, such as 127.0.0.1:4000
    address: String,

    /// The API key, if the server wants one: of role operator, orchestrator or admin
    key: Option<String>,

    /// The database of the limit: `sqlite://PATH`, a file that is not there yet, or `postgres://…`, where it gets a
    /// schema of its own; by default a SQLite file in the folder for temporary files. It is gone afterwards
    #[arg(long, value_name = "DATABASE_URL")]
    pub(crate) limit: Option<String>,

    /// The server's own database, `sqlite://PATH` or `postgres://…`: `segment`, `launch` and `send` write the customers
    /// that are missing into it
    #[arg(long, value_name = "DATABASE_URL")]
    pub(crate) database: Option<String>,

    /// The secret with which the server verifies Shopify's webhooks, for `inbound`
    #[arg(long, value_name = "SECRET")]
    pub(crate) shopify_secret: Option<String>,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum What {
    /// Orders of many variants.
    Orders,
    /// Orders of one variant.
    Hot,
    /// Whether more is sold than there is.
    Oversell,
    /// Counts of stock.
    Stock,
    /// Captures.
    Payments,
    /// Segments and e-mail lists by criteria.
    Segment,
    /// Launches of campaigns.
    Launch,
    /// Messages of a campaign.
    Send,
    /// Money of a budget.
    Reserve,
    /// A snapshot of KPIs.
    Kpis,
    /// Webhooks of Shopify.
    Inbound,
    /// Webhooks that the server sends.
    Deliveries,
    /// Counts of stock by a bulk job.
    Jobs,
    /// Products that a bulk job imports.
    Import,
    /// All products, exported by a bulk job.
    Export,
    /// All of these.
    All,
}

impl What {
    /// What it stands for.
    pub(crate) fn parts(&self) -> &[Self] {
        match self {
            Self::All => &[
                Self::Oversell,
                Self::Hot,
                Self::Orders,
                Self::Stock,
                Self::Payments,
                Self::Segment,
                Self::Launch,
                Self::Send,
                Self::Reserve,
                Self::Kpis,
                Self::Inbound,
                Self::Deliveries,
                Self::Jobs,
                Self::Import,
                Self::Export,
            ],
            one => std::slice::from_ref(one),
        }
    }
}

impl Options {
    pub(crate) fn target(&self) -> Target {
        Target { address: self.address.clone(), key: self.key.clone() }
    }

    /// How many variants there are, here and at the limit.
    pub(crate) fn variants(&self) -> usize {
        number("VARIANTS", 10_000).max(1)
    }

    /// What the limit's database holds.
    pub(crate) fn sizes(&self) -> Sizes {
        Sizes { variants: self.variants(), payments: payments() }
    }
}

/// How many payments are captured.
pub(crate) fn payments() -> usize {
    number("PAYMENTS", 2_000).max(1)
}

/// How many customers a segment is found among.
pub(crate) fn customers() -> usize {
    number("CUSTOMERS", 200_000).max(1)
}

/// How many recipients a campaign has that is launched.
pub(crate) fn recipients() -> usize {
    number("RECIPIENTS", 100_000).max(1)
}

/// How many messages there are to send.
pub(crate) fn messages() -> usize {
    number("SENDS", 20_000).max(1)
}

/// How many counts a bulk job has at least.
pub(crate) fn job_rows() -> usize {
    number("JOB_ROWS", 100_000).max(1)
}

/// How many variants are imported at least.
pub(crate) fn imported() -> usize {
    number("IMPORTED", 100_000).max(1)
}
