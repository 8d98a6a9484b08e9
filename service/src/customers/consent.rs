//! What people allow, provable and without their addresses: consents are only added, and the latest one of an address
//! counts. Whether a customer accepts marketing follows from that of the e-mail address.
//!
//! Customers are locked here, so that lists, segments and campaigns are locked later.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::sea_orm_active_enums::{ConsentChannel, ConsentState};
use serde_json::Value as Json;
use uuid::Uuid;

use super::holders::Holders;
use crate::{
    Result, UnitOfWork,
    database::{Column, Source, Sql, columns, row::enum_value},
    refusal::{Code, Facts, Refusal},
    state,
};

/// The source of what the people themselves say.
const CUSTOMER: &str = "customer";

/// All channels.
const CHANNELS: [ConsentChannel; 3] = [ConsentChannel::Email, ConsentChannel::Sms, ConsentChannel::Phone];

/// A consent to be recorded.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Which messages it is about.
    pub(crate) channel: ConsentChannel,
    /// The hash of the address, as [`hash`](super::address::hash) makes it.
    pub(crate) hash: String,
    /// Whose address it is; none for the customer who has it, if there is one.
    pub(crate) customer_id: Option<Uuid>,
    /// Whether messages are allowed.
    pub(crate) state: ConsentState,
    /// Who says so; only `customer` may take back a withdrawal.
    pub(crate) source: String,
    /// What proves it, an object.
    pub(crate) evidence: Json,
    /// When it was decided.
    pub(crate) occurred_at: DateTime<Utc>,
}

/// The latest consent of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Latest {
    /// Whether messages are allowed.
    pub(crate) state: ConsentState,
    /// When it was decided.
    pub(crate) occurred_at: DateTime<Utc>,
}

/// The latest consents of some addresses.
#[derive(Clone, Debug, Default)]
pub(crate) struct LatestConsents(HashMap<(ConsentChannel, String), Latest>);

impl LatestConsents {
    /// The latest consent of an address; none if it has none.
    pub(crate) fn of(&self, channel: ConsentChannel, hash: &str) -> Option<Latest> {
        self.0.get(&(channel, hash.to_owned())).copied()
    }

    /// Whether an address allows messages now.
    pub(crate) fn is_granted(&self, channel: ConsentChannel, hash: &str) -> bool {
        self.of(channel, hash).is_some_and(|latest| latest.state == ConsentState::Granted)
    }

    /// Takes note of what is recorded as said at a time; whether it counts now.
    pub(super) fn take(&mut self, record: &Record, occurred_at: DateTime<Utc>) -> bool {
        let key = (record.channel, record.hash.clone());
        let latest = Latest { state: record.state, occurred_at };
        match self.0.get(&key) {
            Some(before) if before.occurred_at > latest.occurred_at => false,
            _ => self.0.insert(key, latest).is_none_or(|before| before.state != latest.state),
        }
    }
}

/// Reads the latest consents of addresses, each a channel and a hash.
pub(crate) async fn latest(source: &impl Source, addresses: &[(ConsentChannel, &str)]) -> Result<LatestConsents> {
    let mut latest = LatestConsents::default();
    if addresses.is_empty() {
        return Ok(latest);
    }
    let hashes: Vec<&str> = addresses.iter().map(|(_, hash)| *hash).collect();
    let mut sql = source.sql();
    sql.push("SELECT c.channel, c.address_hash, c.state, c.occurred_at FROM consents AS c WHERE c.channel");
    // Naming all of them leads to the index, which begins with the channel.
    sql.is_one_of(&CHANNELS).push(" AND c.address_hash").is_any_text(&hashes);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM consents AS n WHERE n.channel = c.channel ");
    sql.push("AND n.address_hash = c.address_hash AND (n.occurred_at, n.id) > (c.occurred_at, c.id))");
    for row in source.rows(sql).await? {
        let key = (enum_value(&row, "channel")?, row.try_get_by("address_hash")?);
        let said = Latest { state: enum_value(&row, "state")?, occurred_at: row.try_get_by("occurred_at")? };
        latest.0.insert(key, said);
    }
    Ok(latest)
}

