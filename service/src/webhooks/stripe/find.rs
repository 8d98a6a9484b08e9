//! The payment that an event is about, with its order locked.

use entity::{
    payments,
    sea_orm_active_enums::{OrderStatus, PaymentStatus},
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::{
    PROVIDER,
    wanted::{Names, Wanted},
};
use crate::{
    Result, UnitOfWork,
    payments::{
        account::{Account, Payment},
        create::{self, NewPayment},
    },
    refusal::{Code, Refusal},
    state,
    webhooks::inbox::event::Applied,
};

/// A payment that is known, with its order locked.
#[derive(Debug)]
pub(super) struct Known {
    /// All payments of the order.
    pub(super) account: Account,
    /// The payment.
    pub(super) payment: Uuid,
}

/// A payment, or what becomes of an event without it.
pub(super) type Found = Result<Known, Applied>;

/// The payment of an event; without one it waits.
pub(super) async fn known(unit: &UnitOfWork, wanted: &Wanted<'_>) -> Result<Found> {
    match by_name(unit, wanted.names).await? {
        Some(payment) => locked(unit, &payment, wanted).await,
        None => Ok(Err(Applied::Waits(format!("{} is not known yet", described(wanted))))),
    }
}

/// The same for an event about a new payment: it becomes one of the order that it names.
pub(super) async fn known_or_new(unit: &mut UnitOfWork, wanted: &Wanted<'_>) -> Result<Found> {
    if let Some(payment) = by_name(unit, wanted.names).await? {
        return locked(unit, &payment, wanted).await;
    }
    let Some(order) = order(unit, wanted).await? else {
        let message = format!("{} is not known, and names no order that is known", described(wanted));
        return Ok(Err(Applied::Waits(message)));
    };
    let mut account = Account::lock(unit, order).await?;
    match open(unit, &mut account, wanted).await? {
        Ok(payment) => Ok(Ok(Known { account, payment })),
        Err(refusal) if refusal.code == Code::InvalidTransition => Ok(Err(Applied::Waits(refusal.message))),
        Err(refusal) => Ok(Err(Applied::Dead(refusal.message))),
    }
}

/// The payment with one of the names.
pub(super) async fn by_name(unit: &UnitOfWork, names: Names<'_>) -> Result<Option<payments::Model>> {
    use payments::Column::{Id, Provider, ProviderReference};
    let found = payments::Entity::find().filter(Provider.eq(PROVIDER)).filter(ProviderReference.is_in(names.all()));
    Ok(found.order_by_asc(Id).one(unit.txn().await?).await?)
}

/// Makes a payment one of an order that is locked; it may be there, still without its name. The order is settled.
pub(super) async fn open(
    unit: &mut UnitOfWork,
    account: &mut Account,
    wanted: &Wanted<'_>,
) -> Result<Result<Uuid, Refusal>> {
    let has_name = |name: Option<&str>| name.is_some_and(|name| wanted.names.all().any(|other| other == name));
    // Another unit may have added it before the order was locked.
    let is_it =
        |payment: &&Payment| payment.row.provider == PROVIDER && has_name(payment.row.provider_reference.as_deref());
    if let Some(payment) = account.payments.iter().find(is_it) {
        return Ok(Ok(payment.row.id));
    }
    if let Err(refusal) = check(account, wanted) {
        return Ok(Err(refusal));
    }
    let name = wanted.names.main().map(str::to_owned);
    let is_unnamed = |payment: &&mut Payment| {
        let payments::Model { provider, provider_reference, amount, status, .. } = &payment.row;
        let is_free = provider == PROVIDER && provider_reference.is_none();
        is_free && *amount == wanted.amount && matches!(status, PaymentStatus::Pending | PaymentStatus::Failed)
    };
    let id = match account.payments.iter_mut().find(is_unnamed) {
        Some(payment) => {
            payment.row.provider_reference = name;
            payment.row.id
        }
        None => {
            let new = NewPayment {
                provider: PROVIDER.to_owned(),
                method: wanted.method.map(str::to_owned),
                reference: name,
                amount: Some(wanted.amount),
                captured: false,
            };
            create::enter(unit, account, &new, wanted.amount)
        }
    };
    account.save(unit).await?;
    Ok(Ok(id))
}

/// Refuses an order that the payment cannot be of.
fn check(account: &Account, wanted: &Wanted<'_>) -> Result<(), Refusal> {
    let order = &account.order;
    if order.status == OrderStatus::Draft {
        let message = format!("the order {} is a draft and takes no payments until it is placed", order.order_number);
        return Err(state::refuse_in(order.status, message));
    }
    check_currency(account, wanted)?;
    match wanted.amount.is_zero() {
        true => Err(Refusal::invalid("amount", "a payment must be above 0")),
        false => Ok(()),
    }
}

/// Refuses another currency than the order's.
fn check_currency(account: &Account, wanted: &Wanted<'_>) -> Result<(), Refusal> {
    let (order, other) = (&account.order, &wanted.currency);
    match order.currency == *other {
        true => Ok(()),
        false => {
            let message = format!("the order {} is in {}, the event in {other}", order.order_number, order.currency);
            Err(Refusal::invalid("currency", message))
        }
    }
}

async fn locked(unit: &UnitOfWork, payment: &payments::Model, wanted: &Wanted<'_>) -> Result<Found> {
    let account = Account::lock(unit, payment.order_id).await?;
    match check_currency(&account, wanted) {
        Ok(()) => Ok(Ok(Known { account, payment: payment.id })),
        Err(refusal) => Ok(Err(Applied::Dead(refusal.message))),
    }
}

/// The order that an event names, by its id or its number.
async fn order(unit: &UnitOfWork, wanted: &Wanted<'_>) -> Result<Option<Uuid>> {
    let (id, number) = (wanted.order_id, wanted.order_number);
    if id.is_none() && number.is_none() {
        return Ok(None);
    }
    let mut sql = unit.sql();
    sql.push("SELECT id FROM orders WHERE id = ").bind(id).push(" OR order_number = ").bind(number.map(str::to_owned));
    sql.push(" ORDER BY CASE WHEN id = ").bind(id).push(" THEN 0 ELSE 1 END LIMIT 1");
    let found: Vec<Uuid> = unit.ids(sql).await?;
    Ok(found.first().copied())
}

fn described(wanted: &Wanted<'_>) -> String {
    format!("the payment {}", wanted.names.main().unwrap_or_default())
}
