//! Slices of budgets under their lock.

use entity::{budgets, sea_orm_active_enums::EventAggregate};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::{ahead, alert, purpose::Budget};
use crate::{
    Error, Result, UnitOfWork,
    access::within,
    database::{Column, Sql, columns},
    events::{Event, EventKind},
    money::stored,
    principal::Role,
    refusal::{Code, Facts, Refusal},
    settings::Settings,
};

/// What a slice is called in a sentence.
const NOUN: &str = "budget slice";

/// A slice: an agent's part of a budget, or its root, which is all of it.
#[derive(Clone, Debug)]
pub(super) struct Slice {
    pub(super) id: Uuid,
    pub(super) budget: Budget,
    /// The slice that it was taken from; none of a root.
    pub(super) parent: Option<Uuid>,
    /// Whose it is. A root is the budget's owner's.
    agent: Option<Uuid>,
    pub(super) allocated: Decimal,
    /// What was handed down.
    pub(super) delegated: Decimal,
    /// What is promised.
    pub(super) reserved: Decimal,
    pub(super) spent: Decimal,
    /// The last level of `budgets.alertLevels` that was reached, in percent.
    alert_level: i32,
    version: i32,
}

const SELECT: &str = "SELECT s.id, s.budget_id, s.parent_id, s.agent_id, s.allocated_amount, s.delegated_amount, \
                      s.reserved_amount, s.spent_amount, s.alert_level, s.version, b.category, b.fiscal_year, \
                      b.fiscal_month, b.currency, b.owner_agent_id \
                      FROM budget_slices AS s JOIN budgets AS b ON b.id = s.budget_id WHERE ";

/// The columns of a slice that change; the first is its key.
fn changing() -> Vec<Column<Slice>> {
    columns!(Slice:
        id,
        allocated_amount = allocated,
        delegated_amount = delegated,
        reserved_amount = reserved,
        spent_amount = spent,
        alert_level,
        version,
    )
    .into()
}

/// Locks the slices for which a condition on `s` and its budget `b` holds.
pub(super) async fn lock_where(unit: &UnitOfWork, condition: impl FnOnce(&mut Sql)) -> Result<Vec<Slice>> {
    let mut sql = unit.sql();
    sql.push(SELECT);
    condition(&mut sql);
    sql.push(" ORDER BY CASE WHEN s.parent_id IS NULL THEN 0 ELSE 1 END, s.id").for_update_of("s");
    unit.rows(sql).await?.iter().map(Slice::read).collect()
}

/// Locks slices. Those that are not there are left out.
pub(super) async fn lock_all(unit: &UnitOfWork, ids: &[Uuid]) -> Result<Vec<Slice>> {
    let by_id = |sql: &mut Sql| {
        sql.push("s.id").is_any(ids);
    };
    lock_where(unit, by_id).await
}

/// Locks a slice. NOT_FOUND has no path yet.
pub(super) async fn lock(unit: &UnitOfWork, id: Uuid) -> Result<Slice> {
    if let Some(locked) = ahead::slice(unit, id) {
        return Ok(locked);
    }
    lock_all(unit, &[id]).await?.pop().ok_or_else(|| not_found(id))
}

/// Locks the root of a budget. NOT_FOUND is about the budget, and has no path yet.
pub(super) async fn lock_root(unit: &UnitOfWork, budget: Uuid) -> Result<Slice> {
    let is_root = |sql: &mut Sql| {
        sql.push("s.parent_id IS NULL AND s.budget_id = ").bind(budget);
    };
    lock_where(unit, is_root).await?.pop().ok_or(Error::NotFound("budget", budget))
}

/// What the budget of a slice is for, without a lock; none if there is no such slice.
pub(super) async fn budget_of(unit: &UnitOfWork, id: Uuid) -> Result<Option<Budget>> {
    if let Some(locked) = ahead::slice(unit, id) {
        return Ok(Some(locked.budget));
    }
    let mut sql = unit.sql();
    sql.push(SELECT).push("s.id = ").bind(id);
    let rows = unit.rows(sql).await?;
    Ok(rows.first().map(Slice::read).transpose()?.map(|slice| slice.budget))
}

/// There is no such slice.
pub(super) fn not_found(id: Uuid) -> Error {
    Error::NotFound(NOUN, id)
}

