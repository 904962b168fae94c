//! Median of five after one warm-up.

use std::hint::black_box;

const RUNS: usize = 5;

/// Seconds that `work` takes. Its result is kept from the optimiser.
pub fn median_seconds<T>(mut work: impl FnMut() -> T) -> f64 {
    black_box(work());
    let mut seconds: Vec<f64> = (0..RUNS).map(|_| once(&mut work)).collect();
    seconds.sort_by(f64::total_cmp);
    seconds.get(RUNS / 2).copied().unwrap_or(f64::NAN)
}

#[expect(clippy::disallowed_methods, reason = "the core tells no time, and this program measures the core")]
fn once<T>(work: &mut impl FnMut() -> T) -> f64 {
    let began = std::time::Instant::now();
    black_box(work());
    began.elapsed().as_secs_f64()
}
