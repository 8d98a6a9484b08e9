//! The statements that a server really sends, with the plans by which the engine carries them out.
//!
//! PostgreSQL tells the plan of each statement as it runs it (`auto_explain`), in a notice to the client. SQLite is
//! asked for the plans afterwards; what was sent is logged by the library. Both arrive as events of `tracing`.

use std::{
    collections::BTreeSet,
    fmt::Debug,
    sync::{Mutex, Once, PoisonError},
};

use sea_orm::{ConnectionTrait, Statement};
use serde_json::Value;
use tests::{Engine, TestDatabase};
use tracing::{
    Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

use super::rows::TABLES;

/// A statement and what it reads.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) sql: String,
    pub(super) plan: String,
    /// The indexes that it uses.
    pub(super) indexes: BTreeSet<String>,
    /// The tables that it goes through from one end to the other, or reads a great many rows of for nothing.
    pub(super) whole: BTreeSet<String>,
}

/// Has PostgreSQL tell the plans of all connections that are opened from now on.
pub(super) async fn explain_on_postgres(db: &TestDatabase) {
    if db.engine() == Engine::Sqlite {
        return;
    }
    for setting in [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        "auto_explain.log_analyze = on",
        "auto_explain.log_timing = off",
        "auto_explain.log_format = json",
        "auto_explain.log_level = notice",
    ] {
        let sql = format!(
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {}', current_database()); END $$",
            setting.replace('\'', "''")
        );
        db.connection().execute_unprepared(&sql).await.expect(setting);
    }
}

/// Has all databases that are opened from now on log what they are sent.
pub(super) fn subscribe() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| tracing::subscriber::set_global_default(Listener).expect("nobody else listens"));
}

/// Listens from now on.
pub(super) fn listen(db: &TestDatabase) {
    heard(db.engine()).lock().unwrap_or_else(PoisonError::into_inner).clear();
}

/// What was sent since then.
pub(super) async fn sent(db: &TestDatabase) -> Vec<Sent> {
    let heard = std::mem::take(&mut *heard(db.engine()).lock().unwrap_or_else(PoisonError::into_inner));
    match db.engine() {
        Engine::Postgres => heard.iter().filter_map(|notice| told(notice)).collect(),
        Engine::Sqlite => {
            let mut sent = Vec::new();
            for sql in heard.into_iter().collect::<BTreeSet<_>>() {
                sent.extend(asked(db, &sql).await);
            }
            sent
        }
    }
}

/// Where the listener puts what it hears of an engine. One test for each listens at a time.
fn heard(engine: Engine) -> &'static Mutex<Vec<String>> {
    static POSTGRES: Mutex<Vec<String>> = Mutex::new(Vec::new());
    static SQLITE: Mutex<Vec<String>> = Mutex::new(Vec::new());
    if engine == Engine::Postgres { &POSTGRES } else { &SQLITE }
}

struct Listener;

impl Subscriber for Listener {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        matches!(metadata.target(), "sqlx::query" | "sqlx::postgres::notice")
    }

    fn event(&self, event: &Event<'_>) {
        let engine = if event.metadata().target() == "sqlx::query" { Engine::Sqlite } else { Engine::Postgres };
        let mut longest = Longest::default();
        event.record(&mut longest);
        heard(engine).lock().unwrap_or_else(PoisonError::into_inner).push(longest.0);
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}
    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}
    fn enter(&self, _: &span::Id) {}
    fn exit(&self, _: &span::Id) {}
}

/// The longest text of an event: the statement, beside its first words; the notice.
#[derive(Default)]
struct Longest(String);

impl Visit for Longest {
    fn record_str(&mut self, _: &Field, text: &str) {
        if text.len() > self.0.len() {
            text.clone_into(&mut self.0);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

/// A plan that PostgreSQL tells.
fn told(notice: &str) -> Option<Sent> {
    let (_, json) = notice.split_once("plan:\n")?;
    let told: Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    let sql = told["Query Text"].as_str().expect("a statement").to_owned();
    let mut sent = Sent { sql, plan: json.to_owned(), ..Sent::default() };
    walk(&told["Plan"], &mut sent);
    Some(sent)
}

fn walk(node: &Value, sent: &mut Sent) {
    let text = |member: &str| node[member].as_str().map(str::to_owned);
    let number = |member: &str| node[member].as_u64().unwrap_or_default();
    sent.indexes.extend(text("Index Name"));
    let discarded = number("Rows Removed by Filter") * number("Actual Loops");
    if node["Node Type"] == "Seq Scan" || discarded > 500 {
        sent.whole.extend(text("Relation Name"));
    }
    node["Plans"].as_array().into_iter().flatten().for_each(|child| walk(child, sent));
}

/// The plan that SQLite has for a statement; `None` for those without one.
async fn asked(db: &TestDatabase, sql: &str) -> Option<Sent> {
    let first = sql.split_whitespace().next()?.to_ascii_uppercase();
    if !["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"].contains(&first.as_str()) {
        return None;
    }
    let explain = Statement::from_string(db.connection().get_database_backend(), format!("EXPLAIN QUERY PLAN {sql}"));
    let rows = db.connection().query_all_raw(explain).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let lines: Vec<String> = rows.iter().map(|row| row.try_get_by_index(3).expect("a line")).collect();
    let mut sent = Sent { sql: sql.to_owned(), plan: lines.join("\n"), ..Sent::default() };
    for line in &lines {
        let words: Vec<&str> = line.split(' ').collect();
        let after = |word: &str| words.iter().position(|it| *it == word).and_then(|at| words.get(at + 1));
        sent.indexes.extend(after("INDEX").map(|index| (*index).to_owned()));
        if let ["SCAN", name] = words[..] {
            sent.whole.extend(table(sql, name));
        }
    }
    Some(sent)
}

/// The table that a statement calls by this name; `None` when the name stands for something else.
fn table(sql: &str, name: &str) -> Option<String> {
    let words: Vec<&str> =
        sql.split(|c: char| c.is_whitespace() || "(),".contains(c)).filter(|word| !word.is_empty()).collect();
    let named = words.windows(3).find(|words| words[1] == "AS" && words[2].trim_matches('"') == name);
    let table = named.map_or(name, |words| words[0]).trim_matches('"');
    TABLES.contains(&table).then(|| table.to_owned())
}
