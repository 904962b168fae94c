//! The dictionary of key figures as CSV: one row a figure, with what it is, its value and its target.

use app::view::{Better, KpiRow, Unit};
use footprint::FactorSet;

use super::listing::{number, text};
use crate::estimate::METHOD_VERSION;
use crate::store::selection::Period;

/// Column names. Values and targets are in `unit`; targets of sums are of the period.
pub const COLUMNS: [&str; 17] = [
    "kpi",
    "label",
    "definition",
    "formula",
    "period_from",
    "period_to",
    "unit",
    "value",
    "low",
    "high",
    "consists_of",
    "better",
    "target",
    "is_met",
    "target_set_by",
    "methodology_version",
    "factor_set_version",
];

/// The cells of one figure; an unknown one is an empty cell.
pub fn row(factors: &FactorSet, period: Period, row: &KpiRow) -> Vec<String> {
    let figure = row.value.figure();
    let target = row.target.as_ref();
    let aim = target.and_then(|target| target.value.figure());
    let unit = figure.or(aim).map(|figure| unit(figure.unit)).unwrap_or_default();
    vec![
        row.key.clone(),
        text(&row.label),
        text(&row.definition),
        text(&row.formula),
        period.from.to_string(),
        period.to.to_string(),
        unit.to_owned(),
        number(figure.map(|figure| figure.central)),
        number(figure.map(|figure| figure.low)),
        number(figure.map(|figure| figure.high)),
        text(row.parts.as_deref().unwrap_or_default()),
        match row.better {
            Better::Lower => "lower",
            Better::Higher => "higher",
            Better::Neither => "",
        }
        .to_owned(),
        number(aim.map(|aim| aim.central)),
        target.and_then(|target| target.is_met).map(|is_met| is_met.to_string()).unwrap_or_default(),
        text(target.map(|target| target.by.as_str()).unwrap_or_default()),
        METHOD_VERSION.to_owned(),
        format!("{} ({})", factors.label(), &factors.sha256_hex()[..12]),
    ]
}

/// The base unit in which a figure is kept.
const fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Usd => "usd",
        Unit::KilowattHours => "kwh",
        Unit::GramsCo2e => "g_co2e",
        Unit::GramsPerKilowattHour => "g_co2e_per_kwh",
        Unit::GramsPerUnit => "g_co2e_per_unit",
        Unit::UsdPerUnit => "usd_per_unit",
        Unit::WattHoursPerUnit => "wh_per_unit",
        Unit::HoursPerUnit => "h_per_unit",
        Unit::Hours => "h",
        Unit::Percent => "percent",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::view::Shown;

    #[test]
    fn a_figure_that_is_not_known_leaves_its_cells_empty() {
        let factors = FactorSet::builtin().unwrap();
        let period = Period { from: "2026-11-16".parse().unwrap(), to: "2026-11-22".parse().unwrap() };
        let known = KpiRow { value: Shown::exact(12.5, Unit::Percent), better: Better::Higher, ..KpiRow::default() };
        let unknown = KpiRow { value: Shown::Unknown("nobody looked".to_owned()), ..KpiRow::default() };
        let cells = |own: &KpiRow| row(&factors, period, own);
        assert_eq!(cells(&known)[6..10], ["percent", "12.5", "12.5", "12.5"]);
        assert_eq!(cells(&unknown)[6..10], ["", "", "", ""]);
        assert_eq!(cells(&unknown).len(), COLUMNS.len());
    }
}
