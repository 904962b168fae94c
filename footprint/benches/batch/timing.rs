//! Median of five after one warm-up, in seconds that the program had a processor: others use this machine too.

use std::hint::black_box;
use std::time::Duration;

use nix::time::{ClockId, clock_gettime};

const RUNS: usize = 5;

/// A run that is shorter than this is repeated, and counts as the mean of its repetitions.
const SHORTEST: f64 = 0.02;

/// How long something takes, s.
#[derive(Clone, Copy)]
pub struct Took {
    /// On the processor.
    pub processor: f64,
    /// On the wall, waiting for others included.
    pub wall: f64,
}

/// How long `work` takes. Its result is kept from the optimiser.
pub fn median<T>(mut work: impl FnMut() -> T) -> nix::Result<Took> {
    let warm_up = once(&mut work, 1)?;
    let repetitions = repetitions(warm_up.processor);
    let runs = (0..RUNS).map(|_| once(&mut work, repetitions)).collect::<nix::Result<Vec<_>>>()?;
    let middle = |of: fn(&Took) -> f64| {
        let mut seconds: Vec<f64> = runs.iter().map(of).collect();
        seconds.sort_by(f64::total_cmp);
        seconds.get(RUNS / 2).copied().unwrap_or(f64::NAN)
    };
    Ok(Took { processor: middle(|took| took.processor), wall: middle(|took| took.wall) })
}

fn repetitions(seconds: f64) -> u32 {
    (1..10_000).find(|times| f64::from(*times) * seconds >= SHORTEST).unwrap_or(10_000)
}

fn once<T>(work: &mut impl FnMut() -> T, repetitions: u32) -> nix::Result<Took> {
    let clocks = [ClockId::CLOCK_THREAD_CPUTIME_ID, ClockId::CLOCK_MONOTONIC];
    let now = || -> nix::Result<[Duration; 2]> {
        let [processor, wall] = clocks.map(clock_gettime);
        Ok([processor?.into(), wall?.into()])
    };
    let began = now()?;
    for _ in 0..repetitions {
        black_box(work());
    }
    let ended = now()?;
    let [processor, wall] = [0, 1].map(|clock: usize| {
        ended.get(clock).zip(began.get(clock)).map_or(Duration::ZERO, |(end, begin)| *end - *begin)
    });
    Ok(Took {
        processor: processor.as_secs_f64() / f64::from(repetitions),
        wall: wall.as_secs_f64() / f64::from(repetitions),
    })
}
