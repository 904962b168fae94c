//! The host model: what processor, memory and drives draw at four loads.

use super::LOADS;
use super::inputs::{Host, Model, Processor};

/// The loads of the profile's points, percent: the unit its parameters are fitted in.
const PERCENT: [f64; 4] = [0.0, 10.0, 50.0, 100.0];

/// Watts of a machine at [`LOADS`].
pub(super) fn host(model: &Model, host: &Host, processor: &Processor) -> [f64; 4] {
    let profile = Profile::through(model.processor_shares);
    let sockets = host.vcpu / processor.threads;
    let modules = host.memory_gib / processor.module_gb;
    let module = model.module_base + model.module_per_gb * processor.module_gb;
    let drives = host.drive_gb.map_or(0.0, |drive| host.local_storage_gb / drive);
    LOADS.map(|load| {
        let cpu = sockets * processor.rated_w * profile.at(load * 100.0);
        let memory = modules * module * (model.module_idle_share + (1.0 - model.module_idle_share) * load);
        host.scale * ((cpu + memory) * (1.0 + model.other) + drives * model.drive)
    })
}

/// `P(x) / rated = a ln(x + c) + e`, the published `a ln(b (x + c)) + d` with `e = a ln b + d`: b and d shift the curve
/// alike, so that only their sum can be fitted.
struct Profile {
    a: f64,
    c: f64,
    e: f64,
}

impl Profile {
    /// Least squares through the points: linear in a and e, and one minimum in c, which is narrowed down by thirds.
    fn through(shares: [f64; 4]) -> Self {
        let (mut low, mut high) = (1e-3, 1e3);
        for _ in 0..200 {
            let third = (high - low) / 3.0;
            if residual(&shares, &fitted(&shares, low + third)) < residual(&shares, &fitted(&shares, high - third)) {
                high -= third;
            } else {
                low += third;
            }
        }
        fitted(&shares, f64::midpoint(low, high))
    }

    fn at(&self, percent: f64) -> f64 {
        self.a * libm::log(percent + self.c) + self.e
    }
}

fn fitted(shares: &[f64; 4], c: f64) -> Profile {
    let logs = PERCENT.map(|percent| libm::log(percent + c));
    let mean = |values: &[f64; 4]| values.iter().sum::<f64>() / 4.0;
    let (x, y) = (mean(&logs), mean(shares));
    let cross: f64 = logs.iter().zip(shares).map(|(log, share)| (log - x) * (share - y)).sum();
    let square: f64 = logs.iter().map(|log| (log - x) * (log - x)).sum();
    let a = cross / square;
    Profile { a, c, e: y - a * x }
}

fn residual(shares: &[f64; 4], profile: &Profile) -> f64 {
    PERCENT.iter().zip(shares).map(|(percent, share)| profile.at(*percent) - share).map(|off| off * off).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_passes_near_its_points() {
        let shares = [0.12, 0.32, 0.75, 1.02];
        let profile = Profile::through(shares);
        for (percent, share) in PERCENT.iter().zip(shares) {
            assert!((profile.at(*percent) - share).abs() < 0.002, "{percent}: {}", profile.at(*percent));
        }
        assert!((profile.c - 20.451).abs() < 0.001, "{}", profile.c);
    }
}
