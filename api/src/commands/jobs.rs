//! Running bulk jobs beside the server.

use std::{io, thread};

use service::{Service, jobs};
use tokio::{runtime::Handle, sync::oneshot};

/// The stack of the thread, as large as those of the server.
const STACK: usize = 8 << 20;

/// Runs bulk jobs on a thread of their own, so that reading their files delays nobody, until the service stops. Tells
/// when that was.
pub(super) fn start(service: Service) -> io::Result<oneshot::Receiver<()>> {
    let (running, ended) = oneshot::channel();
    let runtime = Handle::current();
    let work = move || {
        runtime.block_on(jobs::keep(service));
        // Nobody waits for it any more if it took too long.
        let _ = running.send(());
    };
    thread::Builder::new().name("jobs".to_owned()).stack_size(STACK).spawn(work)?;
    Ok(ended)
}
