//! Creating or changing a discount.

use chrono::{DateTime, Utc};
use entity::{
    discounts,
    sea_orm_active_enums::{DiscountKind, DiscountTarget},
};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    conditions::{self, Conditions},
    uses,
};
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    catalog::fields,
    edit::{self, check},
    money::currency,
    refusal::{At, Code, Refusal},
    settings,
};

/// Creates a discount, or updates one.
#[derive(Clone, Debug, Serialize)]
pub struct Save {
    /// The discount; none for a new one.
    pub id: Option<Uuid>,
    /// The version that the caller has seen; 0 when there is none.
    pub expected_version: Option<i32>,
    /// What customers enter; none for one that applies by itself.
    pub code: Change<Option<String>>,
    /// What it is called; a new one needs it.
    pub name: Change<String>,
    /// How it is computed; a new one needs it.
    pub kind: Change<DiscountKind>,
    /// What it lowers. Default: the whole order.
    pub target: Change<DiscountTarget>,
    /// Of 100, or an amount; a new one needs it, but for free shipping.
    pub value: Change<Decimal>,
    /// The currency of its amounts. Default: the currency of the shop.
    pub currency: Change<String>,
    /// When it applies.
    pub conditions: Change<Conditions>,
    /// Not before.
    pub starts_at: Change<Option<DateTime<Utc>>>,
    /// Not from then on.
    pub ends_at: Change<Option<DateTime<Utc>>>,
    /// How many orders may use it.
    pub usage_limit: Change<Option<i32>>,
    /// Whether each customer may use it for one order only.
    pub once_per_customer: Change<bool>,
    /// Whether it is in use.
    pub is_active: Change<bool>,
}

impl Verb for Save {
    /// The discount.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::SaveDiscount;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        if matches!(self.code, Change::Set(Some(_))) {
            // One at a time: two calls do not add the same.
            unit.lock_name("discounts").await?;
        }
        let before: Option<discounts::Model> = match self.id {
            Some(id) => Some(edit::lock(unit, id, None).await.at(["id"])?),
            None => None,
        };
        edit::check_version(self.expected_version, before.as_ref().map_or(0, |before| before.version))?;
        let mut row = match &before {
            Some(before) => before.clone(),
            None => self.blank(unit).await?,
        };
        self.apply(&mut row)?;
        self.apply_value(&mut row)?;
        match &self.conditions {
            Change::Set(conditions) => {
                row.conditions = conditions.stored(unit, &row.currency).await.under(["conditions"])?;
            }
            Change::Keep if self.currency != Change::Keep => {
                conditions::check_kept(&row.conditions, &row.currency)?;
            }
            Change::Keep => {}
        }
        self.apply_limit(unit, before.as_ref(), &mut row).await?;
        check_code(unit, &row).await?;
        edit::put(unit, Self::OPERATION, None, before.as_ref(), row).await
    }
}

impl Save {
    /// An empty discount.
    async fn blank(&self, unit: &UnitOfWork) -> Result<discounts::Model> {
        let Change::Set(kind) = self.kind else {
            return Err(check::invalid("kind", "a new discount needs a kind").into());
        };
        Ok(discounts::Model {
            id: Uuid::now_v7(),
            code: None,
            name: String::new(),
            kind,
            target: DiscountTarget::Order,
            value: Decimal::ZERO,
            currency: settings::load(unit).await?.currency,
            conditions: json!({}),
            starts_at: None,
            ends_at: None,
            usage_limit: None,
            used_count: 0,
            once_per_customer: false,
            is_active: true,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        })
    }

