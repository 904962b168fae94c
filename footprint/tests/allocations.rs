//! A batch allocates for its groups, never for its rows.
#![cfg(test)]

use footprint::FactorSet;
use footprint::batch::{FactorTable, GroupedSums, HourColumns, estimate_hours};

/// Columns of so many rows over eight groups, an unusable row in every hundred.
struct Columns {
    instance: Vec<u16>,
    region: Vec<u16>,
    kind: Vec<u8>,
    load: Vec<f32>,
    seconds: Vec<f32>,
}

impl Columns {
    fn new(table: &FactorTable, rows: usize) -> Self {
        let types = ["ml.g5.xlarge", "ml.m5.xlarge", "ml.p4d.24xlarge", "ml.trn1.32xlarge"];
        let types = types.map(|name| table.instance_index(name).unwrap());
        let region = table.region_index("eu-west-1").unwrap();
        Self {
            instance: (0..rows).map(|row| types[row % 4]).collect(),
            region: vec![region; rows],
            kind: (0..rows).map(|row| u8::from(row % 8 < 4)).collect(),
            load: (0..rows).map(|row| [0.05, 0.3, 0.9][row % 3]).collect(),
            seconds: (0..rows).map(|row| if row % 100 == 0 { f32::NAN } else { 3_600.0 }).collect(),
        }
    }

    fn get(&self) -> HourColumns<'_> {
        HourColumns::new(&self.instance, &self.region, &self.kind, &self.seconds, &self.load, &self.load).unwrap()
    }
}

#[test]
fn adding_rows_allocates_nothing() {
    let table = FactorTable::new(&FactorSet::builtin().unwrap());
    let columns = Columns::new(&table, 100_000);
    let mut sums = GroupedSums::new(&table);
    // Room is made when a type, region and kind are first seen.
    sums.add(&Columns::new(&table, 8).get());
    let adding = allocation_counter::measure(|| sums.add(&columns.get()));
    assert_eq!((adding.count_total, adding.bytes_total), (0, 0), "{adding:?}");
    assert_eq!(sums.finish().estimated, 99_007);
}

#[test]
fn a_batch_of_a_hundred_times_the_rows_allocates_the_same() {
    let table = FactorTable::new(&FactorSet::builtin().unwrap());
    let [few, many] = [10_000, 1_000_000].map(|rows| {
        let columns = Columns::new(&table, rows);
        allocation_counter::measure(|| assert_eq!(estimate_hours(&table, &columns.get()).groups.len(), 8))
    });
    assert!(few.count_total > 0, "the counter counts: {few:?}");
    assert_eq!((few.count_total, few.bytes_total), (many.count_total, many.bytes_total));
}
