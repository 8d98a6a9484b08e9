//! What an order of another system refers to: the order itself, variants, who buys.

use std::collections::HashMap;

use entity::{orders, sea_orm_active_enums::OrderStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::{
    check::SHORT,
    given::{ExternalBuyer, ExternalLine, ExternalOrder, Origin},
};
use crate::{
    Change, Result, UnitOfWork,
    customers::{
        address::{check_email, check_phone, normal},
        external::{self, ExternalCustomer, Outcome},
    },
    refusal::{Code, Refusal},
};

/// Holds an order by its Shopify id and by its number, since a file may have the number alone: nobody else adds
/// it before the end of the unit.
pub(crate) async fn hold(unit: &UnitOfWork, given: &ExternalOrder) -> Result<()> {
    let names = given.shopify_id.iter().chain([&given.number]);
    let names: Vec<String> = names.map(|name| format!("order:{name}")).collect();
    unit.lock_names(names).await
}

/// Reads the order and locks it, if it exists. It is found by the Shopify id, else by its number; nobody else adds it
/// before the end of the unit.
pub(super) async fn order(unit: &UnitOfWork, given: &ExternalOrder) -> Result<Option<orders::Model>> {
    hold(unit, given).await?;
    if let Some(id) = &given.shopify_id {
        let found = orders::Entity::find().filter(orders::Column::ShopifyOrderId.eq(id.as_str()));
        if let Some(found) = found.lock_exclusive().one(unit.txn().await?).await? {
            check_number(&found, given)?;
            return Ok(Some(found));
        }
    }
    let found = orders::Entity::find().filter(orders::Column::OrderNumber.eq(given.number.as_str()));
    if given.origin == Origin::Shopify {
        // The number may be that of another order, unless a file brought this one without its id.
        let imported = orders::Column::Source.eq(Origin::Import.source());
        let found = found.filter(imported).filter(orders::Column::ShopifyOrderId.is_null());
        return Ok(found.lock_exclusive().one(unit.txn().await?).await?);
    }
    let Some(found) = found.lock_exclusive().one(unit.txn().await?).await? else { return Ok(None) };
    let is_other = found.source != Origin::Import.source() && found.source != Origin::Shopify.source();
    let has_other_id = found.shopify_order_id.is_some() && given.shopify_id.is_some();
    match is_other || has_other_id || found.status == OrderStatus::Draft {
        true => {
            let message = format!("another order has the number {:?}", given.number);
            Err(Refusal::new(Code::AlreadyExists, message).at(["number"]).into())
        }
        false => Ok(Some(found)),
    }
}

/// Refuses an order of a file whose id is known as that of another number.
fn check_number(found: &orders::Model, given: &ExternalOrder) -> Result<(), Refusal> {
    let number = &found.order_number;
    if given.origin == Origin::Shopify || *number == given.number || Some(number) == number_with_id(given).as_ref() {
        return Ok(());
    }
    let message = format!("the order {number:?} has this id here; import the file as it was exported");
    Err(Refusal::new(Code::AlreadyExists, message).at(["shopifyId"]))
}

/// The number that a new order gets: its own, unless another order has it.
pub(super) async fn number(unit: &UnitOfWork, given: &ExternalOrder) -> Result<String> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM orders WHERE order_number = ").bind(given.number.as_str());
    let is_taken = !unit.rows(sql).await?.is_empty();
    let other = number_with_id(given).filter(|_| is_taken);
    Ok(other.unwrap_or_else(|| given.number.clone()))
}

/// The number of an order whose own is taken by another one.
fn number_with_id(given: &ExternalOrder) -> Option<String> {
    let id = given.shopify_id.as_ref()?;
    Some(format!("{} {id}", given.number).chars().take(SHORT).collect())
}

/// The variants that lines name, by their Shopify ids and by their SKUs.
#[derive(Debug, Default)]
pub(super) struct Variants {
    by_id: HashMap<String, Uuid>,
    by_sku: HashMap<String, Uuid>,
}

