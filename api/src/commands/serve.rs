//! `vividwalls serve`.

use std::{net::SocketAddr, process::ExitCode, sync::Arc, time::Duration};

use chrono::Utc;
use service::{
    Service, clock::Clock, database::Database, events, links::Links, retention, seed, servers, signals::Signals, work,
};
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    sync::oneshot,
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{Failure, Outcome, connect, jobs, output::print};
use crate::{
    config::{AdminListen, ServeArgs},
    http,
    http::{Admin, Server},
    log,
    metrics::{self, Health, Metrics},
    outbound::{self, Guard},
    schema,
};

/// How often leases, deadlines and schedules are looked at.
const SWEEP_EVERY: Duration = Duration::from_secs(1);
/// How long webhooks on their way may take when the server stops.
const LAST_MESSAGES: Duration = Duration::from_secs(6);
/// How long the last unit of a bulk job may take.
const LAST_UNIT: Duration = Duration::from_secs(6);

pub(super) async fn run(settings: ServeArgs) -> Outcome {
    let _log = log::start(&settings.log).map_err(Failure::Usage)?;
    // Every setting is looked at before anything is done.
    let url = settings.database.settings().map_err(Failure::Usage)?.url;
    let finished_work = settings.retention.finished_work().map_err(Failure::Usage)?;
    if let Some(secret) = &settings.http.secret {
        secret.check("secret").map_err(Failure::Usage)?;
    }
    settings.connections.check().map_err(Failure::Usage)?;
    if settings.demo && settings.no_demo {
        return Err(Failure::Usage("--demo and --no-demo (VIVIDWALLS_DEMO, VIVIDWALLS_NO_DEMO) contradict".to_owned()));
    }
    // A file that may not grow must fail to be written, not end the process.
    let _file_size = signal(SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw()))?;
    // Asked for first: a signal during a long migration must not be lost.
    let mut stop = Stop { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? };

    // Before anything is written: a port in use is a mistake, often a second copy of this process.
    let server = Server::bind(settings.http.listen).await.map_err(|error| {
        Failure::Failed(format!("cannot listen on {} (--listen, VIVIDWALLS_LISTEN): {error}", settings.http.listen))
    })?;
    let address = server.address()?;
    if let Some(work) = &finished_work {
        work.archive.make()?;
    }
    tracing::info!(database = %url, "opening the database");
    let database = connect(&settings.database, true).await?;
    let metrics = Arc::new(Metrics::new(&database));
    let server = server.bounds(settings.http.bounds()).write_timeout(settings.http.keepalive);
    let server = server.counted(metrics.connections("public")).refusals_counted(metrics.refused_connections());
    let mut helpers = JoinSet::new();
    helpers.spawn(metrics::measure(Arc::clone(&metrics)));
    let admin = administer(settings.http.admin_listen, &metrics).await;
    tokio::select! {
        migrated = migrate(&database, &settings) => migrated?,
        _ = stop.signal() => return Ok(ExitCode::SUCCESS),
    }

    let log = events::Settings { poll_interval: settings.http.event_poll_interval, ..Default::default() };
    let links = links(&database, &settings)?;
    let service = Service::new(database.clone(), Clock::system()).with_log(log).with_links(links);
    if !settings.no_migrate && service.log().adopt().await? {
        tracing::warn!("the event log came from another database cluster: earlier cursors are no longer valid");
    }
    let keys = keys(&service, address, &settings).await?;
    // Only now it is certain that this process will serve.
    add_demo(&database, &settings).await?;
    // What is done and what clients may spend depends on the clock and on the other servers.
    servers::announce(&service).await;
    helpers.spawn(servers::keep(service.clone()));
    helpers.spawn(work::keep(service.clone(), SWEEP_EVERY));
    helpers.spawn(events::relay(service.clone()));
    helpers.spawn(database.clone().keep_room());
    helpers.spawn(retention::retain(service.clone(), settings.retention.settings(), finished_work));
    metrics.health().check(&service).await;
    helpers.spawn(metrics::survey(Arc::clone(&metrics), service.clone()));
    let signals = service.signals().clone();
    let watched = Arc::clone(&metrics);
    let served = http::Settings {
        webhooks: settings.connections.webhooks(),
        bulk_limit: settings.connections.bulk_limit,
        ..settings.http.settings()
    };
    let guard = Guard::new(settings.connections.webhook_allow.clone());
    let schema = schema::guarded(service.clone(), guard.clone());
    let mut senders = JoinSet::new();
    senders.spawn(outbound::send(service.clone(), schema.clone(), guard));
    let jobs = jobs::start(service.clone())?;
    let router = http::router(schema, served, metrics);
    greet(address, keys, admin.as_ref().map(Admin::address));
    let (close, closed) = oneshot::channel();
    let serving = server.run(router, async move { drop(closed.await) }, settings.http.drain_time);
    let drained = tokio::select! {
        drained = serving => drained,
        () = stop.twice(&signals, watched.health(), close, settings.http.drain_delay) => {
            tracing::warn!("stopped at once by a second signal");
            return Ok(ExitCode::FAILURE);
        }
    };
    if !drained {
        tracing::warn!("requests were cut off: they took longer than {:?}", settings.http.drain_time);
    }
    // What is on its way is written down: otherwise it is sent again.
    let _ = timeout(LAST_MESSAGES, senders.join_next()).await;
    senders.shutdown().await;
    // A job that is left in the middle goes on only when its lease is over.
    let _ = timeout(LAST_UNIT, jobs).await;
    helpers.shutdown().await;
    servers::leave(&service).await;
    database.close().await;
    Ok(if drained { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The signals that stop the server.
struct Stop {
    terminate: Signal,
    interrupt: Signal,
}

impl Stop {
    /// Waits for one; says whether it asks for a stop that clients do not notice.
    async fn signal(&mut self) -> bool {
        tokio::select! {
            _ = self.terminate.recv() => true,
            _ = self.interrupt.recv() => false,
        }
    }

    /// At the first signal closes the server, and returns at the second. Between SIGTERM and the closing, whoever sends
    /// requests here can read in `/readyz` that it is to stop; at a terminal nobody does.
    async fn twice(&mut self, signals: &Signals, health: &Health, close: oneshot::Sender<()>, delay: Duration) {
        let is_gentle = self.signal().await;
        tracing::info!("stopping: requests in flight may finish");
        signals.drain();
        health.stop();
        if is_gentle && !delay.is_zero() {
            tokio::select! {
                () = sleep(delay) => {}
                _ = self.signal() => return,
            }
        }
        signals.stop();
        // Without a server there is nothing to close.
        let _ = close.send(());
        self.signal().await;
    }
}

/// Serves metrics and health, if that is wanted. A second server on this machine finds the port taken, and goes on.
async fn administer(AdminListen(address): AdminListen, metrics: &Arc<Metrics>) -> Option<Admin> {
    let address = address?;
    match Admin::start(address, Arc::clone(metrics)).await {
        Ok(admin) => Some(admin),
        Err(error) => {
            tracing::warn!(
                "no metrics are served: cannot listen on {address} (--admin-listen, VIVIDWALLS_ADMIN_LISTEN): {error}"
            );
            None
        }
    }
}

async fn migrate(database: &Database, settings: &ServeArgs) -> Result<(), Failure> {
    if settings.no_migrate {
        return Ok(());
    }
    let applied = database.migrate().await?;
    if let Some(last) = applied.last() {
        tracing::info!(%last, "applied {} database migrations", applied.len());
    }
    Ok(())
}

/// What signs links in messages, once it is known where people reach the server.
fn links(database: &Database, settings: &ServeArgs) -> Result<Option<Links>, Failure> {
    let Some(public_url) = &settings.http.public_url else { return Ok(None) };
    let secret = match &settings.http.secret {
        Some(secret) => Some(secret.reveal().to_owned()),
        None => database.secret().map_err(|error| {
            Failure::Failed(format!("the secret beside the database can neither be read nor made: {error}"))
        })?,
    };
    if secret.is_none() {
        tracing::warn!("messages with links are refused: set VIVIDWALLS_SECRET");
    }
    Ok(secret.map(|secret| Links::new(&secret, public_url)).transpose()?)
}

/// Fills an empty database with demo data: the default file of whoever tries the program, any other on demand.
async fn add_demo(database: &Database, settings: &ServeArgs) -> Result<(), Failure> {
    let wanted = settings.demo || (settings.database.is_default() && !settings.no_demo);
    if !wanted {
        return Ok(());
    }
    if database.migrations().await?.iter().any(|migration| !migration.applied) {
        tracing::warn!("no demo data was added: the database lacks migrations");
    } else if seed::is_empty(database).await?
        && let Some(added) = seed::demo(database, Utc::now()).await?
    {
        tracing::info!("the database was empty: added {} rows of demo data", added.total());
    } else if settings.demo {
        tracing::info!("no demo data was added: the database is not empty");
    }
    Ok(())
}

/// Whether requests need an API key, as it is said at the start.
#[derive(Clone, Copy, Debug)]
enum Keys {
    /// There are some, or nobody knows.
    Needed,
    /// None is needed yet.
    NotNeeded,
    /// They are needed, and there are none.
    Missing,
}

/// Whether there are keys, and are needed. Who listens elsewhere without keys is refused.
async fn keys(service: &Service, address: SocketAddr, settings: &ServeArgs) -> Result<Keys, Failure> {
    match (service.has_keys().await, address.ip().is_loopback()) {
        (Ok(true), _) => Ok(Keys::Needed),
        (Ok(false), true) => Ok(if settings.http.is_open() { Keys::NotNeeded } else { Keys::Missing }),
        (Ok(false), false) => Err(Failure::Failed(format!(
            "other machines could reach {address}, and this database has no API key that they would need: make one \
             with `vividwalls keys create --name me --role admin{}`, or listen on this machine only, as with \
             `--listen 127.0.0.1:{}`",
            settings.database.flag(),
            address.port()
        ))),
        // Its tables may not be there yet: nobody is served anything before they are.
        (Err(error), true) => {
            tracing::warn!("cannot check whether there are API keys: {}", error.explained());
            Ok(Keys::Needed)
        }
        (Err(error), false) => Err(error.into()),
    }
}

fn greet(address: SocketAddr, keys: Keys, admin: Option<SocketAddr>) {
    let open =
        if address.ip().is_unspecified() { SocketAddr::new([127, 0, 0, 1].into(), address.port()) } else { address };
    // A person reads this; that nobody does is no reason not to serve.
    let _ = print(&format!(
        "VividWalls is ready. Open http://{open}/graphiql in a browser; the API is at http://{open}/graphql\n"
    ));
    let _ = match keys {
        Keys::Needed => Ok(()),
        Keys::NotNeeded => print(
            "There is no API key yet: requests from this machine act as the local administrator. \
             `vividwalls keys create` makes a key; from then on every request needs one.\n",
        ),
        Keys::Missing => print(
            "There is no API key yet, and requests without one are refused (VIVIDWALLS_OPEN=never): \
             `vividwalls keys create` makes a key.\n",
        ),
    };
    if let Some(admin) = admin {
        let _ = print(&format!("Metrics and health are at http://{admin}/metrics\n"));
    }
}
