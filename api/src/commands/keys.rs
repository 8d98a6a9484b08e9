//! `vividwalls keys`.

use std::process::ExitCode;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use service::{
    Actor, Error, Service,
    clock::Clock,
    keys::{self, Create, KeySummary, Revoke, Token},
    principal::Principal,
};

use super::{Failure, Outcome, open, output::print};
use crate::config::{CreateKeyArgs, DatabaseArgs, KeysCommand};

pub(super) async fn run(command: KeysCommand) -> Outcome {
    match command {
        KeysCommand::Create(settings) => create(settings).await?,
        KeysCommand::List(database) => list(&database).await?,
        KeysCommand::Revoke { key, database } => revoke(&key, &database).await?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn create(settings: CreateKeyArgs) -> Result<(), Failure> {
    let database = open(&settings.database).await?;
    let service = Service::new(database, Clock::system());
    let now = service.clock().now();
    let expires_at = settings.expires_in.map(|time| {
        let end = TimeDelta::from_std(time).ok().and_then(|time| now.checked_add_signed(time));
        end.ok_or_else(|| usage("--expires-in", "it is too far away"))
    });
    let agent_id = match &settings.agent {
        None => None,
        Some(name) => {
            let agent = keys::agent_named(service.database(), name).await?;
            Some(agent.ok_or_else(|| usage("--agent", &format!("there is no agent with the name or id {name:?}")))?)
        }
    };
    let verb =
        Create { name: settings.name, role: settings.role.into(), agent_id, expires_at: expires_at.transpose()? };
    let made = service.perform(&here(), None, &verb).await.map_err(refused)?;
    service.database().close().await;
    if let Some(token) = made.outcome.token {
        eprintln!("Created the key {token:?} of {}. It is shown only now:", verb.name);
        print(&format!("{}\n", token.reveal()))?;
    }
    Ok(())
}

async fn list(settings: &DatabaseArgs) -> Result<(), Failure> {
    let database = open(settings).await?;
    let keys = keys::list(&database).await?;
    database.close().await;
    if keys.is_empty() {
        return print("There are no keys.\n");
    }
    let now = Clock::system().now();
    let head = ["KEY", "ROLE", "NAME", "LAST USED", "STATE"].map(str::to_owned);
    let rows: Vec<[String; 5]> = std::iter::once(head).chain(keys.iter().map(|key| row(key, now))).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: [usize; 5] = std::array::from_fn(width);
    let line = |row: &[String; 5]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    print(&rows.iter().map(line).collect::<String>())
}

fn row(key: &KeySummary, now: DateTime<Utc>) -> [String; 5] {
    let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Secs, true);
    let role = format!("{:?}", key.role).to_lowercase();
    let state = match (key.revoked_at, key.expires_at) {
        (Some(at), _) => format!("revoked at {}", time(at)),
        (None, Some(end)) if end <= now => format!("expired at {}", time(end)),
        (None, Some(end)) => format!("until {}", time(end)),
        (None, None) => "valid".to_owned(),
    };
    [
        key.prefix.clone(),
        key.agent.as_ref().map_or(role.clone(), |agent| format!("{role} {agent}")),
        key.name.clone(),
        key.last_used_at.map_or_else(|| "never".to_owned(), time),
        state,
    ]
}

async fn revoke(key: &str, settings: &DatabaseArgs) -> Result<(), Failure> {
    let service = Service::new(open(settings).await?, Clock::system());
    // A key that was pasted whole is not repeated.
    let shown = Token::parse(key).map_or_else(|| key.to_owned(), |token| token.prefix().to_owned());
    let id = keys::find(service.database(), key).await?;
    let id =
        id.ok_or_else(|| Failure::Failed(format!("there is no key {shown:?}: `vividwalls keys list` shows them")))?;
    service.perform(&here(), None, &Revoke { id }).await.map_err(refused)?;
    service.database().close().await;
    print(&format!("revoked  {shown}\n"))
}

/// Whoever can open the database can do everything.
fn here() -> Actor {
    Actor { principal: Principal::local(), request: None }
}

fn refused(error: Error) -> Failure {
    match error {
        Error::Refused(refusal) => {
            let argument = match refusal.path.first().map(String::as_str) {
                Some("agentId") => "--agent",
                Some("expiresAt") => "--expires-in",
                _ => "--name",
            };
            usage(argument, &refusal.message)
        }
        other => other.into(),
    }
}

fn usage(argument: &str, message: &str) -> Failure {
    Failure::Usage(format!("invalid value for '{argument}': {message}"))
}
