//! What connects the shop to other systems: webhooks and files.

use clap::Args;
use ipnet::IpNet;

use super::{Secret, value};
use crate::http::Webhooks;

/// Webhooks of other systems, webhooks for them, and files.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Connections")]
pub struct ConnectionArgs {
    /// Secret that signs the webhooks of Shopify; while it changes the old one too, after a comma. Without a secret they are refused
    #[arg(
        long,
        env = "VIVIDWALLS_SHOPIFY_SECRET",
        value_name = "SECRETS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub shopify_secret: Vec<Secret>,

    /// Secret that signs the webhooks of Stripe; while it changes the old one too, after a comma. Without a secret they are refused
    #[arg(
        long,
        env = "VIVIDWALLS_STRIPE_SECRET",
        value_name = "SECRETS",
        value_delimiter = ',',
        hide_env_values = true
    )]
    pub stripe_secret: Vec<Secret>,

    /// The largest webhook that is received
    #[arg(
        long,
        env = "VIVIDWALLS_WEBHOOK_BODY_LIMIT",
        value_name = "BYTES",
        default_value = "4MiB",
        value_parser = value::size
    )]
    pub webhook_body_limit: usize,

    /// Networks of private addresses that webhooks may be sent to, also without TLS: such as `10.0.0.0/8`, separated by commas; none by default
    #[arg(
        long,
        env = "VIVIDWALLS_WEBHOOK_ALLOW",
        value_name = "NETWORKS",
        value_delimiter = ',',
        value_parser = value::network
    )]
    pub webhook_allow: Vec<IpNet>,

    /// The largest file of a bulk job
    #[arg(
        long,
        env = "VIVIDWALLS_BULK_LIMIT",
        value_name = "BYTES",
        default_value = "100MiB",
        value_parser = value::size
    )]
    pub bulk_limit: usize,
}

impl ConnectionArgs {
    /// Says what is wrong with the secrets, without showing them.
    pub fn check(&self) -> Result<(), String> {
        self.shopify_secret.iter().try_for_each(|secret| secret.check("shopify-secret"))?;
        self.stripe_secret.iter().try_for_each(|secret| secret.check("stripe-secret"))
    }

    /// What other systems may send.
    pub fn webhooks(&self) -> Webhooks {
        let trimmed = |secrets: &[Secret]| secrets.iter().map(Secret::trimmed).collect();
        Webhooks {
            shopify_secrets: trimmed(&self.shopify_secret),
            stripe_secrets: trimmed(&self.stripe_secret),
            body_limit: self.webhook_body_limit,
        }
    }
}
