//! Accounts that are locked for several calls at once.

use std::collections::HashMap;

use uuid::Uuid;

use super::{Account, rows};
use crate::{
    Result, UnitOfWork,
    orders::{lock_all, pieces_of},
    settings,
};

/// Accounts by their orders, and the order of each payment. Each is given out once: after that the database knows better.
struct Known {
    accounts: HashMap<Uuid, Account>,
    orders: HashMap<Uuid, Uuid>,
}

impl Account {
    /// Locks the orders of payments, and all payments of them, for calls that follow in this unit.
    pub(crate) async fn lock_ahead(unit: &UnitOfWork, payments: &[Uuid]) -> Result<()> {
        let settings = settings::load(unit).await?;
        let ids = rows::orders_of(unit, payments).await?;
        if ids.is_empty() {
            return Ok(());
        }
        let (mut accounts, mut orders) = (HashMap::new(), HashMap::new());
        for order in lock_all(unit, &ids).await? {
            accounts.insert(order.id, Self::without_payments(&settings, &order));
        }
        for payment in rows::read(unit, &ids).await? {
            orders.insert(payment.row.id, payment.row.order_id);
            if let Some(account) = accounts.get_mut(&payment.row.order_id) {
                account.payments.push(payment);
            }
        }
        let mut pieces = pieces_of(unit, &ids).await?;
        for (order, account) in &mut accounts {
            account.pieces = Some(pieces.remove(order).unwrap_or_default());
        }
        unit.memory().keep(Known { accounts, orders });
        Ok(())
    }
}

/// The account of a payment, if it was locked so.
pub(super) fn take(unit: &UnitOfWork, payment: Uuid) -> Option<Account> {
    unit.memory().of(|known: &mut Known| known.accounts.remove(known.orders.get(&payment)?)).flatten()
}
