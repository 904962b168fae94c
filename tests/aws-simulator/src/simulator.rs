//! The simulator itself: one listener on loopback, and a handle to change what it does.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::faults::Faults;
use crate::fleet::Fleet;
use crate::log::{Call, Log};
use crate::routes;

/// How far the present of a ticking fleet may lag behind the clock: each step copies the fleet.
const TICK: Duration = Duration::from_secs(10);

/// A small AWS on 127.0.0.1.
#[derive(Debug)]
pub struct Simulator;

impl Simulator {
    /// Starts to listen; port 0 takes any free port. Stops when the handle is dropped.
    ///
    /// # Errors
    /// If the port cannot be bound.
    pub async fn start(fleet: Fleet, port: u16) -> anyhow::Result<Handle> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .with_context(|| format!("binding 127.0.0.1:{port}"))?;
        let address = listener.local_addr().context("reading the bound address")?;
        let state = Arc::new(State::new(fleet));
        let (stop, stopped) = oneshot::channel::<()>();
        let router = routes::router(Arc::clone(&state));
        let task = tokio::spawn(async move {
            let until = async {
                // A dropped handle ends the simulator as much as a call of `shutdown`.
                stopped.await.ok();
            };
            if let Err(error) = axum::serve(listener, router).with_graceful_shutdown(until).await {
                tracing::error!(%error, "the simulator's listener ended");
            }
        });
        Ok(Handle { address, state, stop, task })
    }
}

/// A running simulator.
#[derive(Debug)]
pub struct Handle {
    address: SocketAddr,
    state: Arc<State>,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Handle {
    /// What to give the SDK as its endpoint URL, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn endpoint_url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every request so far, in the order of arrival.
    #[must_use]
    pub fn log(&self) -> Vec<Call> {
        self.state.log().calls().to_vec()
    }

    /// Forgets the requests so far; numbering goes on.
    pub fn clear_log(&self) {
        self.state.log().clear();
    }

    /// Replaces all faults.
    pub fn set_faults(&self, faults: Faults) {
        *self.state.faults() = faults;
    }

    /// The faults that are left.
    #[must_use]
    pub fn faults(&self) -> Faults {
        self.state.faults().clone()
    }

    /// The fleet at its present.
    #[must_use]
    pub fn fleet(&self) -> Arc<Fleet> {
        self.state.fleet()
    }

    /// Replaces the fleet, for example by one with altered facts.
    pub fn set_fleet(&self, fleet: Fleet) {
        *lock(&self.state.present) = Present::new(fleet);
    }

    /// Alters the fleet in place.
    pub fn alter(&self, change: impl FnOnce(&mut Fleet)) {
        let mut fleet = Fleet::clone(&self.state.fleet());
        change(&mut fleet);
        self.set_fleet(fleet);
    }

    /// Moves the simulated present.
    pub fn set_now(&self, now: DateTime<Utc>) {
        self.alter(|fleet| fleet.now = now);
    }

    /// Stops listening; requests that are being answered get one second.
    pub async fn shutdown(self) {
        self.stop.send(()).ok();
        let abort = self.task.abort_handle();
        if tokio::time::timeout(Duration::from_secs(1), self.task).await.is_err() {
            abort.abort();
        }
    }

    /// Runs until the listener ends of itself.
    ///
    /// # Errors
    /// If the listener's task was cancelled or failed.
    pub async fn wait(self) -> anyhow::Result<()> {
        let Self { stop, task, .. } = self;
        let result = task.await.context("waiting for the simulator's listener");
        drop(stop);
        result
    }
}

/// What all requests share.
#[derive(Debug)]
pub(crate) struct State {
    present: Mutex<Present>,
    faults: Mutex<Faults>,
    log: Mutex<Log>,
}

/// A fleet and the wall-clock instant at which its `now` was true.
#[derive(Debug)]
struct Present {
    fleet: Arc<Fleet>,
    since: Instant,
}

impl Present {
    fn new(fleet: Fleet) -> Self {
        Self { fleet: Arc::new(fleet), since: Instant::now() }
    }
}

impl State {
    fn new(fleet: Fleet) -> Self {
        Self { present: Mutex::new(Present::new(fleet)), faults: Mutex::default(), log: Mutex::default() }
    }

    /// The fleet at its present; a ticking one is moved on first.
    pub(crate) fn fleet(&self) -> Arc<Fleet> {
        let mut present = lock(&self.present);
        let passed = present.since.elapsed();
        if present.fleet.ticking && passed >= TICK {
            let mut fleet = Fleet::clone(&present.fleet);
            fleet.now += TimeDelta::from_std(passed).unwrap_or_default();
            *present = Present::new(fleet);
        }
        Arc::clone(&present.fleet)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        lock(&self.faults)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        lock(&self.log)
    }
}

/// A panic in one request must not take the simulator down: its data is always whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
