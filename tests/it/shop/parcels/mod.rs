//! What leaves, and what comes back.
//!
//! - [`packing`], [`sending`]: parcels. [`asking`], [`receiving`]: returns. [`states`]: what can be done when.
//! - [`together`]: many at once.

mod asking;
mod packing;
mod receiving;
mod sending;
mod states;
mod together;

use entity::events;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::TestDatabase;
use uuid::Uuid;

use super::fixture::{ShopFixture, text, with};

/// What the tests look at of a parcel.
const PARCEL: &str = "fulfillment { id status location carrier trackingNumber trackingUrl shippedAt deliveredAt version
    lines { nodes { quantity } } } order { status fulfillmentStatus }";
/// What they look at of a return.
const RETURN: &str = "orderReturn { id status reason note decidedAt receivedAt version
    lines { nodes { quantity receivedQuantity restockedQuantity location } } refunds { nodes { status amount } } }
    order { status financialStatus fulfillmentStatus }";

/// An order, with its items by their SKU.
pub(super) struct Ordered {
    pub(super) id: Value,
    items: Vec<(String, Value)>,
}

impl Ordered {
    /// An order of this number of pieces, as input of `placeOrder`.
    pub(super) async fn place(shop: &ShopFixture, lines: &[(&str, i32)], more: Value) -> Self {
        let lines: Value = lines.iter().map(|(sku, quantity)| json!({ "sku": sku, "quantity": quantity })).collect();
        let input = with(json!({ "email": "ann@example.com", "lines": lines }), more);
        let placed = shop.done("placeOrder", input, "order { id items { nodes { id sku } } }").await;
        let items = placed["order"]["items"]["nodes"].as_array().expect("a list").iter();
        let items = items.map(|item| (text(&item["sku"]), item["id"].clone())).collect();
        Self { id: placed["order"]["id"].clone(), items }
    }

    /// The same for one that can be shipped, on account.
    pub(super) async fn confirmed(shop: &ShopFixture, lines: &[(&str, i32)]) -> Self {
        Self::place(shop, lines, json!({ "confirm": true })).await
    }

    /// One piece of a print, shipped.
    async fn shipped(shop: &ShopFixture) -> Self {
        let order = Self::confirmed(shop, &[("PRINT", 1)]).await;
        order.ship(shop, &[("PRINT", 1)]).await;
        order
    }

    /// The item with this SKU.
    pub(super) fn item(&self, sku: &str) -> &Value {
        &self.items.iter().find(|(found, _)| found == sku).unwrap_or_else(|| panic!("no item {sku}")).1
    }

    /// So many pieces of items, as an input has them.
    pub(super) fn lines(&self, lines: &[(&str, i32)]) -> Value {
        lines.iter().map(|(sku, quantity)| json!({ "itemId": self.item(sku), "quantity": quantity })).collect()
    }

    /// The input of a parcel.
    fn parcel(&self, location: &str, lines: &[(&str, i32)]) -> Value {
        json!({ "orderId": self.id, "location": location, "lines": self.lines(lines) })
    }

    /// Packs a parcel; its id.
    pub(super) async fn pack(&self, shop: &ShopFixture, lines: &[(&str, i32)]) -> Value {
        shop.done("createFulfillment", self.parcel("main", lines), PARCEL).await["fulfillment"]["id"].clone()
    }

    /// Packs and ships a parcel; its id.
    pub(super) async fn ship(&self, shop: &ShopFixture, lines: &[(&str, i32)]) -> Value {
        let input = with(self.parcel("main", lines), json!({ "shipped": true }));
        shop.done("createFulfillment", input, PARCEL).await["fulfillment"]["id"].clone()
    }

    /// The input of a return.
    fn back(&self, lines: &[(&str, i32)]) -> Value {
        json!({ "orderId": self.id, "lines": self.lines(lines), "reason": "too large" })
    }

    /// Asks for a return; its id.
    async fn ask_back(&self, shop: &ShopFixture, lines: &[(&str, i32)]) -> Value {
        shop.done("requestReturn", self.back(lines), RETURN).await["orderReturn"]["id"].clone()
    }

    /// Asks for a return that is approved; its id.
    pub(super) async fn approved_back(&self, shop: &ShopFixture, lines: &[(&str, i32)]) -> Value {
        let id = self.ask_back(shop, lines).await;
        shop.done("decideReturn", json!({ "id": id, "approve": true }), RETURN).await;
        id
    }

    /// Pays all of it.
    pub(super) async fn pay(&self, shop: &ShopFixture) {
        shop.done("markOrderPaid", json!({ "orderId": self.id }), "replayed").await;
    }

    /// Its statuses: `PROCESSING PARTIAL`.
    async fn statuses(&self, shop: &ShopFixture) -> String {
        let query = "query($id: ID!) { order(id: $id) { status fulfillmentStatus } }";
        let seen = shop.query(query, json!({ "id": self.id })).await;
        ["status", "fulfillmentStatus"].map(|field| text(&seen["order"][field])).join(" ")
    }

    /// Its pieces, shipped and returned: `PRINT 2 of 3, 1 back`.
    async fn pieces(&self, shop: &ShopFixture) -> Vec<String> {
        let query = "query($id: ID!) { order(id: $id) { items { nodes {
            sku quantity fulfilledQuantity returnedQuantity } } } }";
        let seen = shop.query(query, json!({ "id": self.id })).await;
        let items = seen["order"]["items"]["nodes"].as_array().expect("a list").iter();
        let shown = items.map(|item| {
            let [sku, sent, back] = ["sku", "fulfilledQuantity", "returnedQuantity"].map(|field| &item[field]);
            format!("{} {sent} of {}, {back} back", text(sku), item["quantity"])
        });
        shown.collect()
    }

    /// The events of the order, in their order.
    async fn events(&self, db: &TestDatabase) -> Vec<events::Model> {
        let id: Uuid = text(&self.id).parse().expect("an id");
        let found = events::Entity::find().all(db.connection()).await.expect("events");
        let mut found: Vec<_> = found.into_iter().filter(|event| event.aggregate_id == id).collect();
        found.sort_by_key(|event| (event.transaction_number, event.position));
        found
    }

    /// The kinds of these events.
    async fn told(&self, db: &TestDatabase) -> Vec<String> {
        self.events(db).await.into_iter().map(|event| event.kind).collect()
    }
}

/// A shop with ten prints in its main store.
async fn shop(db: &TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    shop.variant(db, "PRINT").await;
    shop.stock("PRINT", "main", 10).await;
    shop
}

/// Does something with a parcel or a return.
async fn done(shop: &ShopFixture, name: &str, id: &Value) -> Value {
    let fields = if name.ends_with("Fulfillment") { PARCEL } else { RETURN };
    shop.done(name, json!({ "id": id }), fields).await
}

/// Why nothing is done with it.
async fn refused(shop: &ShopFixture, name: &str, id: &Value) -> String {
    shop.code_and_path(name, json!({ "id": id })).await
}

/// What moved because of orders, as `SHIP -2 main`, in no order.
async fn moved(shop: &ShopFixture) -> Vec<String> {
    let query = "{ stockMovements(first: 100) { nodes { kind quantity location orderId } } }";
    let answer = shop.query(query, json!({})).await;
    let movements = answer["stockMovements"]["nodes"].as_array().expect("a list").iter();
    let of_orders = movements.filter(|movement| !movement["orderId"].is_null());
    let show = |movement: &Value| {
        format!("{} {} {}", text(&movement["kind"]), movement["quantity"], text(&movement["location"]))
    };
    let mut shown: Vec<String> = of_orders.map(show).collect();
    shown.sort();
    shown
}
