//! `vividwalls serve`.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use chrono::Utc;
use service::{Service, clock::Clock, database::Database, events, retention, seed, work};
use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinSet,
};

use super::{Failure, Outcome, open, output::print};
use crate::{config::ServeArgs, http, http::Server, log, schema};

/// How often leases, deadlines and schedules are looked at.
const SWEEP_EVERY: Duration = Duration::from_secs(1);

pub(super) async fn run(settings: ServeArgs) -> Outcome {
    let _log = log::start(&settings.log).map_err(Failure::Usage)?;
    // Every setting is looked at before anything is done.
    settings.database.settings().map_err(Failure::Usage)?;
    // Asked for first: a signal during a long migration must not be lost.
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: requests in flight may finish");
    };
    tokio::pin!(stop);

    // Before anything is written: a port in use is a mistake, often a second copy of this process.
    let server = Server::bind(settings.http.listen).await.map_err(|error| {
        Failure::Failed(format!("cannot listen on {} (--listen, VIVIDWALLS_LISTEN): {error}", settings.http.listen))
    })?;
    let server = server.patient(settings.http.keepalive);
    let address = server.address()?;
    let database = open(&settings.database).await?;
    tokio::select! {
        prepared = prepare(&database, &settings) => prepared?,
        () = &mut stop => return Ok(ExitCode::SUCCESS),
    }

    let log = events::Settings { poll_interval: settings.http.event_poll_interval, ..Default::default() };
    let service = Service::new(database.clone(), Clock::system()).with_log(log);
    if !settings.no_migrate && service.log().adopt().await? {
        tracing::warn!("the event log came from another database cluster: cursors of before are void");
    }
    let mut helpers = JoinSet::new();
    helpers.spawn(work::keep(service.clone(), SWEEP_EVERY));
    helpers.spawn(events::relay(service.clone()));
    helpers.spawn(retention::retain(service.clone(), settings.http.retention()));
    let open = is_open(&service, address).await?;
    let router = http::router(schema::schema(service), database.clone(), settings.http.settings());
    greet(address, open);
    let drained = server.run(router, stop, settings.http.drain_time).await;
    if !drained {
        tracing::warn!("requests were cut off: they took longer than {:?}", settings.http.drain_time);
    }
    helpers.shutdown().await;
    database.close().await;
    Ok(if drained { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn prepare(database: &Database, settings: &ServeArgs) -> Result<(), Failure> {
    if !settings.no_migrate {
        let applied = database.migrate().await?;
        if !applied.is_empty() {
            tracing::info!(?applied, "the database was migrated");
        }
    }
    if !settings.no_demo
        && seed::is_empty(database).await?
        && let Some(planted) = seed::demo(database, Utc::now()).await?
    {
        tracing::info!("the database was empty: planted {} rows of demo data", planted.total());
    }
    Ok(())
}

/// Whether requests need no key: while there is none, and only this machine can send any. Who listens elsewhere
/// without keys is refused.
async fn is_open(service: &Service, address: SocketAddr) -> Result<bool, Failure> {
    match (service.has_keys().await, address.ip().is_loopback()) {
        (Ok(true), _) => Ok(false),
        (Ok(false), true) => Ok(true),
        (Ok(false), false) => Err(Failure::Failed(format!(
            "other machines could reach {address}, and this database has no API key that they would need: make one \
             with `vividwalls keys create --name me --role admin`, or listen on this machine only, as with \
             `--listen 127.0.0.1:{}`",
            address.port()
        ))),
        // Its tables may not be there yet: nobody is served anything before they are.
        (Err(error), true) => {
            tracing::warn!("it is not known whether there are API keys: {error:?}");
            Ok(false)
        }
        (Err(error), false) => Err(error.into()),
    }
}

fn greet(address: SocketAddr, keyless: bool) {
    let open =
        if address.ip().is_unspecified() { SocketAddr::new([127, 0, 0, 1].into(), address.port()) } else { address };
    tracing::info!(%address, "listening");
    // A person reads this; that nobody does is no reason not to serve.
    let _ = print(&format!(
        "VividWalls is ready. Open http://{open}/graphiql in a browser; the API is at http://{open}/graphql\n"
    ));
    if keyless {
        tracing::info!("there is no API key: requests from this machine act as the local administrator");
        let _ = print(
            "There is no API key yet: requests from this machine act as the local administrator. \
             `vividwalls keys create` makes a key; from then on every request needs one.\n",
        );
    }
}
