//! Shipping methods: what sending an order costs.

use std::collections::BTreeSet;

use entity::shipping_methods;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    fields::{self, SHORT},
    rows::{Keyed, Rows},
};
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    batch,
    database::{Column, columns},
    edit::check,
    money::currency,
    refusal::{At, Refusal},
};

/// Creates, updates or removes shipping methods: all of them, or none.
#[derive(Clone, Debug, Serialize)]
pub struct Save {
    /// Which ones.
    pub methods: Vec<ShippingMethod>,
}

/// A way to send an order, with its price in a currency.
#[derive(Clone, Debug, Serialize)]
pub struct ShippingMethod {
    /// What orders call it.
    pub code: String,
    /// The currency of its amounts.
    pub currency: String,
    /// The version that the caller has seen; 0 when there is none.
    pub expected_version: Option<i32>,
    /// What customers call it; a new one needs it.
    pub name: Change<String>,
    /// Where it sends to; nothing for everywhere.
    pub countries: Change<Vec<String>>,
    /// What it costs; a new one needs it.
    pub price: Change<Decimal>,
    /// What the goods come to from which it costs nothing.
    pub free_from: Change<Option<Decimal>>,
    /// Whether it can be chosen.
    pub is_active: Change<bool>,
    /// Whether it is removed.
    pub remove: bool,
}

impl Verb for Save {
    /// The methods that are there now, in the order of the call.
    type Outcome = Vec<Uuid>;
    const OPERATION: Operation = Operation::SaveShippingMethods;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<Uuid>> {
        batch::check_size("methods", self.methods.len())?;
        // One at a time: two calls do not add the same.
        unit.lock_name("shipping_methods").await?;
        let codes: BTreeSet<&str> = self.methods.iter().map(|method| method.code.trim()).collect();
        let there = shipping_methods::Entity::find()
            .filter(shipping_methods::Column::Code.is_in(codes))
            .order_by_asc(shipping_methods::Column::Id)
            .lock_exclusive();
        let there = there.all(unit.txn().await?).await?;
        let mut there = Keyed::new(there, |row| (row.code.clone(), row.currency.clone()));
        let mut rows = Rows::new(Self::OPERATION);
        let mut ids = Vec::with_capacity(self.methods.len());
        for (index, method) in self.methods.iter().enumerate() {
            let path = ["methods", &index.to_string()];
            let key = method.key().under(path)?;
            let before = there.find(&key, method.expected_version, "code").under(path)?;
            there.take(key.clone());
            if method.remove {
                before.iter().for_each(|before| rows.remove(unit, before));
                continue;
            }
            let row = method.row(unit, key, before.as_ref()).under(path)?;
            ids.push(row.id);
            rows.put(unit, before.as_ref(), row);
        }
        rows.write(unit, "shipping_methods", &method_columns());
        Ok(ids)
    }
}

impl ShippingMethod {
    /// What it is known by: code and currency.
    fn key(&self) -> Result<(String, String), Refusal> {
        let code = fields::required("code", &self.code, SHORT)?;
        currency::check_code("currency", &self.currency)?;
        Ok((code, self.currency.clone()))
    }

    /// The row as it is to be.
    fn row(
        &self,
        unit: &UnitOfWork,
        (code, currency): (String, String),
        before: Option<&shipping_methods::Model>,
    ) -> Result<shipping_methods::Model, Refusal> {
        let mut row = before.cloned().unwrap_or_else(|| shipping_methods::Model {
            id: Uuid::now_v7(),
            code,
            name: String::new(),
            countries: json!([]),
            currency,
            price: Decimal::NEGATIVE_ONE,
            free_from: None,
            is_active: true,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        });
        self.name.apply(&mut row.name);
        row.name = fields::required("name", &row.name, check::NAME)?;
        if let Change::Set(countries) = &self.countries {
            row.countries = json!(fields::countries("countries", countries)?);
        }
        self.price.apply(&mut row.price);
        currency::check_price("price", row.price, &row.currency)?;
        self.free_from.apply(&mut row.free_from);
        if let Some(amount) = row.free_from {
            currency::check_amount("freeFrom", amount, &row.currency)?;
        }
        self.is_active.apply(&mut row.is_active);
        Ok(row)
    }
}

fn method_columns() -> Vec<Column<shipping_methods::Model>> {
    columns!(shipping_methods::Model:
        id,
        code,
        name,
        countries,
        currency,
        price,
        free_from,
        is_active,
        version,
    )
    .into()
}
