//! Who may run a statement now, when there are more statements than connections.
//!
//! Requesters share the connections: who has the fewest statements running is next, then who has waited longest. Heavy
//! statements never get more than a part, so that a light one waits for no heavy one.

use std::{
    collections::{HashMap, VecDeque},
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::oneshot;

/// For whom statements run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requester {
    /// One client: its [`Principal::family`](crate::principal::Principal::family). Nothing for what the server does by
    /// itself, and for statements that several clients share.
    pub client: Option<Arc<str>>,
    /// Its statements may take long.
    pub is_heavy: bool,
}

tokio::task_local! {
    static REQUESTER: Requester;
}

impl Requester {
    /// Runs statements of a future for this requester.
    pub fn scope<F: Future>(self, work: F) -> impl Future<Output = F::Output> {
        REQUESTER.scope(self, work)
    }

    /// Runs statements that are begun now for this requester.
    pub fn enter<T>(&self, work: impl FnOnce() -> T) -> T {
        REQUESTER.sync_scope(self.clone(), work)
    }

    /// For whom statements run now.
    pub fn current() -> Self {
        REQUESTER.try_with(Clone::clone).unwrap_or_default()
    }
}

/// Gives out as many permits as there are connections.
#[derive(Clone)]
pub(super) struct Gate(Arc<Mutex<State>>);

struct State {
    capacity: usize,
    /// As many heavy ones at once.
    most_heavy: usize,
    running: usize,
    heavy: usize,
    clients: HashMap<Option<Arc<str>>, usize>,
    waiting: VecDeque<Waiting>,
    is_closed: bool,
}

struct Waiting {
    requester: Requester,
    granted: oneshot::Sender<Permit>,
}

/// One statement may run.
pub(super) struct Permit {
    requester: Requester,
    gate: Option<Gate>,
}

/// No statements run any more.
#[derive(Debug)]
pub(super) struct Closed;

impl Gate {
    pub(super) fn new(capacity: usize, most_heavy: usize) -> Self {
        Self(Arc::new(Mutex::new(State {
            capacity: capacity.max(1),
            most_heavy: most_heavy.max(1),
            running: 0,
            heavy: 0,
            clients: HashMap::new(),
            waiting: VecDeque::new(),
            is_closed: false,
        })))
    }

    /// Waits for a turn. Who gives up waits no longer.
    pub(super) async fn acquire(&self, requester: Requester) -> Result<Permit, Closed> {
        let turn = {
            let mut state = self.state();
            if state.is_closed {
                return Err(Closed);
            }
            let (granted, turn) = oneshot::channel();
            state.waiting.push_back(Waiting { requester, granted });
            self.grant(&mut state);
            turn
        };
        turn.await.map_err(|_| Closed)
    }

    /// How many wait for a turn: light statements, and heavy ones.
    pub(super) fn waiting(&self) -> [usize; 2] {
        let mut waiting = [0, 0];
        // Those who gave up stay in line until it is their turn.
        for Waiting { requester, .. } in self.state().waiting.iter().filter(|one| !one.granted.is_closed()) {
            waiting[usize::from(requester.is_heavy)] += 1;
        }
        waiting
    }

