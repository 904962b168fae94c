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

/// One line of the method, before numbers are filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Formula {
    /// The quantity on the left side, such as `E_IT`.
    pub symbol: &'static str,
    /// The right side.
    pub text: &'static str,
    /// The unit of the result.
    pub unit: &'static str,
}

const fn formula(symbol: &'static str, text: &'static str, unit: &'static str) -> Formula {
    Formula { symbol, text, unit }
}

/// The method, in the order in which it is computed; the symbols are those of [`Equation`].
pub const FORMULAS: [Formula; 14] = [
    formula("u", "utilisation series / (100 % x processors or accelerators), kept between 0 and 1", "1"),
    formula("P_host", "host curve at u, linear between its points at 0, 10, 50 and 100 %", "W"),
    formula("P_acc", "P_idle + (kappa x power cap - P_idle) x u, each accelerator", "W"),
    formula(
        "P_IT",
        "P_host + accelerators x P_acc x (1 + node overhead); measured watts stand for P_host or for all P_acc",
        "W",
    ),
    formula("E_IT", "P_IT x hours / 1000, with storage and data that leaves the region", "kWh"),
    formula("E_fac", "E_IT x power usage effectiveness of the region", "kWh"),
    formula("O_loc", "E_fac x location-based intensity of the grid", "gCO2e"),
    formula("O_mkt", "E_fac x market-based intensity, beside O_loc and never for it", "gCO2e"),
    formula("dO", "change of E_fac x marginal intensity of the grid; for decisions, in no inventory", "gCO2e"),
    formula("W_on", "E_IT x water used on site; power usage effectiveness is not in it", "L"),
    formula("W_off", "E_fac x water used by the power plants", "L"),
    formula("M", "(host + accelerators) x hours / (life x 8760 h); never turned into energy", "gCO2e"),
    formula(
        "SCI",
        "(O_loc + M) / work done, ISO/IEC 21031; without idle: less the share that idle parts have in E_IT",
        "g/unit",
    ),
    formula("cost", "list price x instance-hours", "USD"),
];

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
