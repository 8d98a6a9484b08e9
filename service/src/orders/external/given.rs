//! An order as another system has it. Amounts stand as they were sent, in the order's currency.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

/// Which system decided about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Shopify, by its webhooks.
    Shopify,
    /// A file that was exported from Shopify.
    Import,
}

impl Origin {
    /// The `source` of the order.
    pub(crate) const fn source(self) -> &'static str {
        match self {
            Self::Shopify => "shopify",
            Self::Import => "import",
        }
    }
}

/// An order that another system decided about.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExternalOrder {
    /// Which system decided.
    pub(crate) origin: Origin,
    /// Shopify's id, in digits. The order is found by it, else by its number.
    pub(crate) shopify_id: Option<String>,
    /// Its number, such as `#1001`.
    pub(crate) number: String,
    /// Who buys; none if nobody is known.
    pub(crate) buyer: Option<ExternalBuyer>,
    /// The e-mail address of the order.
    pub(crate) email: Option<String>,
    /// The currency of all amounts.
    pub(crate) currency: String,
    /// What is bought.
    pub(crate) lines: Vec<ExternalLine>,
    /// What sending costs, after discounts.
    pub(crate) shipping_amount: Decimal,
    /// The tax on sending: on top, or contained in it.
    pub(crate) shipping_tax_amount: Decimal,
    /// The total, which must be that of the lines and of shipping.
    pub(crate) total_amount: Decimal,
    /// Whether taxes are contained in the prices.
    pub(crate) tax_included: bool,
    /// How it is sent.
    pub(crate) shipping_method: Option<String>,
    /// The codes of discounts.
    pub(crate) discount_codes: Vec<String>,
    /// Where it is sent: an object with `country` and `region` as codes.
    pub(crate) shipping_address: Option<Json>,
    /// Where the bill is sent.
    pub(crate) billing_address: Option<Json>,
    /// Tags.
    pub(crate) tags: Vec<String>,
    /// A note.
    pub(crate) note: Option<String>,
    /// When it was placed.
    pub(crate) placed_at: DateTime<Utc>,
    /// When and why it was cancelled.
    pub(crate) cancelled: Option<ExternalEnd>,
    /// When the other system changed it last. What is older than the last change known here changes nothing.
    pub(crate) updated_at: Option<DateTime<Utc>>,
    /// What was paid; none while no money came or was promised.
    pub(crate) payment: Option<ExternalPayment>,
    /// What was given back, the oldest first. A refund that is not named any more stays.
    pub(crate) refunds: Vec<ExternalRefund>,
    /// What was sent.
    pub(crate) parcels: Vec<ExternalParcel>,
    /// When the pieces were sent that are in none of these parcels; none for the time at which it was placed.
    pub(crate) sent_at: Option<DateTime<Utc>>,
}

/// Who buys: found by the Shopify id, then by the address, also by those of customers who were merged.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ExternalBuyer {
    /// Shopify's id, in digits.
    pub(crate) shopify_id: Option<String>,
    /// The e-mail address.
    pub(crate) email: Option<String>,
    /// The first name.
    pub(crate) first_name: Option<String>,
    /// The last name.
    pub(crate) last_name: Option<String>,
    /// The phone number.
    pub(crate) phone: Option<String>,
}

/// A line. In an order each has a Shopify id, or none has one and they are told apart by their places.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExternalLine {
    /// Shopify's id, in digits.
    pub(crate) shopify_id: Option<String>,
    /// Shopify's id of the variant, in digits. The variant is found by it, else by its SKU; a line may have none.
    pub(crate) shopify_variant_id: Option<String>,
    /// The SKU.
    pub(crate) sku: Option<String>,
    /// What it is called.
    pub(crate) title: String,
    /// How many pieces; at least one.
    pub(crate) quantity: i32,
    /// What a piece costs.
    pub(crate) price: Decimal,
    /// What all pieces together are reduced by: on the line, and by its part of discounts of the order.
    pub(crate) discount_amount: Decimal,
    /// The tax: on top, or contained in the price.
    pub(crate) tax_amount: Decimal,
    /// The percentage of tax, as far as it is known.
    pub(crate) tax_percentage: Decimal,
    /// How many pieces will not be sent.
    pub(crate) cancelled_quantity: i32,
    /// How many pieces were refunded of which nobody said whether they will be sent: they may be among those above.
    pub(crate) unsure_quantity: i32,
    /// How many pieces were sent, in whichever parcels.
    pub(crate) fulfilled_quantity: i32,
    /// How many pieces came back.
    pub(crate) returned_quantity: i32,
}

/// The end of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ExternalEnd {
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// Why, in a word.
    pub(crate) reason: Option<String>,
}

/// What was paid by a provider, in total.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExternalPayment {
    /// The provider: `shopify` or `import`. An order has one payment of each.
    pub(crate) provider: &'static str,
    /// How it was paid.
    pub(crate) method: Option<String>,
    /// What the provider calls the payment.
    pub(crate) reference: Option<String>,
    /// What was authorised, captured money too.
    pub(crate) authorized: Decimal,
    /// What came in, money that went back too.
    pub(crate) captured: Decimal,
    /// When.
    pub(crate) at: DateTime<Utc>,
}

/// Money that was given back, and for what.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExternalRefund {
    /// What the other system calls it; unique.
    pub(crate) id: String,
    /// How much goes back; 0 if it is about pieces only.
    pub(crate) amount: Decimal,
    /// Whether the money is still on its way.
    pub(crate) is_pending: bool,
    /// For which pieces.
    pub(crate) lines: Vec<ExternalRefundLine>,
    /// How much of it is for shipping.
    pub(crate) shipping_amount: Decimal,
    /// And how much for the tax on top of shipping.
    pub(crate) shipping_tax_amount: Decimal,
    /// Why.
    pub(crate) reason: Option<String>,
    /// When.
    pub(crate) at: DateTime<Utc>,
}

/// Pieces of a line that money was given back for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExternalRefundLine {
    /// The place of the line in the order.
    pub(crate) line: usize,
    /// How many pieces.
    pub(crate) quantity: i32,
    /// What was given back for them, with the tax.
    pub(crate) amount: Decimal,
    /// The tax in it.
    pub(crate) tax_amount: Decimal,
    /// How many of them are in stock again, and where.
    pub(crate) restocked: Option<(i32, Option<String>)>,
}

/// What was sent together.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ExternalParcel {
    /// Shopify's id, in digits.
    pub(crate) shopify_id: String,
    /// From where, as Shopify's id of the location.
    pub(crate) shopify_location_id: Option<String>,
    /// Who carries it.
    pub(crate) carrier: Option<String>,
    /// The number to follow it by.
    pub(crate) tracking_number: Option<String>,
    /// The page to follow it on.
    pub(crate) tracking_url: Option<String>,
    /// When it left.
    pub(crate) shipped_at: DateTime<Utc>,
    /// When it arrived.
    pub(crate) delivered_at: Option<DateTime<Utc>>,
    /// The places of its lines in the order, and how many pieces.
    pub(crate) lines: Vec<(usize, i32)>,
}
