//! What is wanted: what drafts, orders and quotes have in common.

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

pub(super) use crate::customers::address::normal as lower_case;
use crate::{
    customers::address::check_email,
    edit::check::{self, invalid},
    pricing::{Destination, VariantRef, Wish, WishLine},
    refusal::{At, Refusal},
};

/// The most characters of a note.
const NOTE: usize = 10_000;
/// The most tags of an order.
const TAGS: usize = 250;
/// The most characters of a region, as tax rates have it.
const REGION: usize = 10;
/// The most characters of the code of a shipping method.
const METHOD: usize = 50;
/// The most pieces of a line.
const PIECES: i32 = 1_000_000;

/// A line that is wanted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WantedLine {
    /// What.
    pub variant_id: Option<Uuid>,
    /// Or its SKU.
    pub sku: Option<String>,
    /// How many pieces.
    pub quantity: i32,
    /// What was agreed for a piece; none for the list price.
    pub unit_price: Option<Decimal>,
}

/// What is wanted, by whom, and where it goes.
#[derive(Clone, Debug)]
pub(super) struct Wanted {
    pub(super) customer_id: Option<Uuid>,
    /// In lower case.
    pub(super) email: Option<String>,
    pub(super) lines: Vec<WantedLine>,
    pub(super) currency: Option<String>,
    pub(super) shipping_address: Option<Json>,
    pub(super) billing_address: Option<Json>,
    pub(super) shipping_method: Option<String>,
    pub(super) shipping_amount: Option<Decimal>,
    pub(super) discount_codes: Vec<String>,
    pub(super) note: Option<String>,
    pub(super) tags: Vec<String>,
}

/// Declares an input with all that is wanted, and with what it has beside.
macro_rules! wanting {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $ty:ty,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, ::serde::Serialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $ty,)*
            /// Who buys.
            pub customer_id: Option<::uuid::Uuid>,
            /// Or the e-mail address of who buys.
            pub email: Option<String>,
            /// What is bought.
            pub lines: Vec<$crate::orders::wanted::WantedLine>,
            /// The currency of all amounts; none for that of the shop.
            pub currency: Option<String>,
            /// Where it is sent, an object.
            pub shipping_address: Option<::serde_json::Value>,
            /// Where the bill is sent, an object.
            pub billing_address: Option<::serde_json::Value>,
            /// How it is sent.
            pub shipping_method: Option<String>,
            /// Or what sending it costs.
            pub shipping_amount: Option<::rust_decimal::Decimal>,
            /// Codes of discounts.
            pub discount_codes: Vec<String>,
            /// A note.
            pub note: Option<String>,
            /// Tags.
            pub tags: Vec<String>,
        }

        impl $name {
            fn wanted(&self) -> $crate::orders::wanted::Wanted {
                $crate::orders::wanted::Wanted {
                    customer_id: self.customer_id,
                    email: self.email.as_deref().map($crate::orders::wanted::lower_case),
                    lines: self.lines.clone(),
                    currency: self.currency.clone(),
                    shipping_address: self.shipping_address.clone(),
                    billing_address: self.billing_address.clone(),
                    shipping_method: self.shipping_method.clone(),
                    shipping_amount: self.shipping_amount,
                    discount_codes: self.discount_codes.clone(),
                    note: self.note.clone(),
                    tags: self.tags.clone(),
                }
            }
        }
    };
}
pub(super) use wanting;

/// A list of texts as it is stored.
pub(super) fn list(texts: &[String]) -> Json {
    Json::from(texts.to_vec())
}

/// The texts of a list that is stored.
pub(super) fn texts(list: &Json) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

impl Wanted {
    /// Refuses what no order can have; what is wanted is checked where it is priced.
    pub(super) fn check(&self) -> Result<(), Refusal> {
        check_details(self.email.as_deref(), self.note.as_deref(), &self.tags)?;
        for (field, address) in [("shippingAddress", &self.shipping_address), ("billingAddress", &self.billing_address)]
        {
            check_address(field, address.as_ref())?;
        }
        if let Some(method) = &self.shipping_method {
            check::text("shippingMethod", method, METHOD)?;
        }
        for (index, line) in self.lines.iter().enumerate() {
            check_quantity(line.quantity).under(["lines", &index.to_string()])?;
        }
        Ok(())
    }

    /// What is to be priced, for a customer if there is one already.
    pub(super) fn wish(&self, customer_id: Option<Uuid>) -> Result<Wish, Refusal> {
        let line = |(index, line): (usize, &WantedLine)| -> Result<WishLine, Refusal> {
            let variant = VariantRef::of(line.variant_id, line.sku.as_deref());
            let variant = variant.under(["lines", &index.to_string()])?;
            Ok(WishLine::new(index, variant, line.quantity, line.unit_price))
        };
        Ok(Wish {
            order_id: None,
            customer_id,
            currency: self.currency.clone(),
            lines: self.lines.iter().enumerate().map(line).collect::<Result<_, Refusal>>()?,
            destination: self.shipping_address.as_ref().and_then(Destination::of),
            shipping_method: self.shipping_method.clone(),
            shipping_amount: self.shipping_amount,
            discount_codes: self.discount_codes.clone(),
        })
    }
}

/// Refuses a number of pieces that no line can have.
pub(super) fn check_quantity(quantity: i32) -> Result<(), Refusal> {
    check::within("quantity", quantity, 1..=PIECES)
}

/// Refuses an e-mail address, a note or tags that no order can have.
pub(super) fn check_details(email: Option<&str>, note: Option<&str>, tags: &[String]) -> Result<(), Refusal> {
    if let Some(email) = email {
        check_email("email", email)?;
    }
    if let Some(note) = note {
        check::text("note", note, NOTE)?;
    }
    if tags.len() > TAGS {
        return Err(invalid("tags", format!("`tags` has more than {TAGS} items")));
    }
    for (index, tag) in tags.iter().enumerate() {
        let place = ["tags".to_owned(), index.to_string()];
        check::text("tags", tag, check::NAME).map_err(|refusal| refusal.at(&place))?;
        if tag.contains(',') {
            return Err(invalid("tags", "a tag has no comma").at(&place));
        }
    }
    Ok(())
}

/// Refuses what is no address: an object whose `country` and `region`, which taxes depend on, are codes.
pub(super) fn check_address(field: &str, address: Option<&Json>) -> Result<(), Refusal> {
    let Some(address) = address else { return Ok(()) };
    check::object(field, address, check::JSON)?;
    let part = |name: &str| address.get(name).filter(|value| !value.is_null());
    let is_country = |country: &Json| {
        country.as_str().is_some_and(|code| code.len() == 2 && code.bytes().all(|letter| letter.is_ascii_uppercase()))
    };
    if part("country").is_some_and(|country| !is_country(country)) {
        let message = "a `country` is two capital letters of ISO 3166, such as \"US\"";
        return Err(Refusal::invalid(field, message).at([field, "country"]));
    }
    let is_region = |region: &Json| region.as_str().is_some_and(|code| code.chars().count() <= REGION);
    if part("region").is_some_and(|region| !is_region(region)) {
        let message = format!("a `region` is a text of at most {REGION} characters");
        return Err(Refusal::invalid(field, message).at([field, "region"]));
    }
    Ok(())
}
