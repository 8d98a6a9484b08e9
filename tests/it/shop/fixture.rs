//! A small shop on a clock that stands.

use std::{ops::Deref, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use entity::{
    agents, customer_segment_members, customer_segments, product_variants, products,
    sea_orm_active_enums::{AgentType, ProductStatus, SegmentType, StockPolicy},
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ConnectionTrait, Statement};
use serde_json::{Value, json};
use service::{
    clock::Clock,
    principal::{Principal, Role},
    work,
};
use tests::TestDatabase;
use uuid::Uuid;

use super::waiting;
use crate::{client::Client, events::versions::Versions};

/// A shop with a product without variants, and an orchestrator who gets the follow-ups.
#[derive(Clone)]
pub(crate) struct ShopFixture {
    client: Client,
    pub(crate) orchestrator: Uuid,
    pub(crate) product: Uuid,
    /// Those of what was there at the beginning.
    versions: Arc<Versions>,
}

/// When every test begins.
pub(crate) fn start() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-21T08:00:00Z").expect("a time").to_utc()
}

impl Deref for ShopFixture {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl ShopFixture {
    pub(crate) async fn open(db: &TestDatabase) -> Self {
        let client = Client::open(db, Clock::standing(start())).await;
        let (orchestrator, product) = (Uuid::now_v7(), Uuid::now_v7());
        let agent = agents::ActiveModel {
            id: Set(orchestrator),
            name: Set("Orchestrator".to_owned()),
            r#type: Set(AgentType::Orchestrator),
            created_at: Set(start().into()),
            updated_at: Set(start().into()),
            ..Default::default()
        };
        agent.insert(db.connection()).await.expect("an agent");
        let row = products::ActiveModel {
            id: Set(product),
            handle: Set("harbour".to_owned()),
            title: Set("Harbour".to_owned()),
            tags: Set(json!([])),
            base_price: Set(Decimal::from(100)),
            currency: Set("USD".to_owned()),
            status: Set(ProductStatus::Active),
            option_names: Set(json!(["Title"])),
            created_at: Set(start().into()),
            updated_at: Set(start().into()),
            ..Default::default()
        };
        row.insert(db.connection()).await.expect("a product");
        let versions = Arc::new(Versions::now(db.connection()).await);
        Self { client, orchestrator, product, versions }
    }

    /// The same shop for somebody else.
    pub(crate) fn acting(&self, principal: Principal) -> Self {
        Self { client: self.client.acting(principal), ..self.clone() }
    }

    /// Somebody with a role and a name.
    pub(crate) fn somebody(role: Role, name: &str) -> Principal {
        Principal { name: name.to_owned(), key: None, role, agent: None }
    }

    /// A variant for 100 USD without stock, of which nobody can order more than there is.
    pub(crate) async fn variant(&self, db: &TestDatabase, sku: &str) -> Uuid {
        self.variant_with(db, sku, |_| {}).await
    }

    /// The same with some values changed.
    pub(crate) async fn variant_with(
        &self,
        db: &TestDatabase,
        sku: &str,
        change: impl FnOnce(&mut product_variants::ActiveModel),
    ) -> Uuid {
        let id = Uuid::now_v7();
        let mut variant = product_variants::ActiveModel {
            id: Set(id),
            product_id: Set(self.product),
            sku: Set(Some(sku.to_owned())),
            title: Set(sku.to_owned()),
            option_values: Set(json!([sku])),
            price: Set(Decimal::from(100)),
            stock_policy: Set(StockPolicy::Deny),
            created_at: Set(start().into()),
            updated_at: Set(start().into()),
            ..Default::default()
        };
        change(&mut variant);
        variant.insert(db.connection()).await.expect("a variant");
        id
    }

