//! The rows of `validation.csv` as the file spells them.

use super::published::PublishedUnit;
use super::{Expectation, Group};
use serde::Deserialize;

pub(super) const TEXT: &str = include_str!("../../data/validation.csv");

#[derive(Deserialize)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) group: Group,
    pub(super) case: String,
    pub(super) through: String,
    pub(super) inputs: String,
    pub(super) published: String,
    pub(super) unit: PublishedUnit,
    pub(super) expectation: Expectation,
    pub(super) source: String,
    pub(super) licence: String,
    pub(super) note: String,
}

/// Every row that reads; that all of them do is tested.
pub(super) fn all() -> Vec<Row> {
    csv::Reader::from_reader(TEXT.as_bytes()).deserialize().filter_map(Result::ok).collect()
}
