//! The configurations that rules depend on: a closed list of keys, each with its type and its default.
//!
//! - [`Settings`]: all of them, read by [`load`]; [`check`]: what `setConfiguration` refuses.
//! - `rule`: what a value must be. `authority`, `pricing`, `routing`, `shopify`: values with a type of their own.
//!
//! The list stands in `docs/configuration.md`, too.

mod authority;
mod pricing;
mod routing;
mod rule;
mod shopify;

use chrono::NaiveDate;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use serde_json::Value as Json;

pub(crate) use self::{
    authority::{Authority, Limit},
    pricing::{CommercialMinimum, MinimumMode, Surcharge},
    routing::Routing,
    rule::MAX_HOLD_MINUTES,
    shopify::{ShopifyLocations, StockMode},
};
use crate::{
    Result, UnitOfWork,
    database::{Source, Sql},
    refusal::{Code, Facts, Refusal},
};

/// The key of the currency in which totals of customers, KPIs and budgets are kept.
const CURRENCY: &str = "shop.currency";
/// Only people decide about approvals of amounts above it.
pub(crate) const PERSON_ABOVE: &str = "approvals.personAbove";

/// Declares the settings: `field: Type = "key" by RULE, or default;`.
macro_rules! settings {
    ($($(#[$doc:meta])* $field:ident: $ty:ty = $key:expr, by $rule:ident, or $default:expr;)+) => {
        /// The settings of the shop.
        #[derive(Clone, Debug, PartialEq)]
        pub(crate) struct Settings {
            $($(#[$doc])* pub(crate) $field: $ty,)+
        }

        impl Default for Settings {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        /// The keys of all settings.
        pub(crate) const KEYS: &[&str] = &[$($key),+];

        impl Settings {
            /// Takes over the value of a key, or says what it must be. Keys that are none of a setting do nothing.
            fn set(&mut self, key: &str, value: &Json) -> Result<(), &'static str> {
                $(if key == $key {
                    self.$field = rule::$rule.read(value)?;
                })+
                Ok(())
            }

            /// Takes over what stands for a value that cannot be read.
            fn set_unreadable(&mut self, key: &str) {
                $(if key == $key && let Some(value) = rule::$rule.unreadable() {
                    self.$field = value;
                })+
            }
        }
    };
}

settings! {
    /// The currency in which totals of customers, KPIs and budgets are kept.
    currency: String = CURRENCY, by CURRENCY, or "USD".to_owned();
    /// The country whose taxes are due without an address.
    country: String = "shop.country", by COUNTRY, or "US".to_owned();
    /// Where days and months begin.
    time_zone: Tz = "shop.timeZone", by TIME_ZONE, or Tz::UTC;
    /// Where stock is taken from, in this order.
    locations: Vec<String> = "stock.locations", by LOCATIONS, or vec!["main".to_owned()];
    /// For how many days a variant should have stock.
    cover_days: i32 = "stock.coverDays", by DAYS, or 21;
    /// How long an order that is neither confirmed nor paid keeps its stock.
    hold_minutes: i32 = "orders.holdMinutes", by MINUTES, or 60;
    /// How the numbers of orders begin.
    order_prefix: String = "orders.prefix", by PREFIX, or "VW-".to_owned();
    /// Whether a payment confirms an order.
    confirm_on_payment: bool = "orders.confirmOnPayment", by SWITCH, or true;
    /// Whether an order that is paid and shipped completes by itself.
    auto_complete: bool = "orders.autoComplete", by SWITCH, or true;
    /// What an order of a commercial customer comes to at least.
    commercial_minimum: CommercialMinimum = "orders.commercialMinimum", by MINIMUM, or CommercialMinimum::default();
    /// Whether a price in another currency is converted where there is none.
    convert_prices: bool = "prices.convert", by SWITCH, or false;
    /// What large pieces cost more.
    surcharge: Option<Surcharge> = "pricing.surcharge", by SURCHARGE, or None;
    /// How many days after its delivery a piece can be returned.
    return_window_days: i32 = "returns.windowDays", by DAYS, or 30;
    /// Who has spent more than this is a VIP.
    vip_threshold: Decimal = "customers.vipThreshold", by AMOUNT, or Decimal::from(10_000);
    /// The percentages of a budget at which there is an alert, rising.
    alert_levels: Vec<i32> = "budgets.alertLevels", by LEVELS, or vec![80, 90, 100];
    /// The categories of expenses that are the cost of finding customers.
    marketing_categories: Vec<String> = "kpi.marketingCategories", by CATEGORIES, or categories();
    /// How the revenue changed, as a share: less calls for attention.
    alert_revenue_change: Decimal = "alerts.revenueChange", by NUMBER, or Decimal::new(-10, 2);
    /// The satisfaction of customers: less calls for attention.
    alert_satisfaction: Decimal = "alerts.satisfaction", by NUMBER, or Decimal::from(4);
    /// What a new customer costs: more calls for attention.
    alert_acquisition_cost: Decimal = "alerts.acquisitionCost", by NUMBER, or Decimal::from(50);
    /// The share of executions that failed: more calls for attention.
    alert_failed_execution_rate: Decimal = "alerts.failedExecutionRate", by NUMBER, or Decimal::new(5, 2);
    /// How many variants have no piece left: more call for attention.
    alert_stockouts: Decimal = "alerts.stockouts", by NUMBER, or Decimal::ZERO;
    /// The last day that takes no entries any more.
    books_closed_until: Option<NaiveDate> = "books.closedUntil", by LAST_DAY, or None;
    /// The domain of the shop at Shopify; none: of any shop whose webhooks are signed as they must be.
    shopify_domain: Option<String> = "shopify.domain", by SHOPIFY_DOMAIN, or None;
    /// What the locations of Shopify are called here.
    shopify_locations: ShopifyLocations = "shopify.locations", by SHOPIFY_LOCATIONS, or ShopifyLocations::default();
    /// What quantities that Shopify reports do.
    shopify_stock_mode: StockMode = "shopify.stockMode", by STOCK_MODE, or StockMode::Mirror;
    /// Whether what Shopify reports still counts.
    shopify_installed: bool = "shopify.installed", by SWITCH, or true;
    /// What agents may do without an approval.
    authority: Authority = "authority", by AUTHORITY, or Authority::default();
    /// Which agents do what is left to be done outside.
    routing: Routing = "routing", by ROUTING, or Routing::default();
    /// Only people decide about approvals of amounts above it; none: agents decide about any.
    person_above: Option<Decimal> = PERSON_ABOVE, by DECIDED, or None;
}

/// The categories of marketing that the server itself books.
fn categories() -> Vec<String> {
    ["advertising", "marketing"].map(str::to_owned).into()
}

/// Reads the settings: one statement, and none when this transaction has read them already.
pub(crate) async fn load(source: &impl Source) -> Result<Settings> {
    if let Some(known) = source.memory().and_then(|memory| memory.of(|known: &mut Settings| known.clone())) {
        return Ok(known);
    }
    let settings = read(source).await?;
    if let Some(memory) = source.memory() {
        memory.keep(settings.clone());
    }
    Ok(settings)
}

async fn read(source: &impl Source) -> Result<Settings> {
    let mut sql = source.sql();
    write(&mut sql);
    parse(&source.rows(sql).await?)
}

/// Writes the statement that [`parse`] reads.
pub(crate) fn write(sql: &mut Sql) {
    sql.push("SELECT key, value FROM configurations WHERE key").is_any_text(KEYS);
}

/// The settings of rows.
pub(crate) fn parse(rows: &[QueryResult]) -> Result<Settings> {
    let mut settings = Settings::default();
    for found in rows {
        let (key, value): (String, Json) = (found.try_get_by("key")?, found.try_get_by("value")?);
        if let Err(must_be) = settings.set(&key, &value) {
            // It was written before there was this check, or past it.
            tracing::warn!("the configuration `{key}` is ignored: it must be {must_be}");
            settings.set_unreadable(&key);
        }
    }
    Ok(settings)
}

/// Refuses a value that a rule could not read, and a currency that amounts are kept in.
pub(crate) async fn check(unit: &UnitOfWork, key: &str, value: &Json) -> Result<()> {
    let mut after = Settings::default();
    after.set(key, value).map_err(|must_be| Refusal::invalid("value", format!("`{key}` must be {must_be}")))?;
    if key != CURRENCY || load(unit).await?.currency == after.currency {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.push("SELECT CASE WHEN EXISTS (SELECT 1 FROM transactions) THEN 'Transaction' ");
    sql.push("WHEN EXISTS (SELECT 1 FROM orders WHERE placed_at IS NOT NULL) THEN 'Order' END AS used_by");
    let rows = unit.rows(sql).await?;
    let by: Option<String> = rows.first().map(|row| row.try_get_by("used_by")).transpose()?.flatten();
    match by {
        None => Ok(()),
        Some(by) => {
            let message = format!("`{key}` cannot be changed once there is a transaction or an order was placed");
            Err(Refusal::new(Code::InUse, message).at(["value"]).with(Facts::UsedBy(by)).into())
        }
    }
}

/// The largest amount that agents may decide about; none for any.
pub(crate) async fn person_above(unit: &UnitOfWork) -> Result<Option<Decimal>> {
    Ok(load(unit).await?.person_above)
}

#[cfg(test)]
mod tests;
