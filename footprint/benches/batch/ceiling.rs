//! The ceiling: what it takes to read the same columns once and add them up.

use crate::fleet::Fleet;

/// Numbers added side by side, so that no addition waits for the one before.
const LANES: usize = 32;

/// A sum over every column.
pub fn read(fleet: &Fleet) -> f64 {
    let whole = u64::from(
        integers(&fleet.instance, |n| u32::from(*n)).wrapping_add(integers(&fleet.region, |n| u32::from(*n))),
    );
    let kinds = f64::from(integers(&fleet.kind, |n| u32::from(*n)));
    whole as f64 + kinds + floats(&fleet.instance_seconds) + floats(&fleet.cpu) + floats(&fleet.gpu)
}

fn integers<T>(column: &[T], wide: impl Fn(&T) -> u32) -> u32 {
    let mut lanes = [0_u32; LANES];
    for chunk in column.chunks_exact(LANES) {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane = lane.wrapping_add(wide(value));
        }
    }
    lanes.into_iter().fold(0, u32::wrapping_add)
}

fn floats(column: &[f32]) -> f64 {
    let mut lanes = [0.0_f32; LANES];
    for chunk in column.chunks_exact(LANES) {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    lanes.into_iter().map(f64::from).sum()
}