    /// A designer, and the commercial segment that they are in.
    pub(crate) async fn designer(&self, db: &TestDatabase) -> (Uuid, Uuid) {
        let designer = json!({ "email": "designer@example.com", "tags": ["designer-verified"] });
        let payload = self.done("createCustomer", designer, "customer { id }").await;
        let customer: Uuid = text(&payload["customer"]["id"]).parse().expect("an id");
        let segment = Uuid::now_v7();
        let row = customer_segments::ActiveModel {
            id: Set(segment),
            name: Set("Trade".to_owned()),
            r#type: Set(SegmentType::Commercial),
            member_count: Set(1),
            created_at: Set(start().into()),
            updated_at: Set(start().into()),
            ..Default::default()
        };
        row.insert(db.connection()).await.expect("a segment");
        let row = customer_segment_members::ActiveModel {
            customer_id: Set(customer),
            segment_id: Set(segment),
            assigned_at: Set(start().into()),
            created_at: Set(start().into()),
            updated_at: Set(start().into()),
            ..Default::default()
        };
        row.insert(db.connection()).await.expect("a member");
        (customer, segment)
    }

    /// Sets what is available of a variant at a location, whatever it was.
    pub(crate) async fn stock(&self, sku: &str, location: &str, available: i32) {
        let item = json!({ "sku": sku, "location": location, "available": available, "changeFromQuantity": null });
        let payload =
            self.done("setStock", json!({ "items": [item] }), "results { userErrors { code message } }").await;
        assert_eq!(payload["results"][0]["userErrors"], json!([]), "{sku}");
    }

    /// The stock of a variant by location: `main 5 + 2 reserved`, with what comes in.
    pub(crate) async fn shelf(&self, sku: &str) -> Vec<String> {
        let query = "query($sku: String!) { productVariantBySku(sku: $sku) { inventoryQuantity inventoryLevels {
            nodes { location quantityAvailable quantityReserved quantityIncoming } } } }";
        let variant = self.query(query, json!({ "sku": sku })).await["productVariantBySku"].take();
        let levels = variant["inventoryLevels"]["nodes"].as_array().expect("a list");
        let count = |level: &Value, field: &str| level[field].as_i64().expect("a number");
        let available: i64 = levels.iter().map(|level| count(level, "quantityAvailable")).sum();
        assert_eq!(variant["inventoryQuantity"], available, "the sum of {sku}");
        let shown = levels.iter().map(|level| {
            let [available, reserved, incoming] =
                ["quantityAvailable", "quantityReserved", "quantityIncoming"].map(|field| count(level, field));
            let location = level["location"].as_str().expect("a text");
            match incoming {
                0 => format!("{location} {available} + {reserved} reserved"),
                _ => format!("{location} {available} + {reserved} reserved, {incoming} to come"),
            }
        });
        shown.collect()
    }

    /// Sets a configuration.
    pub(crate) async fn configure(&self, key: &str, value: Value) {
        self.done("setConfiguration", json!({ "key": key, "value": value }), "replayed").await;
    }

    /// Lets time pass and the server look after what is due.
    pub(crate) async fn pass(&self, seconds: i64) -> work::Swept {
        self.clock().advance(Duration::seconds(seconds));
        work::sweep(&self.service).await.expect("swept")
    }

    /// What must hold between all rows, after every test.
    pub(crate) async fn check(&self) {
        self.versions.check(self.service.database()).await;
        waiting::check(self.service.database()).await;
    }
}

/// The number that a statement selects.
pub(crate) async fn count(db: &TestDatabase, sql: &str) -> i64 {
    let connection = db.connection();
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let row = connection.query_one_raw(statement).await.expect(sql).expect("a row");
    row.try_get_by_index(0).expect("a number")
}

/// A text of an answer.
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("a text is expected: {value}")).to_owned()
}

/// What a value is of a refused item: `CODE path`.
pub(crate) fn refusal(result: &Value) -> String {
    let error = &result["userErrors"][0];
    let path = error["path"].as_array().unwrap_or_else(|| panic!("it was not refused: {result}"));
    let path = path.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(".");
    format!("{} {path}", text(&error["code"])).trim_end().to_owned()
}

/// An object with some members changed.
pub(crate) fn with(mut object: Value, changes: Value) -> Value {
    let members = object.as_object_mut().expect("an object");
    members.extend(changes.as_object().expect("an object").clone());
    object
}

/// An id that no row has.
pub(crate) const NOBODY: &str = "00000000-0000-0000-0000-00000000abcd";
