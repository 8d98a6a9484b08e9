//! What is wanted: the input of pricing.

use entity::order_items;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    money::currency,
    refusal::{At, Refusal},
    settings::Settings,
};

/// The most lines of an order.
const MAX_LINES: usize = 1_000;
/// The most discount codes of an order.
const MAX_CODES: usize = 20;
/// The most characters of a discount code.
const MAX_CODE: usize = 50;

/// What is wanted, priced as one order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wish {
    /// The order, if it is there already: what it uses of a discount does not stand in its own way.
    pub(crate) order_id: Option<Uuid>,
    /// Who buys; none for somebody who is no customer yet.
    pub(crate) customer_id: Option<Uuid>,
    /// The currency of all amounts; none for that of the shop.
    pub(crate) currency: Option<String>,
    /// What is bought.
    pub(crate) lines: Vec<WishLine>,
    /// Where it is sent; none for the country of the shop.
    pub(crate) destination: Option<Destination>,
    /// How it is sent: the code of a shipping method. Not together with `shipping_amount`.
    pub(crate) shipping_method: Option<String>,
    /// What sending it costs, if that was agreed.
    pub(crate) shipping_amount: Option<Decimal>,
    /// The codes of discounts, which must all apply.
    pub(crate) discount_codes: Vec<String>,
}

/// A line of what is wanted.
#[derive(Clone, Debug)]
pub(crate) struct WishLine {
    /// Where it stands in the input, for refusals: `["lines", "0"]`.
    pub(crate) path: Vec<String>,
    /// What is bought.
    pub(crate) variant: VariantRef,
    /// How many pieces.
    pub(crate) quantity: i32,
    /// What was agreed for a piece; none for the list price.
    pub(crate) unit_price: Option<Decimal>,
    /// What an order's line has already, and keeps.
    pub(crate) kept: Option<Kept>,
}

/// How a variant is named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum VariantRef {
    /// By its id.
    Id(Uuid),
    /// By its SKU.
    Sku(String),
}

/// What a line of an order has already: its prices stand, even if the variant is no longer sold.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    /// The list price.
    pub(crate) list_price: Option<Decimal>,
    /// What a piece costs.
    pub(crate) price: Decimal,
    /// The SKU.
    pub(crate) sku: Option<String>,
    /// What the line is called.
    pub(crate) title: String,
}

/// Where an order is sent, as far as prices depend on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Destination {
    /// ISO 3166: two capital letters.
    pub(crate) country: String,
    /// A part of the country, in capital letters as tax rates have it; empty if none.
    pub(crate) region: String,
}

impl WishLine {
    /// A line of the input's list `lines`.
    pub(crate) fn new(index: usize, variant: VariantRef, quantity: i32, unit_price: Option<Decimal>) -> Self {
        Self { path: vec!["lines".to_owned(), index.to_string()], variant, quantity, unit_price, kept: None }
    }

    /// A line that an order has already; none if its variant is gone.
    pub(crate) fn kept(index: usize, item: &order_items::Model) -> Option<Self> {
        let kept =
            Kept { list_price: item.list_price, price: item.price, sku: item.sku.clone(), title: item.title.clone() };
        let variant = VariantRef::Id(item.product_variant_id?);
        Some(Self { kept: Some(kept), ..Self::new(index, variant, item.quantity, None) })
    }
}

impl VariantRef {
    /// The variant with an id or a SKU, of which there must be one.
    pub(crate) fn of(variant_id: Option<Uuid>, sku: Option<&str>) -> Result<Self, Refusal> {
        match (variant_id, sku) {
            (Some(id), None) => Ok(Self::Id(id)),
            (None, Some(sku)) => Ok(Self::Sku(sku.to_owned())),
            _ => Err(Refusal::invalid("variantId", "either `variantId` or `sku` must be given")),
        }
    }

    /// The field of the input that names it.
    pub(super) fn field(&self) -> &'static str {
        match self {
            Self::Id(_) => "variantId",
            Self::Sku(_) => "sku",
        }
    }
}

impl Destination {
    /// That of an address with a `country`, and a `region` if there is one.
    pub(crate) fn of(address: &Json) -> Option<Self> {
        let part = |name: &str| address.get(name).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty());
        let country = part("country")?.to_ascii_uppercase();
        Some(Self { country, region: part("region").unwrap_or_default().to_uppercase() })
    }
}

impl Wish {
    /// The currency of its amounts.
    pub(crate) fn currency<'a>(&'a self, settings: &'a Settings) -> &'a str {
        self.currency.as_deref().unwrap_or(&settings.currency)
    }

    /// The country whose rules hold.
    pub(super) fn country<'a>(&'a self, settings: &'a Settings) -> &'a str {
        self.destination.as_ref().map_or(settings.country.as_str(), |destination| destination.country.as_str())
    }

    /// The region whose taxes are due; empty if none.
    pub(super) fn region(&self) -> &str {
        self.destination.as_ref().map_or("", |destination| destination.region.as_str())
    }

    /// The codes as they are stored, with the place of each in the input; each once.
    pub(super) fn codes(&self) -> Vec<(usize, String)> {
        let mut codes: Vec<(usize, String)> = Vec::new();
        for (index, code) in self.discount_codes.iter().enumerate() {
            let code = code.trim().to_uppercase();
            if codes.iter().all(|(_, known)| *known != code) {
                codes.push((index, code));
            }
        }
        codes
    }

    /// Whether the database is asked the same for another one, but for the lines.
    pub(super) fn asks_like(&self, other: &Self) -> bool {
        self.order_id == other.order_id
            && self.customer_id == other.customer_id
            && self.currency == other.currency
            && self.destination == other.destination
            && self.shipping_method == other.shipping_method
            && self.discount_codes == other.discount_codes
    }

    /// Refuses what cannot be meant, whatever the database knows.
    pub(crate) fn check(&self, settings: &Settings) -> Result<(), Refusal> {
        let currency = self.currency(settings);
        currency::check_code("currency", currency)?;
        if self.lines.is_empty() || self.lines.len() > MAX_LINES {
            return Err(Refusal::invalid("lines", format!("`lines` must have 1 to {MAX_LINES} items")));
        }
        for line in &self.lines {
            line.check(currency).under(&line.path)?;
        }
        if let Some(amount) = self.shipping_amount {
            currency::check_amount("shippingAmount", amount, currency)?;
            if self.shipping_method.is_some() {
                let message = "give either `shippingMethod` or `shippingAmount`, not both";
                return Err(Refusal::invalid("shippingAmount", message));
            }
        }
        if self.discount_codes.len() > MAX_CODES {
            let message = format!("`discountCodes` must have at most {MAX_CODES} items");
            return Err(Refusal::invalid("discountCodes", message));
        }
        for (index, code) in self.discount_codes.iter().enumerate() {
            if code.trim().is_empty() || code.chars().count() > MAX_CODE {
                let message = format!("a discount code must have 1 to {MAX_CODE} characters");
                return Err(Refusal::invalid("discountCodes", message).at(["discountCodes", &index.to_string()]));
            }
        }
        Ok(())
    }
}

impl WishLine {
    fn check(&self, currency: &str) -> Result<(), Refusal> {
        if self.quantity < 1 {
            return Err(Refusal::invalid("quantity", "`quantity` must be at least 1"));
        }
        self.unit_price.map_or(Ok(()), |price| currency::check_price("unitPrice", price, currency))
    }
}