/// Writes the condition that by the consent `e` a person was erased, and did not come back: whoever allowed messages
/// later did so by their own will.
pub(crate) fn write_erased(sql: &mut Sql) {
    sql.push("e.state = ").literal(&ConsentState::Erased);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM consents AS n WHERE n.channel = e.channel ");
    sql.push("AND n.address_hash = e.address_hash AND n.state = ").literal(&ConsentState::Granted);
    sql.push(" AND (n.occurred_at, n.id) > (e.occurred_at, e.id))");
}

/// Refuses a consent for messages that somebody said later not to want. Only the people themselves, with evidence, take
/// such a word back.
pub(crate) fn check(record: &Record, latest: Option<Latest>) -> Result<(), Refusal> {
    let Some(latest) = latest.filter(|latest| latest.state != ConsentState::Granted) else { return Ok(()) };
    if record.state != ConsentState::Granted {
        return Ok(());
    }
    let is_proven = record.evidence.as_object().is_some_and(|evidence| !evidence.is_empty());
    let is_lifted = record.source.trim().eq_ignore_ascii_case(CUSTOMER) && is_proven;
    if is_lifted && record.occurred_at > latest.occurred_at {
        return Ok(());
    }
    let state = state::name(&latest.state);
    let message = format!(
        "the address has been {state} since {}: only the customer can consent again, after that, with the `source` \
         CUSTOMER and `evidence`",
        latest.occurred_at.to_rfc3339()
    );
    Err(Refusal::new(Code::Suppressed, message).with(Facts::Suppressed { state, since: latest.occurred_at }))
}

/// Records a consent; refuses one as [`check`] does.
pub(crate) async fn record(unit: &mut UnitOfWork, record: Record) -> Result<()> {
    let recorded = record_all(unit, &[record]).await?.pop().unwrap_or(Ok(()));
    Ok(recorded?)
}

/// Records consents, in a few statements whatever their number. What became of each: one that is refused is not
/// recorded.
pub(crate) async fn record_all(unit: &mut UnitOfWork, records: &[Record]) -> Result<Vec<Result<(), Refusal>>> {
    if records.is_empty() {
        return Ok(Vec::new());
    }
    let addresses: Vec<(ConsentChannel, &str)> =
        records.iter().map(|record| (record.channel, record.hash.as_str())).collect();
    // Whoever waited for a customer must see what the others said.
    let mut holders = Holders::lock(unit, &addresses).await?;
    let mut latest = latest(unit, &addresses).await?;
    let (mut results, mut rows) = (Vec::with_capacity(records.len()), Vec::with_capacity(records.len()));
    for record in records {
        let before = latest.of(record.channel, &record.hash);
        let checked = check(record, before);
        if checked.is_ok() {
            let occurred_at = moment(record, before, unit.now());
            if latest.take(record, occurred_at) {
                holders.follow(unit, record);
            }
            rows.push(Row::of(unit, record, occurred_at, &holders));
        }
        results.push(checked);
    }
    if !rows.is_empty() {
        unit.insert("consents", &row_columns(), &[("created_at", unit.now().into())], &rows);
    }
    holders.write(unit);
    Ok(results)
}

/// The time of a consent. Whoever does not want messages from now on gets none, also if a consent was recorded a
/// moment ago by somebody who began later, or whose clock is ahead.
fn moment(record: &Record, before: Option<Latest>, now: DateTime<Utc>) -> DateTime<Utc> {
    let granted = before.filter(|before| before.state == ConsentState::Granted);
    match granted {
        Some(granted) if record.state != ConsentState::Granted && record.occurred_at == now => {
            now.max(granted.occurred_at + TimeDelta::microseconds(1))
        }
        _ => record.occurred_at,
    }
}

