//! What a follower waits for before it reads.

use std::{fmt, sync::Arc};

use futures::{FutureExt, future::BoxFuture};

/// Waits before each page of the log that is read for one follower. It holds nothing meanwhile.
#[derive(Clone)]
pub struct BeforePage(Arc<dyn Fn() -> BoxFuture<'static, ()> + Send + Sync>);

impl BeforePage {
    /// Until a future ends that is begun for each page.
    pub fn new<F: Future<Output = ()> + Send + 'static>(wait: impl Fn() -> F + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || wait().boxed()))
    }

    pub(super) async fn wait(&self) {
        (self.0)().await;
    }
}

impl fmt::Debug for BeforePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BeforePage")
    }
}