    /// Lets nobody in any more; those who wait are refused.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        state.waiting.clear();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state().is_closed
    }

    fn grant(&self, state: &mut State) {
        while let Some(Waiting { requester, granted }) = state.next() {
            state.began(&requester);
            let permit = Permit { requester, gate: Some(self.clone()) };
            if let Err(mut unwanted) = granted.send(permit) {
                // Dropping it would take the lock again.
                unwanted.gate = None;
                state.ended(&unwanted.requester);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn next(&mut self) -> Option<Waiting> {
        if self.running >= self.capacity {
            return None;
        }
        let heavy_fits = self.heavy < self.most_heavy;
        let may_run = |waiting: &&(usize, &Waiting)| heavy_fits || !waiting.1.requester.is_heavy;
        let of_client = |requester: &Requester| {
            requester.client.as_ref()?;
            Some(self.clients.get(&requester.client).copied().unwrap_or_default())
        };
        // What is shared, or the server's own, waits behind nobody who came later, and goes before nobody who came earlier.
        let least = self.waiting.iter().filter_map(|waiting| of_client(&waiting.requester)).min().unwrap_or_default();
        let running = |requester: &Requester| of_client(requester).unwrap_or(least);
        let first = self.waiting.iter().enumerate().filter(|waiting| may_run(&waiting));
        let (index, _) = first.min_by_key(|(index, waiting)| (running(&waiting.requester), *index))?;
        self.waiting.remove(index)
    }

    fn began(&mut self, requester: &Requester) {
        self.running += 1;
        self.heavy += usize::from(requester.is_heavy);
        *self.clients.entry(requester.client.clone()).or_default() += 1;
    }

    fn ended(&mut self, requester: &Requester) {
        self.running -= 1;
        self.heavy -= usize::from(requester.is_heavy);
        if let Some(running) = self.clients.get_mut(&requester.client) {
            *running -= 1;
            if *running == 0 {
                self.clients.remove(&requester.client);
            }
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(gate) = self.gate.take() {
            let mut state = gate.state();
            state.ended(&self.requester);
            gate.grant(&mut state);
        }
    }
}

impl fmt::Debug for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.state();
        f.debug_struct("Gate").field("running", &state.running).field("waiting", &state.waiting.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        pin::Pin,
        task::{Context, Poll, Waker},
    };

    use super::*;

    type Asked = Pin<Box<dyn Future<Output = Result<Permit, Closed>>>>;

    fn of(client: &str, is_heavy: bool) -> Requester {
        Requester { client: Some(client.into()), is_heavy }
    }

    /// Stands in line.
    fn ask(gate: &Gate, requester: Requester) -> Asked {
        let gate = gate.clone();
        let mut asked: Asked = Box::pin(async move { gate.acquire(requester).await });
        match asked.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(permit) => Box::pin(std::future::ready(permit)),
            Poll::Pending => asked,
        }
    }

    fn has_turn(asked: &mut Asked) -> Option<Permit> {
        match asked.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(permit) => permit.ok(),
            Poll::Pending => None,
        }
    }

    #[test]
    fn who_has_the_fewest_running_is_next() {
        let gate = Gate::new(2, 1);
        let first = has_turn(&mut ask(&gate, of("many", false))).expect("free");
        let second = has_turn(&mut ask(&gate, of("many", false))).expect("free");
        let mut third = ask(&gate, of("many", false));
        let mut other = ask(&gate, of("calm", false));
        assert!(has_turn(&mut third).is_none() && has_turn(&mut other).is_none());
        drop(first);
        assert!(has_turn(&mut third).is_none(), "it came first, but has one running");
        let calm = has_turn(&mut other).expect("a turn");
        drop((calm, second));
        assert!(has_turn(&mut third).is_some());
    }

    #[test]
    fn what_is_shared_goes_by_its_arrival() {
        let gate = Gate::new(2, 1);
        let shared = Requester::default;
        let held = has_turn(&mut ask(&gate, of("many", false)));
        let other = has_turn(&mut ask(&gate, shared()));
        let (mut first, mut second) = (ask(&gate, of("many", false)), ask(&gate, shared()));
        drop(other);
        let turn = has_turn(&mut first);
        assert!(
            turn.is_some() && has_turn(&mut second).is_none(),
            "who came first has one running, and nobody has less"
        );
        let mut calm = ask(&gate, of("calm", false));
        drop(held);
        let granted = has_turn(&mut second);
        assert!(granted.is_some() && has_turn(&mut calm).is_none());
        drop((turn, granted));
    }

    #[test]
    fn heavy_statements_leave_some_to_others() {
        let gate = Gate::new(4, 2);
        let one = has_turn(&mut ask(&gate, of("a", true)));
        let two = has_turn(&mut ask(&gate, of("b", true)));
        let mut three = ask(&gate, of("c", true));
        assert!(one.is_some() && two.is_some() && has_turn(&mut three).is_none());
        let light = [has_turn(&mut ask(&gate, of("a", false))), has_turn(&mut ask(&gate, of("d", false)))];
        assert!(light.iter().all(Option::is_some));
        drop(light);
        assert!(has_turn(&mut three).is_none());
        drop(one);
        assert!(has_turn(&mut three).is_some());
        drop(two);
        let state = gate.state();
        assert_eq!((state.running, state.heavy, state.clients.len()), (0, 0, 0));
    }

    #[test]
    fn who_gives_up_takes_no_turn() {
        let gate = Gate::new(1, 1);
        let held = has_turn(&mut ask(&gate, of("a", false)));
        let gave_up = ask(&gate, of("b", false));
        let mut waits = ask(&gate, of("c", true));
        assert_eq!(gate.waiting(), [1, 1]);
        drop(gave_up);
        assert_eq!(gate.waiting(), [0, 1]);
        drop(held);
        assert!(has_turn(&mut waits).is_some());
        gate.close();
        assert!(has_turn(&mut ask(&gate, of("a", false))).is_none());
    }
}
