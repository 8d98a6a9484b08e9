//! What an event is about.

use super::object::Object;

/// A topic that something follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// A whole order.
    Order,
    /// A refund of an order.
    Refund,
    /// A product.
    Product,
    /// A product that was deleted.
    ProductGone,
    /// How many pieces there are at a location.
    Level,
    /// A customer.
    Customer,
    /// A customer who was deleted.
    CustomerGone,
    /// What a customer allows.
    Consent,
    /// A customer who wants to be forgotten.
    CustomerRedact,
    /// A customer who wants to know what is kept.
    DataRequest,
    /// A shop whose data are to be forgotten.
    ShopRedact,
    /// The app was removed.
    Uninstalled,
}

impl Topic {
    /// That of an event.
    pub(super) fn of(topic: &str) -> Option<Self> {
        Some(match topic {
            "orders/create" | "orders/updated" | "orders/paid" | "orders/cancelled" => Self::Order,
            "refunds/create" => Self::Refund,
            "products/create" | "products/update" => Self::Product,
            "products/delete" => Self::ProductGone,
            "inventory_levels/update" => Self::Level,
            "customers/create" | "customers/update" => Self::Customer,
            "customers/delete" => Self::CustomerGone,
            "customers/email_marketing_consent_update" => Self::Consent,
            "customers/redact" => Self::CustomerRedact,
            "customers/data_request" => Self::DataRequest,
            "shop/redact" => Self::ShopRedact,
            "app/uninstalled" => Self::Uninstalled,
            _ => return None,
        })
    }

    /// Whether it is processed when the app is not installed, too.
    pub(super) fn is_about_app(self) -> bool {
        matches!(self, Self::CustomerRedact | Self::DataRequest | Self::ShopRedact | Self::Uninstalled)
    }

    /// The object that an event of the topic is about.
    pub(super) fn key(self, object: Object<'_>) -> Option<String> {
        let id = |name: &str| object.optional_id(name).ok().flatten();
        match self {
            Self::Order => Some(format!("order:{}", id("id")?)),
            Self::Refund => Some(format!("order:{}", id("order_id")?)),
            Self::Product | Self::ProductGone => Some(format!("product:{}", id("id")?)),
            Self::Level => Some(format!("level:{}:{}", id("inventory_item_id")?, id("location_id")?)),
            Self::Customer | Self::CustomerGone => Some(format!("customer:{}", id("id")?)),
            Self::Consent => Some(format!("customer:{}", id("customer_id")?)),
            Self::CustomerRedact | Self::DataRequest => {
                Some(format!("customer:{}", object.inner("customer")?.optional_id("id").ok()??))
            }
            Self::ShopRedact | Self::Uninstalled => Some("shop".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn events_about_the_same_object_have_the_same_key() {
        for (topic, payload, key) in [
            ("orders/create", json!({ "id": 1 }), Some("order:1")),
            ("orders/cancelled", json!({ "id": 1 }), Some("order:1")),
            ("refunds/create", json!({ "id": 9, "order_id": 1 }), Some("order:1")),
            ("products/delete", json!({ "id": 2 }), Some("product:2")),
            ("inventory_levels/update", json!({ "inventory_item_id": 3, "location_id": 4 }), Some("level:3:4")),
            ("customers/update", json!({ "id": 5 }), Some("customer:5")),
            ("customers/email_marketing_consent_update", json!({ "customer_id": 5 }), Some("customer:5")),
            ("customers/redact", json!({ "customer": { "id": 5 } }), Some("customer:5")),
            ("app/uninstalled", json!({}), Some("shop")),
            ("orders/create", json!({ "id": "x" }), None),
            ("orders/create", json!({}), None),
            ("carts/update", json!({ "id": 1 }), None),
        ] {
            assert_eq!(super::super::object_key(topic, &payload).as_deref(), key, "{topic}");
        }
    }
}