impl Variants {
    /// Looks them up in one statement.
    pub(super) async fn read(unit: &UnitOfWork, lines: &[ExternalLine]) -> Result<Self> {
        let ids: Vec<&str> = lines.iter().filter_map(|line| line.shopify_variant_id.as_deref()).collect();
        let skus: Vec<&str> = lines.iter().filter_map(|line| line.sku.as_deref()).collect();
        let mut variants = Self::default();
        let mut sql = unit.sql();
        sql.push("SELECT id, shopify_variant_id, sku FROM product_variants WHERE shopify_variant_id");
        sql.is_any_text(&ids).push(" OR sku").is_any_text(&skus);
        for row in unit.rows(sql).await? {
            let variant: Uuid = row.try_get_by("id")?;
            if let Some(id) = row.try_get_by::<Option<String>, _>("shopify_variant_id")? {
                variants.by_id.insert(id, variant);
            }
            if let Some(sku) = row.try_get_by::<Option<String>, _>("sku")? {
                variants.by_sku.insert(sku, variant);
            }
        }
        Ok(variants)
    }

    /// The variant of a line, if it exists.
    pub(super) fn of(&self, line: &ExternalLine) -> Option<Uuid> {
        let by_id = line.shopify_variant_id.as_ref().and_then(|id| self.by_id.get(id));
        by_id.or_else(|| self.by_sku.get(line.sku.as_ref()?)).copied()
    }
}

/// Who buys.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Buyer {
    /// The customer.
    pub(super) id: Option<Uuid>,
    /// Whether the person was erased: nothing personal is written any more.
    pub(super) is_erased: bool,
}

/// Looks for who buys; somebody with an address becomes a customer.
pub(super) async fn buyer(unit: &mut UnitOfWork, given: &ExternalOrder) -> Result<Buyer> {
    let empty = ExternalBuyer::default();
    let buyer = given.buyer.as_ref().unwrap_or(&empty);
    let email = buyer.email.as_deref().or(given.email.as_deref()).map(normal);
    let email = email.filter(|email| check_email("email", email).is_ok());
    if let Some(known) = known(unit, buyer.shopify_id.as_deref(), email.as_deref()).await? {
        return Ok(known);
    }
    if email.is_none() {
        return Ok(Buyer::default());
    }
    let name = |name: &Option<String>| name.clone().map_or(Change::Keep, |name| Change::Set(Some(name)));
    let customer = ExternalCustomer {
        shopify_id: buyer.shopify_id.clone(),
        email,
        first_name: name(&buyer.first_name),
        last_name: name(&buyer.last_name),
        phone: name(&buyer.phone.clone().filter(|phone| check_phone("phone", phone).is_ok())),
        ..ExternalCustomer::default()
    };
    let put = external::put(unit, &customer).await?;
    Ok(Buyer { id: Some(put.id), is_erased: put.outcome == Outcome::Erased })
}

/// The customer of an existing order.
pub(super) async fn buyer_of(unit: &UnitOfWork, customer: Uuid) -> Result<Buyer> {
    let mut sql = unit.sql();
    sql.push("SELECT erased_at IS NOT NULL AS is_erased FROM customers WHERE id = ").bind(customer);
    let rows = unit.rows(sql).await?;
    let is_erased = rows.first().map(|row| row.try_get_by("is_erased")).transpose()?.unwrap_or_default();
    Ok(Buyer { id: Some(customer), is_erased })
}

/// A customer with the Shopify id, or else with the address; also one into whom another customer was merged.
async fn known(unit: &UnitOfWork, shopify_id: Option<&str>, email: Option<&str>) -> Result<Option<Buyer>> {
    use entity::sea_orm_active_enums::CustomerAliasKind::{Email, Shopify};
    let mut sql = unit.sql();
    let mut and = "";
    for (place, column, kind, value) in [(0, "shopify_customer_id", Shopify, shopify_id), (2, "email", Email, email)] {
        let Some(value) = value else { continue };
        sql.write(format_args!("{and}SELECT {place} AS place, c.id, c.erased_at IS NOT NULL AS is_erased "));
        sql.write(format_args!("FROM customers AS c WHERE c.{column} = ")).bind(value);
        sql.write(format_args!(" UNION ALL SELECT {}, c.id, c.erased_at IS NOT NULL ", place + 1));
        sql.push("FROM customer_aliases AS a JOIN customers AS c ON c.id = a.customer_id WHERE a.kind = ");
        sql.literal(&kind).push(" AND a.value = ").bind(value);
        and = " UNION ALL ";
    }
    if and.is_empty() {
        return Ok(None);
    }
    let mut found: Vec<(i32, Buyer)> = Vec::new();
    for row in unit.rows(sql).await? {
        let buyer = Buyer { id: Some(row.try_get_by("id")?), is_erased: row.try_get_by("is_erased")? };
        found.push((row.try_get_by("place")?, buyer));
    }
    Ok(found.into_iter().min_by_key(|(place, _)| *place).map(|(_, buyer)| buyer))
}
