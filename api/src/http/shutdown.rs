//! How long-lived answers end with the server.

use std::sync::Arc;

use tokio::sync::watch;

/// Tells sockets and streams to end, and waits until they did. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Shutdown(Arc<watch::Sender<bool>>);

/// Held by who is waited for.
#[derive(Clone, Debug)]
pub(super) struct Live(watch::Receiver<bool>);

impl Default for Shutdown {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Shutdown {
    pub(super) fn watch(&self) -> Live {
        Live(self.0.subscribe())
    }

    pub(super) async fn stop(&self) {
        self.0.send_replace(true);
        self.0.closed().await;
    }
}

impl Live {
    /// Waits until the server stops.
    pub(super) async fn stopped(&mut self) {
        // Without a server there is nobody who could tell it.
        if self.0.wait_for(|stopped| *stopped).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
