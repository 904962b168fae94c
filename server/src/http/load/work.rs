//! What a unit of work took: sums of the ledger over the work that was done.

use app::view::{Figure, Shown, Unit, WorkFigures};

use super::figures::{self, Sums, to_f64};
use crate::http::lens::Lens;
use crate::store::part::Part;
use crate::store::work_unit::Unit as WorkUnit;
use crate::store::worked::Worked;
use crate::work::Work;

/// What was done in a unit and what it took.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// What one unit is called.
    pub label: String,
    /// Units that were done, as far as it is known.
    pub work: f64,
    /// What they took.
    pub sums: Sums,
    /// Whether there is anything whose work is known.
    is_known: bool,
    /// Emissions of what nobody knows the work of, over all emissions.
    left_out: f64,
    is_of_metrics: bool,
}

/// The tally of a unit over some of the ledger; `None` where nothing of it belongs to the unit. Intervals are drawn once over all
/// of it, or come from moments.
pub fn tally<'a>(
    factors: &Lens,
    unit: &WorkUnit,
    worked: impl IntoIterator<Item = &'a Worked>,
    is_one_of_many: bool,
) -> Option<Tally> {
    let own: Vec<&Worked> = worked.into_iter().filter(|each| each.unit == unit.key).collect();
    let parts = own.iter().map(|each| (each.is_known, &each.part));
    let work = own.iter().filter(|each| each.is_known).map(|each| each.work).sum();
    (!own.is_empty()).then(|| of_parts(factors, unit, parts, work, is_one_of_many))
}

/// The same of parts that are all the unit's.
pub fn of_parts<'a>(
    factors: &Lens,
    unit: &WorkUnit,
    parts: impl Iterator<Item = (bool, &'a Part)>,
    work: f64,
    is_one_of_many: bool,
) -> Tally {
    let (known, unknown): (Vec<_>, Vec<_>) = parts.partition(|(is_known, _)| *is_known);
    let grams = |parts: &[(bool, &Part)]| parts.iter().map(|(_, part)| emissions(part)).sum::<f64>();
    let (counted, uncounted) = (grams(&known), grams(&unknown));
    let is_known = !known.is_empty();
    let known = known.into_iter().map(|(_, part)| part);
    let sums = if is_one_of_many { figures::sum_closed(factors, known) } else { figures::sum(factors, known) };
    Tally {
        label: unit.label.clone(),
        work,
        sums,
        is_known,
        left_out: if uncounted > 0.0 { uncounted / (counted + uncounted) } else { 0.0 },
        is_of_metrics: unit.work == Work::Inferences,
    }
}

/// Grams of a part, the middle of them.
fn emissions(part: &Part) -> f64 {
    part.footprint.as_ref().map_or(0.0, |(_, sums)| to_f64(sums.operational.0 + sums.embodied().0) / 1e6)
}

impl Tally {
    /// Units that were done.
    pub fn done(&self) -> Shown {
        if self.is_known { Shown::exact(self.work, Unit::Count) } else { self.nothing() }
    }

    /// Emissions of a unit.
    pub fn grams(&self) -> Shown {
        self.of_one(&self.sums.emissions(), 1.0, Unit::GramsPerUnit)
    }

    /// Energy of a unit.
    pub fn watt_hours(&self) -> Shown {
        self.of_one(&self.sums.energy(), 1_000.0, Unit::WattHoursPerUnit)
    }

    /// List cost of a unit.
    pub fn usd(&self) -> Shown {
        self.of_one(&self.sums.cost(), 1.0, Unit::UsdPerUnit)
    }

    /// Instance-hours of a unit.
    pub fn hours(&self) -> Shown {
        self.of_one(&self.sums.hours(), 1.0, Unit::HoursPerUnit)
    }

    /// All of it for a page.
    pub fn figures(&self) -> WorkFigures {
        WorkFigures {
            label: self.label.clone(),
            work: self.done(),
            grams: self.grams(),
            usd: self.usd(),
            watt_hours: self.watt_hours(),
            hours: self.hours(),
            left_out: self.left_out(),
        }
    }

    /// What is left out, in a sentence.
    pub fn left_out(&self) -> Option<String> {
        let percent = (100.0 * self.left_out).round();
        let share = if percent < 1.0 { "Less than 1".to_owned() } else { format!("{percent}") };
        (self.left_out > 0.0).then(|| {
            format!(
                "{share} % of the emissions are left out with the work that they went into, since metrics of these days were \
                 not read whole"
            )
        })
    }

    /// A sum over the work, with its interval; neither a false zero nor a division by nothing.
    fn of_one(&self, whole: &Shown, factor: f64, unit: Unit) -> Shown {
        let Shown::Ready(whole) = whole else {
            return if self.is_known { whole.clone() } else { self.nothing() };
        };
        if !self.is_known || self.work <= 0.0 {
            return self.nothing();
        }
        let share = factor / self.work;
        Shown::Ready(Figure {
            central: whole.central * share,
            low: whole.low * share,
            high: whole.high * share,
            unit,
            tier: whole.tier,
            completeness: whole.completeness,
        })
    }

    fn nothing(&self) -> Shown {
        Shown::Unknown(match (self.is_known, self.is_of_metrics) {
            (true, _) => format!("no {} in this period", self.label),
            (false, true) => "no metrics of this period were read whole".to_owned(),
            (false, false) => "no day of this period is over".to_owned(),
        })
    }

    /// The same four sums by the work of a family's runs.
    pub fn of_runs(factors: &Lens, parts: &[&Part], completed: f64) -> Self {
        Self {
            label: Work::TrainingRuns.usual().0.to_owned(),
            work: completed,
            sums: figures::sum_closed(factors, parts.iter().copied()),
            is_known: true,
            left_out: 0.0,
            is_of_metrics: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit() -> WorkUnit {
        WorkUnit {
            key: "inferences-1".to_owned(),
            work: Work::Inferences,
            label: "1 000 inferences".to_owned(),
            scale: 1_000.0,
            account: None,
            team: None,
            pattern: None,
            set_by: "Ada".to_owned(),
            set_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn nothing_done_is_said_and_never_divided_by() {
        let factors = Lens::builtin();
        assert_eq!(tally(&factors, &unit(), [], false), None);
        let none = of_parts(&factors, &unit(), std::iter::empty(), 0.0, false);
        for shown in [none.grams(), none.usd(), none.watt_hours(), none.hours(), none.done()] {
            assert_eq!(shown, Shown::Unknown("no metrics of this period were read whole".to_owned()));
        }
        let idle = Tally { is_known: true, ..none };
        assert_eq!(idle.done(), Shown::exact(0.0, Unit::Count), "nobody called, which is known");
        assert!(idle.grams().figure().is_none() && idle.left_out().is_none());
    }
}
