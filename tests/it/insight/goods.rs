//! What the shop sells.

use chrono::{DateTime, Duration, Utc};
use entity::{
    inventory, order_items, orders, product_metrics, product_variants, products,
    sea_orm_active_enums::{FinancialStatus, FulfillmentStatus, OrderStatus, ProductStatus, StockPolicy},
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::json;
use tests::TestDatabase;
use uuid::Uuid;

use super::house::{at, cents};

/// A product with one variant.
#[derive(Clone, Copy)]
pub(super) struct Goods {
    pub(super) product: Uuid,
    pub(super) variant: Uuid,
}

/// A product that is on sale.
pub(super) async fn goods(db: &TestDatabase, name: &str) -> Goods {
    let (product, variant) = (Uuid::now_v7(), Uuid::now_v7());
    let made = at("2026-01-01T08:00:00Z");
    let row = products::ActiveModel {
        id: Set(product),
        handle: Set(name.to_owned()),
        title: Set(name.to_owned()),
        base_price: Set(cents(10_000)),
        status: Set(ProductStatus::Active),
        tags: Set(json!([])),
        option_names: Set(json!(["Title"])),
        created_at: Set(made.into()),
        updated_at: Set(made.into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a product");
    let row = product_variants::ActiveModel {
        id: Set(variant),
        product_id: Set(product),
        sku: Set(Some(name.to_owned())),
        title: Set(name.to_owned()),
        option_values: Set(json!([name])),
        price: Set(cents(10_000)),
        inventory_quantity: Set(5),
        stock_policy: Set(StockPolicy::Deny),
        created_at: Set(made.into()),
        updated_at: Set(made.into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("a variant");
    Goods { product, variant }
}

/// A paid order without lines.
pub(super) async fn order(db: &TestDatabase, customer: Option<Uuid>, placed: DateTime<Utc>, total: Decimal) -> Uuid {
    let id = Uuid::now_v7();
    let row = orders::ActiveModel {
        id: Set(id),
        order_number: Set(id.to_string()),
        customer_id: Set(customer),
        status: Set(OrderStatus::Confirmed),
        financial_status: Set(FinancialStatus::Paid),
        fulfillment_status: Set(FulfillmentStatus::Unfulfilled),
        subtotal_amount: Set(total),
        total_amount: Set(total),
        captured_amount: Set(total),
        report_amount: Set(total),
        currency: Set("USD".to_owned()),
        tags: Set(json!([])),
        discount_codes: Set(json!([])),
        placed_at: Set(Some(placed.into())),
        created_at: Set(placed.into()),
        updated_at: Set(placed.into()),
        ..Default::default()
    };
    row.insert(db.connection()).await.expect("an order");
    id
}

impl Goods {
    /// Places an order of so many pieces, for so many hundredths without taxes each.
    pub(super) async fn sell(&self, db: &TestDatabase, placed: &str, quantity: i32, price: i64) -> Uuid {
        let placed = at(placed);
        let total = cents(price * i64::from(quantity));
        let order = order(db, None, placed, total).await;
        let item = Uuid::now_v7();
        let row = order_items::ActiveModel {
            id: Set(item),
            order_id: Set(order),
            product_variant_id: Set(Some(self.variant)),
            title: Set("a print".to_owned()),
            quantity: Set(quantity),
            price: Set(cents(price)),
            total_amount: Set(total),
            discount_amount: Set(Decimal::ZERO),
            position: Set(1),
            created_at: Set(placed.into()),
            updated_at: Set(placed.into()),
            ..Default::default()
        };
        row.insert(db.connection()).await.expect("a line");
        item
    }

    /// Puts pieces on a shelf.
    pub(super) async fn stock(&self, db: &TestDatabase, available: i32, reserved: i32, reorder: Option<i32>) {
        let made = at("2026-01-01T08:00:00Z");
        let row = inventory::ActiveModel {
            id: Set(Uuid::now_v7()),
            product_variant_id: Set(self.variant),
            location: Set("main".to_owned()),
            quantity_available: Set(available),
            quantity_reserved: Set(reserved),
            reorder_point: Set(reorder),
            created_at: Set(made.into()),
            updated_at: Set(made.into()),
            ..Default::default()
        };
        row.insert(db.connection()).await.expect("stock");
        let row = product_variants::ActiveModel {
            id: Set(self.variant),
            inventory_quantity: Set(available),
            ..Default::default()
        };
        row.update(db.connection()).await.expect("a variant");
    }

    /// Says when the variant was made.
    pub(super) async fn made(&self, db: &TestDatabase, moment: &str) {
        let row = product_variants::ActiveModel {
            id: Set(self.variant),
            created_at: Set(at(moment).into()),
            ..Default::default()
        };
        row.update(db.connection()).await.expect("a variant");
    }

    /// Notes views, carts and purchases of a week.
    pub(super) async fn seen(&self, db: &TestDatabase, first: &str, [views, carts, purchases]: [i32; 3]) {
        let day = at(&format!("{first}T00:00:00Z"));
        let row = product_metrics::ActiveModel {
            id: Set(Uuid::now_v7()),
            product_id: Set(self.product),
            period_start: Set(day.date_naive()),
            period_end: Set((day + Duration::days(6)).date_naive()),
            views: Set(views),
            add_to_carts: Set(carts),
            purchases: Set(purchases),
            revenue: Set(Decimal::ZERO),
            created_at: Set(day.into()),
            updated_at: Set(day.into()),
            ..Default::default()
        };
        row.insert(db.connection()).await.expect("metrics");
    }
}
