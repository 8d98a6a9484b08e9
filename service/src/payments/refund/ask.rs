//! Refunding an order: pieces, shipping, an amount, or everything.

use std::collections::HashSet;

use entity::{order_items, sea_orm_active_enums::ReturnStatus};
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{
    RefundOutcome,
    goods::{self, Goods, Whereabouts},
    history::{self, History},
    request::{Proposal, request},
    spread,
    target::{self, Target},
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    authority::{self, Limit},
    batch,
    database::row::enum_value,
    edit::{self, check},
    money::currency,
    orders::{
        self, fulfil,
        state::{self as order_state, Act},
    },
    payments::{account::Account, books, check_positive, exceeded},
    refusal::{At, Code, Located, Refusal},
};

/// Requests a refund.
#[derive(Clone, Debug, Serialize)]
pub struct Ask {
    /// The order.
    pub order_id: Uuid,
    /// Pieces of its items.
    pub lines: Vec<Line>,
    /// A part of what shipping cost.
    pub shipping: Option<Shipping>,
    /// Anything else, on top; or, below 0, what is kept of it.
    pub adjustment: Option<Decimal>,
    /// All that is left, and nothing else beside it.
    pub everything: bool,
    /// Why.
    pub reason: Option<String>,
    /// The return that it belongs to.
    pub return_id: Option<Uuid>,
    /// The payment that it comes from. Default: the oldest first.
    pub payment_id: Option<Uuid>,
    /// The approval that permits it.
    pub approval_id: Option<Uuid>,
}

/// Pieces that are refunded.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Line {
    /// The item.
    pub item_id: Uuid,
    /// How many.
    pub quantity: i32,
    /// What becomes of them.
    pub restock: Restock,
}

/// What becomes of pieces that are refunded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Restock {
    /// Nothing.
    None,
    /// They have not shipped, will not, and are free again.
    Cancel,
    /// They came back, and go into stock unless a return has put them there.
    Return,
}

/// What is refunded of shipping.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Shipping {
    /// So much.
    pub amount: Option<Decimal>,
    /// Or all that is left.
    pub all: bool,
}

impl Verb for Ask {
    type Outcome = RefundOutcome;
    const OPERATION: Operation = Operation::RefundOrder;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<RefundOutcome> {
        self.check_shape()?;
        let mut account = Account::lock(unit, self.order_id).await.at(["orderId"])?;
        order_state::check(&account.order, Act::Refund).at(["orderId"])?;
        books::check_open(&account.settings, unit.now())?;
        self.check_ids(unit, &account).await?;
        if self.everything {
            // What stands ready to leave stays.
            fulfil::cancel_preparing(unit, Self::OPERATION, self.order_id).await?;
        }
        let mut items = orders::items(unit, self.order_id).await?;
        let past = history::read(unit, self.order_id).await?;
        let whereabouts = match self.everything || self.lines.iter().any(|line| line.restock != Restock::None) {
            true => goods::read(unit, self.order_id).await?,
            false => Whereabouts::default(),
        };
        let sources = spread::sources(&account, self.payment_id);
        let available = spread::available(&sources);
        let (target, goods) = match self.everything {
            true => (
                Target::everything(&account.order, &items, &past, available),
                goods::cancel_unshipped(&account.order, &items, &whereabouts),
            ),
            false => self.named(&account, &items, &past, &whereabouts)?,
        };
        let amount = target.amount();
        if amount <= Decimal::ZERO && !self.everything {
            return Err(Refusal::new(Code::Invalid, "the total of a refund must be above 0").into());
        }
        let parts = spread::spread(amount, &sources).filter(|parts| !parts.is_empty());
        let parts = parts.ok_or_else(|| exceeded(amount, available, &account.order.currency))?;
        let asked = books::in_report_currency(&account.settings, &account.order, amount);
        let subject = ("Order", self.order_id);
        authority::check(unit, None, Limit::Refund, asked, self.approval_id, subject).await?;
        let source = if unit.principal().agent.is_some() { "agent" } else { "api" };
        let (reason, return_id) = (self.reason.clone(), self.return_id);
        let proposal = Proposal { target, parts, goods, source, reason, return_id };
        let refund = request(unit, &mut account, &mut items, proposal).await?;
        unit.record(Self::OPERATION, "Refund", refund.id, Json::Null, edit::changes(None, &refund));
        Ok(RefundOutcome { refund: refund.id, order: self.order_id })
    }
}

impl Ask {
    fn check_shape(&self) -> Result<(), Refusal> {
        batch::check_size("lines", self.lines.len())?;
        if let Some(reason) = &self.reason {
            check::text("reason", reason, check::NAME)?;
        }
        let names_parts = !self.lines.is_empty() || self.shipping.is_some() || self.adjustment.is_some();
        match (self.everything, names_parts) {
            (true, true) => {
                Err(check::invalid("everything", "with `everything`, leave out `lines`, `shipping` and `adjustment`"))
            }
            (false, false) => {
                Err(check::invalid("lines", "`lines`, `shipping`, `adjustment` or `everything` is needed"))
            }
            _ => Ok(()),
        }
    }