/// A row of the table.
struct Row<'a> {
    id: Uuid,
    record: &'a Record,
    occurred_at: DateTime<Utc>,
    customer_id: Option<Uuid>,
    source: String,
    principal: String,
}

impl<'a> Row<'a> {
    fn of(unit: &UnitOfWork, record: &'a Record, occurred_at: DateTime<Utc>, holders: &Holders) -> Self {
        Self {
            id: Uuid::now_v7(),
            record,
            occurred_at,
            customer_id: record.customer_id.or_else(|| holders.of(record.channel, &record.hash)),
            source: record.source.trim().to_lowercase(),
            principal: unit.principal().name.clone(),
        }
    }
}

fn row_columns<'a>() -> Vec<Column<Row<'a>>> {
    columns!(Row<'a>:
        id,
        channel = record.channel,
        address_hash = record.hash,
        customer_id,
        state = record.state,
        source,
        evidence = record.evidence,
        principal,
        occurred_at,
    )
    .into()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn record(state: ConsentState, source: &str, evidence: Json, hour: i64) -> Record {
        Record {
            channel: ConsentChannel::Email,
            hash: "hash".to_owned(),
            customer_id: None,
            state,
            source: source.to_owned(),
            evidence,
            occurred_at: at(hour),
        }
    }

    #[test]
    fn only_the_customer_takes_a_withdrawal_back_with_later_evidence() {
        let withdrawn = Some(Latest { state: ConsentState::Withdrawn, occurred_at: at(5) });
        let form = json!({ "form": "footer" });
        let granted = |source: &str, evidence: &Json, hour| {
            check(&record(ConsentState::Granted, source, evidence.clone(), hour), withdrawn)
        };
        assert_eq!(granted("CUSTOMER", &form, 6), Ok(()));
        for (source, evidence, hour) in
            [("IMPORT", &form, 6), ("customer", &json!({}), 6), ("customer", &form, 5), ("customer", &form, 4)]
        {
            let refused = granted(source, evidence, hour).expect_err(source);
            let since = Facts::Suppressed { state: "WITHDRAWN".to_owned(), since: at(5) };
            assert_eq!((refused.code, *refused.facts), (Code::Suppressed, since), "{source} {hour}");
        }
        assert_eq!(check(&record(ConsentState::Bounced, "import", json!({}), 1), withdrawn), Ok(()));
        assert_eq!(check(&record(ConsentState::Granted, "import", json!({}), 1), None), Ok(()));
    }

    #[test]
    fn the_latest_word_counts_and_only_another_one_changes_something() {
        let mut latest = LatestConsents::default();
        let mut take = |state, hour| latest.take(&record(state, "api", json!({}), hour), at(hour));
        assert!(take(ConsentState::Granted, 5));
        assert!(!take(ConsentState::Granted, 6));
        assert!(!take(ConsentState::Withdrawn, 4));
        assert!(take(ConsentState::Withdrawn, 6));
        assert!(!latest.is_granted(ConsentChannel::Email, "hash"));
        assert_eq!(latest.of(ConsentChannel::Sms, "hash"), None);
    }

    #[test]
    fn a_withdrawal_of_now_comes_after_a_consent_of_a_moment_ago() {
        let known = |state, hour| Some(Latest { state, occurred_at: at(hour) });
        let said = |state, hour| record(state, "customer", json!({ "form": "footer" }), hour);
        let granted = known(ConsentState::Granted, 6);
        let later = at(6) + TimeDelta::microseconds(1);
        for (record, before, expected) in [
            (said(ConsentState::Withdrawn, 5), granted, later),
            (said(ConsentState::Withdrawn, 4), granted, at(4)),
            (said(ConsentState::Granted, 5), granted, at(5)),
            (said(ConsentState::Bounced, 5), known(ConsentState::Withdrawn, 6), at(5)),
            (said(ConsentState::Withdrawn, 5), None, at(5)),
        ] {
            assert_eq!(moment(&record, before, at(5)), expected, "{record:?}");
        }
    }
}
