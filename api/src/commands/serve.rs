//! `vividwalls serve`.

use std::{net::SocketAddr, process::ExitCode};

use chrono::Utc;
use service::{database::Database, seed};
use tokio::signal::unix::{SignalKind, signal};

use super::{Failure, Outcome, open, output::print};
use crate::{config::ServeArgs, http, http::Server, log, schema};

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
    let address = server.address()?;
    let database = open(&settings.database).await?;
    tokio::select! {
        prepared = prepare(&database, &settings) => prepared?,
        () = &mut stop => return Ok(ExitCode::SUCCESS),
    }

    let router = http::router(schema::schema(database.clone()), database.clone(), settings.http.settings());
    greet(address);
    let drained = server.run(router, stop, settings.http.drain_time).await;
    if !drained {
        tracing::warn!("requests were cut off: they took longer than {:?}", settings.http.drain_time);
    }
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

fn greet(address: SocketAddr) {
    let open =
        if address.ip().is_unspecified() { SocketAddr::new([127, 0, 0, 1].into(), address.port()) } else { address };
    tracing::info!(%address, "listening");
    // A person reads this; that nobody does is no reason not to serve.
    let _ = print(&format!(
        "VividWalls is ready. Open http://{open}/graphiql in a browser; the API is at http://{open}/graphql\n"
    ));
}