    /// Refuses ids that name nothing, or something of another order.
    async fn check_ids(&self, unit: &UnitOfWork, account: &Account) -> Result<()> {
        if let Some(id) = self.payment_id
            && account.find(id).is_none()
        {
            return Err(Error::NotFound("payment of this order", id).located(["paymentId"]));
        }
        if let Some(id) = self.return_id {
            let mut sql = unit.sql();
            sql.push("SELECT status FROM returns WHERE id = ").bind(id).push(" AND order_id = ").bind(self.order_id);
            let rows = unit.rows(sql).await?;
            let unknown = || Error::NotFound("return of this order", id).located(["returnId"]);
            let status = enum_value::<ReturnStatus>(rows.first().ok_or_else(unknown)?, "status")?;
            let is_on_its_way = matches!(status, ReturnStatus::Requested | ReturnStatus::Approved);
            if is_on_its_way && self.lines.iter().any(|line| line.restock == Restock::Return) {
                let message = "receive the return first: that puts its pieces into stock";
                return Err(check::invalid("returnId", message).into());
            }
        }
        let Some(id) = self.approval_id else { return Ok(()) };
        let mut sql = unit.sql();
        sql.push("SELECT id FROM approvals WHERE id = ").bind(id);
        match unit.rows(sql).await?.is_empty() {
            true => Err(Error::NotFound("approval", id).located(["approvalId"])),
            false => Ok(()),
        }
    }

    /// What the parts come to that are named, and what becomes of the pieces.
    fn named(
        &self,
        account: &Account,
        items: &[order_items::Model],
        past: &History,
        whereabouts: &Whereabouts,
    ) -> Result<(Target, Vec<Goods>)> {
        let (order, mut target, mut goods) = (&account.order, Target::default(), Vec::new());
        let mut named = HashSet::new();
        for (index, line) in self.lines.iter().enumerate() {
            let place = ["lines", &index.to_string()];
            let unknown = || Error::NotFound("item of this order", line.item_id).located(["itemId"]);
            let item = items.iter().find(|item| item.id == line.item_id).ok_or_else(unknown).under(place)?;
            if !named.insert(item.id) {
                return Err(check::invalid("itemId", "the item is named twice").under(place).into());
            }
            let left = item.quantity - item.refunded_quantity;
            check_pieces(line.quantity, left, "are left to be refunded").under(place)?;
            goods.extend(line.goods(item, past, whereabouts).under(place)?);
            target.add_pieces(order, item, line.quantity, past);
        }
        if let Some(shipping) = &self.shipping {
            let amount = shipping.amount(target::shipping_left(order, past), &order.currency).under(["shipping"])?;
            target.add_shipping(order, amount, past);
        }
        if let Some(adjustment) = self.adjustment {
            currency::check("adjustment", adjustment, &order.currency)?;
            target.adjustment = adjustment;
        }
        Ok((target, goods))
    }
}

impl Line {
    fn goods(
        &self,
        item: &order_items::Model,
        past: &History,
        whereabouts: &Whereabouts,
    ) -> Result<Option<Goods>, Refusal> {
        match self.restock {
            Restock::None => Ok(None),
            Restock::Cancel => {
                let there = whereabouts.cancellable(item, past);
                check_pieces(self.quantity, there, "are neither shipped nor in a parcel")?;
                Ok(Some(whereabouts.cancel(item, self.quantity, past)))
            }
            Restock::Return => {
                check_pieces(self.quantity, item.fulfilled_quantity, "were shipped")?;
                Ok(Some(whereabouts.bring_back(item, self.quantity, past)))
            }
        }
    }
}

impl Shipping {
    /// How much it is, of what is left.
    fn amount(&self, left: Decimal, currency: &str) -> Result<Decimal, Refusal> {
        let amount = match (self.amount, self.all) {
            (Some(amount), false) => amount,
            (None, true) => return Ok(left),
            _ => return Err(check::invalid("amount", "either `amount` or `all` is needed")),
        };
        check_positive("amount", amount, currency)?;
        match amount > left {
            true => Err(exceeded(amount, left, currency).at(["amount"])),
            false => Ok(amount),
        }
    }
}

/// Refuses a number of pieces that is none, or more than there are.
fn check_pieces(pieces: i32, there: i32, which: &str) -> Result<(), Refusal> {
    match pieces {
        ..1 => Err(check::invalid("quantity", "`quantity` must be at least 1")),
        _ if pieces > there => Err(check::invalid("quantity", format!("only {there} pieces {which}"))),
        _ => Ok(()),
    }
}
