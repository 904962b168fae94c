//! What a figure is made of, for people: the coefficients with their origin and the equations with their numbers.

use serde::{Deserialize, Serialize};

/// A coefficient as shown beside a figure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FactorUse {
    /// Identifier, such as `intensity:us-east-1`; the one an override names.
    pub id: String,
    /// What it is, in words.
    pub name: String,
    /// Central value.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
    /// Unit of the three numbers.
    pub unit: String,
    /// Year the figure stands for, or `not stated`.
    pub year: String,
    /// Who published it and where.
    pub source: String,
    /// The terms it is published under, or `not stated`.
    pub licence: String,
    /// How it came about: observed, model, provider-published, judgement ...
    pub tier: String,
    /// What the reader should know before trusting it.
    pub note: String,
}

/// One line of the calculation with its numbers filled in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Equation {
    /// The quantity on the left side, such as `E_IT`.
    pub symbol: String,
    /// The right side with its numbers.
    pub text: String,
    /// The result.
    pub value: f64,
    /// Its unit.
    pub unit: String,
}

impl Equation {
    pub(crate) fn new(symbol: &str, text: String, value: f64, unit: &str) -> Self {
        Self { symbol: symbol.to_owned(), text, value, unit: unit.to_owned() }
    }
}
