//! What goes wrong.

use std::fmt;
use std::time::Duration;

use anyhow::Result;
use aws_simulator::{Chance, Faults, Handle};
use chrono::TimeDelta;
use rand::Rng as _;
use rand::rngs::StdRng;
use sqlx::{Connection as _, PgConnection};

use crate::readers::{Readers, Setting};

/// What went wrong so far.
#[derive(Debug, Default)]
pub struct Told {
    readers: u64,
    killed: u64,
    stopped: u64,
    sessions_ended: u64,
    database_away: u64,
    revisions: u32,
    hours_passed: i64,
    calls: usize,
    refused: usize,
}

impl fmt::Display for Told {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} readers started, {} killed, {} stopped past their leases; {} sessions ended, the database away {} times; \
             {} calls, {} of them refused; {} h passed, {} revisions",
            self.readers,
            self.killed,
            self.stopped,
            self.sessions_ended,
            self.database_away,
            self.calls,
            self.refused,
            self.hours_passed,
            self.revisions
        )
    }
}

/// Chooses what goes wrong.
pub struct Chaos<'a> {
    simulator: &'a Handle,
    setting: &'a Setting,
    random: StdRng,
    told: Told,
}

/// Hours that pass one by one, and then a day at once, in which nobody read.
const HOURS: i64 = 24;
const OUTAGE_AT: f64 = 0.6;
const OUTAGE: i64 = 24;
/// When AWS changes every value it has.
const REVISIONS: [f64; 2] = [0.3, 0.7];

impl<'a> Chaos<'a> {
    pub fn new(simulator: &'a Handle, setting: &'a Setting, random: StdRng) -> Self {
        Self { simulator, setting, random, told: Told::default() }
    }

    pub fn told(&mut self) -> &Told {
        self.tally();
        &self.told
    }

    /// One thing, after which a moment passes; `passed` is the share of the time that is over.
    pub async fn step(&mut self, readers: &mut Readers<'_>, passed: f64) -> Result<()> {
        self.let_time_pass(passed);
        let now = self.simulator.fleet().now;
        let random = &mut self.random;
        readers
            .keep_up(|| {
                // Some clocks are an hour behind.
                let behind = TimeDelta::hours(i64::from(random.random_bool(0.25)));
                (now - behind, random.random_bool(0.2))
            })
            .await?;
        self.told.readers = readers.started;
        match self.random.random_range(0..10) {
            0..=3 => {
                readers.kill(self.random.random_range(0..3)).await?;
                self.told.killed += 1;
            }
            4 | 5 => {
                let pause = Duration::from_millis(self.random.random_range(1_200..2_500));
                readers.stop(self.random.random_range(0..3), pause).await?;
                self.told.stopped += 1;
            }
            6 => self.end_sessions().await,
            _ => {
                self.tally();
                self.simulator.set_faults(self.faults());
            }
        }
        tokio::time::sleep(Duration::from_millis(self.random.random_range(60..400))).await;
        Ok(())
    }

    fn let_time_pass(&mut self, passed: f64) {
        let outage = if passed >= OUTAGE_AT { OUTAGE } else { 0 };
        #[expect(clippy::cast_possible_truncation, reason = "a share of 24 hours")]
        let hours = (passed * HOURS as f64) as i64 + outage;
        let revisions = REVISIONS.iter().filter(|at| passed >= **at).count();
        let revisions = u32::try_from(revisions).unwrap_or_default();
        if (hours, revisions) != (self.told.hours_passed, self.told.revisions) {
            let more = TimeDelta::hours(hours - self.told.hours_passed);
            self.simulator.alter(|fleet| {
                fleet.now += more;
                fleet.revision = revisions;
            });
            (self.told.hours_passed, self.told.revisions) = (hours, revisions);
        }
    }

    /// Half the time all is well, so that work gets done.
    fn faults(&mut self) -> Faults {
        match self.random.random_range(0..10) {
            0 => Faults::none().denying("sagemaker"),
            1 => Faults::none().denying("GetMetricData"),
            2..=5 => Faults::none().by_chance(Chance {
                throttled: 0.3,
                failing: 0.05,
                partial: 0.03,
                reset: 0.02,
                cut: 0.02,
                hanging: 0.02,
                hang_ms: 2_500,
            }),
            _ => Faults::none(),
        }
    }

    /// Ends every session of the readers' database.
    async fn end_sessions(&mut self) {
        let ended = async {
            let mut connection = PgConnection::connect(&self.setting.database_url).await?;
            let ended: i64 = sqlx::query_scalar(
                "select count(*) from (select pg_terminate_backend(pid) from pg_stat_activity
                 where datname = current_database() and pid <> pg_backend_pid()) as t",
            )
            .fetch_one(&mut connection)
            .await?;
            Ok::<_, sqlx::Error>(ended)
        };
        match ended.await {
            Ok(ended) => self.told.sessions_ended += u64::try_from(ended).unwrap_or_default(),
            // Whoever started this restarts the server at times.
            Err(_) => self.told.database_away += 1,
        }
    }

    fn tally(&mut self) {
        let log = self.simulator.log();
        self.told.calls += log.len();
        self.told.refused += log.iter().filter(|call| call.status.is_some_and(|status| status >= 400)).count();
        self.simulator.clear_log();
    }
}
