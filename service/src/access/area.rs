//! The areas of the shop: an agent trades where it has the capability.

use std::collections::HashSet;

use crate::{
    Result, Service, UnitOfWork,
    access::Operation,
    database::Sql,
    principal::{Principal, Role},
    refusal::{Code, Refusal},
};

/// The type of the capabilities that are named after areas.
const COMMERCE: &str = "commerce";

/// A part of the shop. A key of the role `agent` trades there only while its agent has an active capability of the type
/// `commerce` with the area's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// Products, prices, discounts.
    Catalogue,
    /// Stock and holds.
    Stock,
    /// Orders, parcels, returns.
    Orders,
    /// Payments and refunds.
    Payments,
    /// Customers, what they consent to, and interactions with them.
    Customers,
    /// Segments, campaigns, content, e-mail lists.
    Marketing,
    /// KPIs and reports.
    Analytics,
    /// Budgets, transactions, attribution of revenue.
    Finance,
}

impl Area {
    /// The name of the capability.
    pub const fn capability(self) -> &'static str {
        match self {
            Self::Catalogue => "catalogue",
            Self::Stock => "stock",
            Self::Orders => "orders",
            Self::Payments => "payments",
            Self::Customers => "customers",
            Self::Marketing => "marketing",
            Self::Analytics => "analytics",
            Self::Finance => "finance",
        }
    }
}

/// Refuses an agent without the capability that an operation needs: asked in the operation's own transaction.
pub(crate) async fn check_area(unit: &UnitOfWork, operation: Operation) -> Result<()> {
    match operation.area() {
        Some(area) => check(unit, area, || format!("`{}`", operation.field())).await,
        None => Ok(()),
    }
}

/// The same for a part of an operation that is of another area than the operation itself. It has no path yet.
pub(crate) async fn check_capability(unit: &UnitOfWork, area: Area) -> Result<()> {
    check(unit, area, || "this part of the call".to_owned()).await
}

/// Refuses an agent without the capability of an area; `what` needs it.
async fn check(unit: &UnitOfWork, area: Area, what: impl FnOnce() -> String) -> Result<()> {
    let principal = unit.principal();
    if principal.role != Role::Agent {
        return Ok(());
    }
    let name = area.capability();
    let mut sql = unit.sql();
    sql.push("SELECT id FROM agent_capabilities WHERE is_active AND agent_id = ").bind(super::own_agent(principal)?);
    sql.push(" AND capability_type = ").bind(COMMERCE).push(" AND capability_name = ").bind(name);
    match unit.rows(sql).await?.is_empty() {
        false => Ok(()),
        true => {
            let what = what();
            let message = format!("{what} needs an agent with the active capability {name:?} of type {COMMERCE:?}");
            Err(Refusal::new(Code::Forbidden, message).into())
        }
    }
}

/// What a principal may do: by its role and, of an agent, by the capabilities that it has now.
pub async fn allowed(service: &Service, principal: &Principal) -> Result<Vec<Operation>> {
    let by_role = Operation::ALL.iter().copied().filter(|operation| operation.roles().contains(&principal.role));
    if principal.role != Role::Agent {
        return Ok(by_role.collect());
    }
    let mut sql = Sql::new(service.database().engine());
    sql.push("SELECT capability_name FROM agent_capabilities WHERE is_active AND agent_id = ");
    sql.bind(super::own_agent(principal)?).push(" AND capability_type = ").bind(COMMERCE);
    let rows = service.database().read(sql).await?;
    let names = rows.iter().map(|row| Ok(row.try_get_by("capability_name")?)).collect::<Result<HashSet<String>>>()?;
    let has = |area: Area| names.contains(area.capability());
    Ok(by_role.filter(|operation| operation.area().is_none_or(has)).collect())
}