    fn apply(&self, row: &mut discounts::Model) -> Result<(), Refusal> {
        if let Change::Set(code) = &self.code {
            let code = code.as_deref().filter(|code| !code.trim().is_empty());
            row.code = code.map(|code| fields::code("code", code)).transpose()?;
        }
        self.name.apply(&mut row.name);
        row.name = fields::required("name", &row.name, check::NAME)?;
        if let Change::Set(code) = &self.currency {
            currency::check_code("currency", code)?;
            row.currency.clone_from(code);
        }
        if let Change::Set(at) = self.starts_at {
            row.starts_at = at.map(Into::into);
        }
        if let Change::Set(at) = self.ends_at {
            row.ends_at = at.map(Into::into);
        }
        if row.starts_at.zip(row.ends_at).is_some_and(|(start, end)| end <= start) {
            return Err(check::invalid("endsAt", "the discount ends before it starts"));
        }
        self.once_per_customer.apply(&mut row.once_per_customer);
        self.is_active.apply(&mut row.is_active);
        Ok(())
    }

    /// What is free lowers the shipping cost, and nothing else does.
    fn apply_value(&self, row: &mut discounts::Model) -> Result<(), Refusal> {
        self.kind.apply(&mut row.kind);
        self.value.apply(&mut row.value);
        let is_free = row.kind == DiscountKind::FreeShipping;
        match (&self.target, is_free) {
            (Change::Set(target), _) => row.target = *target,
            (Change::Keep, true) => row.target = DiscountTarget::Shipping,
            (Change::Keep, false) if row.target == DiscountTarget::Shipping => row.target = DiscountTarget::Order,
            (Change::Keep, false) => {}
        }
        if is_free != (row.target == DiscountTarget::Shipping) {
            return Err(check::invalid("target", "the kind FREE_SHIPPING and the target SHIPPING belong together"));
        }
        match row.kind {
            DiscountKind::FreeShipping if self.value == Change::Keep => row.value = Decimal::ZERO,
            DiscountKind::FreeShipping if !row.value.is_zero() => {
                return Err(check::invalid("value", "free shipping has no value"));
            }
            DiscountKind::FreeShipping => {}
            DiscountKind::Percentage => check_percentage(row.value)?,
            DiscountKind::Fixed => check_positive(row)?,
        }
        Ok(())
    }

    /// Orders are counted where there is a limit.
    async fn apply_limit(
        &self,
        unit: &UnitOfWork,
        before: Option<&discounts::Model>,
        row: &mut discounts::Model,
    ) -> Result<()> {
        self.usage_limit.apply(&mut row.usage_limit);
        let Some(limit) = row.usage_limit else {
            row.used_count = 0;
            return Ok(());
        };
        check::within("usageLimit", limit, 1..=i32::MAX)?;
        if before.is_some_and(|before| before.usage_limit.is_none()) {
            row.used_count = uses(unit, row.id).await?;
        }
        match limit < row.used_count {
            true => {
                let message = format!("{} orders use the discount already", row.used_count);
                Err(check::invalid("usageLimit", message).into())
            }
            false => Ok(()),
        }
    }
}

fn check_percentage(value: Decimal) -> Result<(), Refusal> {
    let fits = value > Decimal::ZERO && value <= Decimal::ONE_HUNDRED && value.normalize().scale() <= 2;
    match fits {
        true => Ok(()),
        false => {
            let message = "`value` must be above 0 and at most 100, with at most two digits behind the point";
            Err(check::invalid("value", message))
        }
    }
}

fn check_positive(row: &discounts::Model) -> Result<(), Refusal> {
    currency::check_price("value", row.value, &row.currency)?;
    match row.value.is_zero() {
        true => Err(check::invalid("value", "`value` must be above 0")),
        false => Ok(()),
    }
}

/// Refuses a code that another discount has.
async fn check_code(unit: &UnitOfWork, row: &discounts::Model) -> Result<()> {
    let Some(code) = &row.code else { return Ok(()) };
    let mut sql = unit.sql();
    sql.push("SELECT id FROM discounts WHERE code = ").bind(code.as_str()).push(" AND id <> ").bind(row.id);
    match unit.rows(sql).await?.is_empty() {
        true => Ok(()),
        false => {
            let message = format!("another discount has the code {code:?}");
            Err(Refusal::new(Code::AlreadyExists, message).at(["code"]).into())
        }
    }
}