impl Slice {
    fn read(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            id: row.try_get_by("id")?,
            budget: Budget {
                id: row.try_get_by("budget_id")?,
                category: row.try_get_by("category")?,
                year: row.try_get_by("fiscal_year")?,
                month: row.try_get_by("fiscal_month")?,
                currency: row.try_get_by("currency")?,
                owner: row.try_get_by("owner_agent_id")?,
            },
            parent: row.try_get_by("parent_id")?,
            agent: row.try_get_by("agent_id")?,
            allocated: row.try_get_by("allocated_amount")?,
            delegated: row.try_get_by("delegated_amount")?,
            reserved: row.try_get_by("reserved_amount")?,
            spent: row.try_get_by("spent_amount")?,
            alert_level: row.try_get_by("alert_level")?,
            version: row.try_get_by("version")?,
        })
    }

    /// The root of a new budget.
    pub(super) fn root(budget: &budgets::Model) -> Self {
        Self {
            id: Uuid::now_v7(),
            budget: budget.into(),
            parent: None,
            agent: None,
            allocated: budget.allocated_amount,
            delegated: Decimal::ZERO,
            reserved: Decimal::ZERO,
            spent: budget.spent_amount,
            alert_level: 0,
            version: 0,
        }
    }

    /// A new, empty slice below it.
    pub(super) fn child(&self, agent: Uuid) -> Self {
        let nothing = Decimal::ZERO;
        Self {
            id: Uuid::now_v7(),
            budget: self.budget.clone(),
            parent: Some(self.id),
            agent: Some(agent),
            allocated: nothing,
            delegated: nothing,
            reserved: nothing,
            spent: nothing,
            alert_level: 0,
            version: 0,
        }
    }

    /// Whose it is.
    pub(super) fn holder(&self) -> Option<Uuid> {
        self.agent.or(self.budget.owner)
    }

    /// What may be spent, promised or handed down. Below 0 for a root that facts have overdrawn.
    pub(super) fn free(&self) -> Decimal {
        self.allocated - self.delegated - self.reserved - self.spent
    }

    /// Refuses to take more of it than is free. There is no path yet.
    pub(super) fn check_free(&self, asked: Decimal) -> Result<(), Refusal> {
        let available = self.free().max(Decimal::ZERO);
        if asked <= available {
            return Ok(());
        }
        let currency = &self.budget.currency;
        let (shown, left) = (asked.normalize(), available.normalize());
        let message = format!("{shown} {currency} were requested, but only {left} of the budget slice are free");
        let facts = Facts::Budget { slice_id: self.id, asked: stored(asked), available: stored(available) };
        Err(Refusal::new(Code::BudgetExceeded, message).with(facts))
    }

    /// Refuses an agent to which the slice does not belong, nor to one below it. There is no path yet.
    pub(super) async fn check_holder(&self, unit: &UnitOfWork) -> Result<()> {
        match self.holder() {
            Some(agent) => within(unit, [agent]).await,
            None if unit.principal().role == Role::Agent => {
                let message = "the budget has no owner: only people and the orchestrator use its root slice";
                Err(Refusal::new(Code::Forbidden, message).into())
            }
            None => Ok(()),
        }
    }

    /// Writes it after a change.
    pub(super) fn save(&mut self, unit: &mut UnitOfWork, settings: &Settings) {
        self.alert_level = alert::tell(unit, settings, self, self.alert_level);
        self.version += 1;
        unit.update("budget_slices", &changing(), &[("updated_at", unit.now().into())], [&*self]);
        ahead::keep_slice(unit, self);
    }

    /// Writes a new one, as it is at its first change.
    pub(super) fn add(&mut self, unit: &mut UnitOfWork, settings: &Settings) {
        self.alert_level = alert::tell(unit, settings, self, self.alert_level);
        self.version = 1;
        let mut columns = changing();
        let [budget, parent, agent] = columns!(Slice: budget_id = budget.id, parent_id = parent, agent_id = agent);
        columns.extend([budget, parent, agent]);
        let times = [("created_at", unit.now().into()), ("updated_at", unit.now().into())];
        unit.insert("budget_slices", &columns, &times, [&*self]);
    }

    /// Tells of what happened to it. The budget's version does not move.
    pub(super) fn tell(&self, unit: &mut UnitOfWork, kind: EventKind, changes: Json) {
        let mut members = match changes {
            Json::Object(members) => members,
            _ => Map::new(),
        };
        members.insert("sliceId".to_owned(), self.id.to_string().into());
        unit.emit(Event {
            kind,
            aggregate_type: EventAggregate::Budget,
            aggregate_id: self.budget.id,
            aggregate_version: 0,
            agent_id: self.holder(),
            execution_id: None,
            changes: members,
        });
    }
}

/// An amount, as events show it.
pub(super) fn shown(amount: Decimal) -> String {
    stored(amount).to_string()
}
