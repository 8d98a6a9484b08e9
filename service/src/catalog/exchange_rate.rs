//! Exchange rates of days. A rate holds until the next day that has one.

use std::collections::{BTreeSet, HashMap};

use chrono::NaiveDate;
use entity::exchange_rates;
use rust_decimal::{Decimal, prelude::ToPrimitive};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Value};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::fields::{self, SHORT};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    batch,
    database::{Column, columns},
    edit::check,
    money::currency,
    refusal::{At, Refusal},
};

/// Rates are kept in units of 10⁻¹⁰.
const DIGITS: u32 = 10;

/// Sets exchange rates: all of them, or none.
#[derive(Clone, Debug, Serialize)]
pub struct Set {
    /// Which ones.
    pub rates: Vec<ExchangeRate>,
}

/// What a currency is worth in another one on a day.
#[derive(Clone, Debug, Serialize)]
pub struct ExchangeRate {
    /// The currency that is exchanged.
    pub base: String,
    /// The currency that is given for it.
    pub quote: String,
    /// The day.
    pub day: NaiveDate,
    /// How much of `quote` one of `base` is.
    pub rate: Decimal,
    /// Where it comes from, an open list of names.
    pub source: String,
}

/// A row to be written.
struct Row {
    id: Uuid,
    base: String,
    quote: String,
    day: NaiveDate,
    rate_e10: i64,
    source: String,
}

impl Verb for Set {
    /// The rates, in the order of the call.
    type Outcome = Vec<Uuid>;
    const OPERATION: Operation = Operation::SetExchangeRates;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Vec<Uuid>> {
        batch::check_size("rates", self.rates.len())?;
        // One at a time: two calls do not add the same.
        unit.lock_name("exchange_rates").await?;
        let mut there = self.there(unit).await?;
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        let mut ids = Vec::with_capacity(self.rates.len());
        for (index, rate) in self.rates.iter().enumerate() {
            let row = rate.row().under(["rates", &index.to_string()])?;
            let known = there.insert(rate.key(), Known { is_named: true, row: None });
            if known.as_ref().is_some_and(|known| known.is_named) {
                let twice = check::invalid("day", "an earlier entry is about the same day");
                return Err(twice.under(["rates", &index.to_string()]).into());
            }
            let before = known.and_then(|known| known.row);
            let row = Row { id: before.as_ref().map_or(row.id, |before| before.id), ..row };
            ids.push(row.id);
            let was = before.as_ref().map(|before| shown(before.rate_e10, &before.source));
            let is = shown(row.rate_e10, &row.source);
            if was.as_ref() == Some(&is) {
                continue;
            }
            unit.record(Self::OPERATION, "ExchangeRate", row.id, &was, &is);
            let rows = if before.is_some() { &mut changed } else { &mut new };
            rows.push(row);
        }
        write(unit, &new, &changed);
        Ok(ids)
    }
}

/// What a rate is known by: the two currencies and the day.
type Key = (String, String, NaiveDate);

/// A rate that is there, or was named by the call.
struct Known {
    is_named: bool,
    row: Option<exchange_rates::Model>,
}

impl Set {
    /// The rates that are there, of these currencies and days.
    async fn there(&self, unit: &UnitOfWork) -> Result<HashMap<Key, Known>> {
        let bases: BTreeSet<&str> = self.rates.iter().map(|rate| rate.base.as_str()).collect();
        let days: BTreeSet<NaiveDate> = self.rates.iter().map(|rate| rate.day).collect();
        let there = exchange_rates::Entity::find()
            .filter(exchange_rates::Column::Base.is_in(bases))
            .filter(exchange_rates::Column::Day.is_in(days))
            .order_by_asc(exchange_rates::Column::Id)
            .lock_exclusive();
        let there = there.all(unit.txn().await?).await?.into_iter();
        let key = |row: &exchange_rates::Model| (row.base.clone(), row.quote.clone(), row.day);
        Ok(there.map(|row| (key(&row), Known { is_named: false, row: Some(row) })).collect())
    }
}

impl ExchangeRate {
    fn key(&self) -> Key {
        (self.base.clone(), self.quote.clone(), self.day)
    }

    fn row(&self) -> Result<Row, Refusal> {
        currency::check_code("base", &self.base)?;
        currency::check_code("quote", &self.quote)?;
        if self.base == self.quote {
            return Err(check::invalid("quote", "`quote` must be another currency than `base`"));
        }
        let units = self.rate.checked_mul(Decimal::from(10_u64.pow(DIGITS))).filter(Decimal::is_integer);
        let rate_e10 = units.and_then(|units| units.to_i64()).filter(|units| *units > 0).ok_or_else(|| {
            let most = Decimal::new(i64::MAX, DIGITS);
            check::invalid("rate", format!("`rate` must be above 0, at most {most}, with at most {DIGITS} digits"))
        })?;
        Ok(Row {
            id: Uuid::now_v7(),
            base: self.base.clone(),
            quote: self.quote.clone(),
            day: self.day,
            rate_e10,
            source: fields::required("source", &self.source, SHORT)?,
        })
    }
}

/// A rate, as the audit log has it.
fn shown(rate_e10: i64, source: &str) -> Json {
    json!({ "rate": Decimal::new(rate_e10, DIGITS).normalize().to_string(), "source": source })
}

fn write(unit: &UnitOfWork, new: &[Row], changed: &[Row]) {
    let times: [(&str, Value); 2] = [("created_at", unit.now().into()), ("updated_at", unit.now().into())];
    if !new.is_empty() {
        let columns: Vec<Column<Row>> = columns!(Row: id, base, quote, day, rate_e10, source).into();
        unit.write(|sql| {
            sql.insert("exchange_rates", &columns, &times, new);
        });
    }
    if !changed.is_empty() {
        let columns: Vec<Column<Row>> = columns!(Row: id, rate_e10, source).into();
        unit.write(|sql| {
            sql.update("exchange_rates", &columns, &times[1..], changed);
        });
    }
}
