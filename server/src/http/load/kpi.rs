//! The dictionary of key figures: what each is, how it is counted, and which way is better.

use app::parts::{figure, number};
use app::view::{Better, Shown, Unit};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::figures::{Sums, to_f64};
use super::required::Tally as Alarms;
use super::work::Tally;
use crate::store::key_figure::KeyFigures;

/// A key figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kpi {
    /// Dollars by the list.
    Cost,
    /// Facility energy.
    Energy,
    /// Operational, location-based, and embodied.
    Emissions,
    /// Of the electricity, location-based.
    OperationalLocation,
    /// Of the electricity, market-based.
    OperationalMarket,
    /// Of making the hardware.
    Embodied,
    /// Grams per kilowatt-hour.
    GridIntensity,
    /// Share of endpoint hours that served nothing.
    IdleShare,
    /// Share of hours on things that stand.
    AlwaysOn,
    /// Hours in which variants that can do without instances had none.
    ScaledToZero,
    /// Share of jobs that failed.
    FailureRate,
    /// Share of cost that bought nothing.
    WasteShare,
    /// Share of cost with a team.
    Attributed,
    /// Share of cost with an estimate.
    Estimated,
    /// Share of hours with a utilisation series.
    Measured,
    /// Share of the windows of metrics that were read.
    Completeness,
    /// Share of the alarms that endpoints should have.
    AlarmCoverage,
}

/// What the figures of a period are counted from.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    /// Everything.
    pub all: &'a Sums,
    /// Endpoints alone.
    pub endpoints: &'a Sums,
    /// What stands until somebody stops it: endpoints, notebooks, apps and clusters.
    pub standing: &'a Sums,
    /// What is counted beside the sums; `None` before the first estimate.
    pub beside: Option<&'a KeyFigures>,
    /// Alarms of the endpoints among them; `None` before the first estimate.
    pub alarms: Option<&'a Alarms>,
}

impl Kpi {
    /// Every key figure, in the order of the dictionary.
    pub const ALL: [Self; 17] = [
        Self::Cost,
        Self::Energy,
        Self::Emissions,
        Self::OperationalLocation,
        Self::OperationalMarket,
        Self::Embodied,
        Self::GridIntensity,
        Self::IdleShare,
        Self::AlwaysOn,
        Self::ScaledToZero,
        Self::FailureRate,
        Self::WasteShare,
        Self::Attributed,
        Self::Estimated,
        Self::Measured,
        Self::Completeness,
        Self::AlarmCoverage,
    ];

    /// The word stored in `kpi_target.kpi`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Energy => "energy",
            Self::Emissions => "emissions",
            Self::OperationalLocation => "operational_location",
            Self::OperationalMarket => "operational_market",
            Self::Embodied => "embodied",
            Self::GridIntensity => "grid_intensity",
            Self::IdleShare => "idle_share",
            Self::AlwaysOn => "always_on_share",
            Self::ScaledToZero => "scale_to_zero_hours",
            Self::FailureRate => "failure_rate",
            Self::WasteShare => "waste_share",
            Self::Attributed => "attributed_share",
            Self::Estimated => "estimation_coverage",
            Self::Measured => "measured_share",
            Self::Completeness => "data_completeness",
            Self::AlarmCoverage => "alarm_coverage",
        }
    }

    /// The figure of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|each| each.key() == word)
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Cost => "Cost",
            Self::Energy => "Energy",
            Self::Emissions => "Emissions",
            Self::OperationalLocation => "Operational emissions, location-based",
            Self::OperationalMarket => "Operational emissions, market-based",
            Self::Embodied => "Embodied emissions",
            Self::GridIntensity => "Grid intensity",
            Self::IdleShare => "Idle endpoint hours",
            Self::AlwaysOn => "Always-on share",
            Self::ScaledToZero => "Scale-to-zero hours",
            Self::FailureRate => "Failure rate",
            Self::WasteShare => "Waste share",
            Self::Attributed => "Attributed share",
            Self::Estimated => "Estimation coverage",
            Self::Measured => "Hours with metrics",
            Self::Completeness => "Data completeness",
            Self::AlarmCoverage => "Alarm coverage",
        }
    }

    /// What it is, in a sentence.
    #[must_use]
    pub const fn definition(self) -> &'static str {
        match self {
            Self::Cost => "What the instance-hours cost at list prices, before discounts.",
            Self::Energy => "Electricity of the machines and of what cools and feeds them.",
            Self::Emissions => {
                "Greenhouse gases of the electricity where it was drawn, and the share of making the hardware."
            }
            Self::OperationalLocation => {
                "Greenhouse gases of the electricity, by the grid where it was drawn; the part of the emissions above that a cleaner grid or less energy changes."
            }
            Self::OperationalMarket => {
                "Greenhouse gases of the same electricity, by what was bought for it. It stands beside the location-based figure and is never added to it."
            }
            Self::Embodied => "The share of making the hardware that falls on the hours it was used.",
            Self::GridIntensity => {
                "How dirty the electricity was, weighed by where it was drawn: a cleaner grid is told from less energy."
            }
            Self::IdleShare => "Endpoint hours in which nobody called, of those that CloudWatch tells of.",
            Self::AlwaysOn => "Hours on what stands until somebody stops it, of all instance-hours.",
            Self::ScaledToZero => {
                "Hours in which serverless and asynchronous variants, which can do without instances, had none."
            }
            Self::FailureRate => {
                "Jobs that failed, of those that ended by themselves. What somebody stopped is neither."
            }
            Self::WasteShare => {
                "Cost that bought nothing: jobs that failed or were stopped, endpoint hours in which nobody called, and instances kept warm. Trials after the best one are told on the page of a tuning job and are not in it."
            }
            Self::Attributed => "Cost that a rule over tags gives to a team. An owner is not asked for.",
            Self::Estimated => {
                "Cost of what energy and emissions are estimated for; the rest ran on types that the factor tables do not know. 95 % is a fair aim."
            }
            Self::Measured => "Instance-hours with a utilisation series, so that no default load stands in.",
            Self::Completeness => {
                "Windows of CloudWatch metrics that were read whole, of all that the period holds, over accounts and regions."
            }
            Self::AlarmCoverage => {
                "Alarms of those that an endpoint of its kind should have, over the endpoints that AWS has now, whatever the period. Where alarms could not be read, none is counted as missing."
            }
        }
    }

    /// How it is counted.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Cost => "Σ billed seconds × list price",
            Self::Energy => "Σ instance-hours × power(type, utilisation) × PUE",
            Self::Emissions => "Σ energy × grid intensity + Σ instance-hours × embodied rate",
            Self::OperationalLocation => "Σ energy × location-based grid intensity",
            Self::OperationalMarket => "Σ energy × market-based grid intensity; the range is that of the energy",
            Self::Embodied => "Σ instance-hours × embodied rate",
            Self::GridIntensity => "operational emissions ÷ energy",
            Self::IdleShare => "instance-hours without an invocation ÷ endpoint instance-hours",
            Self::AlwaysOn => "instance-hours of endpoints, notebooks, apps and clusters ÷ all instance-hours",
            Self::ScaledToZero => "Σ over variants: hours in service − hours with an instance",
            Self::FailureRate => "failed jobs ÷ (completed + failed jobs) that ended in the period",
            Self::WasteShare => "list cost of failed jobs + stopped jobs + idle hours ÷ list cost",
            Self::Attributed => "list cost with a team ÷ list cost",
            Self::Estimated => "list cost with an estimate ÷ list cost",
            Self::Completeness => "windows read whole ÷ windows",
            Self::AlarmCoverage => "required alarms that are there ÷ required alarms",
            Self::Measured => "instance-hours with metrics ÷ instance-hours",
        }
    }

    /// Which way is good news.
    #[must_use]
    pub const fn better(self) -> Better {
        match self {
            Self::Attributed
            | Self::Estimated
            | Self::Measured
            | Self::Completeness
            | Self::ScaledToZero
            | Self::AlarmCoverage => Better::Higher,
            _ => Better::Lower,
        }
    }

    /// The unit of the figure and of its target.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Cost => Unit::Usd,
            Self::Energy => Unit::KilowattHours,
            Self::Emissions | Self::OperationalLocation | Self::OperationalMarket | Self::Embodied => Unit::GramsCo2e,
            Self::GridIntensity => Unit::GramsPerKilowattHour,
            Self::ScaledToZero => Unit::Hours,
            _ => Unit::Percent,
        }
    }

    /// Whether it grows with the period, so that its target is one of a week.
    #[must_use]
    pub const fn is_sum(self) -> bool {
        matches!(
            self,
            Self::Cost
                | Self::Energy
                | Self::Emissions
                | Self::OperationalLocation
                | Self::OperationalMarket
                | Self::Embodied
                | Self::ScaledToZero
        )
    }

    /// What people type a target in, and how many of the base unit one of it is.
    #[must_use]
    pub const fn typed_in(self) -> (&'static str, f64) {
        match self {
            Self::Cost => ("$ a week", 1.0),
            Self::Energy => ("kWh a week", 1.0),
            Self::Emissions | Self::OperationalLocation | Self::OperationalMarket | Self::Embodied => {
                ("kg CO₂e a week", 1_000.0)
            }
            Self::ScaledToZero => ("h a week", 1.0),
            Self::GridIntensity => ("g/kWh", 1.0),
            _ => ("%", 1.0),
        }
    }

    /// The figure of a period.
    #[must_use]
    pub fn of(self, counted: Counted<'_>) -> Shown {
        let Counted { all, endpoints, standing, beside, alarms } = counted;
        let nothing = || Shown::Unknown("no instance-hours in this period".to_owned());
        let seconds = all.seconds.filter(|seconds| *seconds > 0.0);
        let of_hours =
            |part: f64| seconds.map_or_else(nothing, |seconds| Shown::exact(100.0 * part / seconds, Unit::Percent));
        match self {
            Self::Cost => all.list_cost(),
            Self::Energy => all.energy(),
            Self::Emissions => all.total_emissions(),
            Self::OperationalLocation => all.operational(),
            Self::OperationalMarket => all.operational_market(),
            Self::Embodied => all.embodied(),
            Self::GridIntensity => all.grid_intensity(),
            Self::IdleShare => endpoints.idle_share(),
            Self::AlwaysOn => of_hours(standing.seconds.unwrap_or_default()),
            Self::Attributed => of_cost(all, all.attributed_cost),
            Self::Estimated => of_cost(all, all.estimated_cost),
            Self::Measured => of_hours(all.metric_seconds),
            Self::ScaledToZero | Self::FailureRate | Self::WasteShare | Self::Completeness => {
                beside.map_or_else(nothing_yet, |beside| self.beside(all, beside))
            }
            Self::AlarmCoverage => alarms.map_or_else(nothing_yet, Alarms::share),
        }
    }

    /// The figures that the ledger alone does not tell.
    fn beside(self, all: &Sums, beside: &KeyFigures) -> Shown {
        let share = |part: i64, whole: i64, nothing: &str| match whole {
            0 => Shown::Unknown(nothing.to_owned()),
            whole => Shown::exact(100.0 * to_f64(part) / to_f64(whole), Unit::Percent),
        };
        match self {
            Self::FailureRate => share(beside.failed_jobs, beside.finished_jobs, "no job ended in this period"),
            Self::Completeness => {
                share(beside.windows_read, beside.windows, "no window of metrics lies in this period")
            }
            Self::ScaledToZero if beside.zero_variants == 0 => {
                Shown::Unknown("no endpoint can do without instances".to_owned())
            }
            Self::ScaledToZero => Shown::exact(beside.zero_hours, Unit::Hours),
            _ => {
                let parts = [beside.failed_cost, beside.stopped_cost, beside.idle_cost];
                of_cost(all, parts.into_iter().flatten().sum())
            }
        }
    }

    /// What a figure consists of, in words; nothing where it speaks for itself.
    #[must_use]
    pub fn parts(self, counted: Counted<'_>) -> Option<String> {
        let (beside, alarms) = counted.beside.zip(counted.alarms)?;
        let usd = |cost: Option<Decimal>| {
            figure::text(&Shown::exact(cost.and_then(|cost| cost.to_f64()).unwrap_or_default(), Unit::Usd))
        };
        match self {
            Self::FailureRate if beside.finished_jobs > 0 => {
                Some(format!("{} of {} jobs", number::count(beside.failed_jobs), number::count(beside.finished_jobs)))
            }
            Self::Completeness if beside.windows > 0 => {
                Some(format!("{} of {} windows", number::count(beside.windows_read), number::count(beside.windows)))
            }
            Self::ScaledToZero if beside.zero_variants > 0 => {
                Some(format!("over {} variants", number::count(beside.zero_variants)))
            }
            Self::AlarmCoverage => alarms.words(),
            Self::WasteShare => Some(format!(
                "failed jobs {}, stopped jobs {}, idle and warm hours {}",
                usd(beside.failed_cost),
                usd(beside.stopped_cost),
                usd(beside.idle_cost)
            )),
            _ => None,
        }
    }
}

fn nothing_yet() -> Shown {
    Shown::Unknown("nothing was estimated yet".to_owned())
}

/// A part of the list cost, percent.
fn of_cost(all: &Sums, part: Decimal) -> Shown {
    match all.cost.and_then(|cost| cost.to_f64()).filter(|cost| *cost > 0.0) {
        Some(cost) => Shown::exact(100.0 * part.to_f64().unwrap_or_default() / cost, Unit::Percent),
        None => Shown::Unknown("no cost in this period".to_owned()),
    }
}

/// A key figure of one unit of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PerUnit {
    /// Grams.
    Carbon,
    /// Dollars.
    Cost,
    /// Watt-hours.
    Energy,
    /// Instance-hours.
    Hours,
}

impl PerUnit {
    /// Every key figure of a unit, in the order of the dictionary.
    pub const ALL: [Self; 4] = [Self::Carbon, Self::Cost, Self::Energy, Self::Hours];

    const fn word(self) -> &'static str {
        match self {
            Self::Carbon => "carbon_of_work",
            Self::Cost => "cost_of_work",
            Self::Energy => "energy_of_work",
            Self::Hours => "hours_of_work",
        }
    }

    /// What stands in `kpi_target.kpi` for a unit.
    #[must_use]
    pub fn key(self, unit: &str) -> String {
        format!("{}.{unit}", self.word())
    }

    /// The figure of a stored key, and the key of its unit.
    #[must_use]
    pub fn parse(key: &str) -> Option<(Self, &str)> {
        let (word, unit) = key.split_once('.')?;
        Self::ALL.into_iter().find(|each| each.word() == word).map(|each| (each, unit))
    }

    /// What people call it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Carbon => "Carbon intensity of work",
            Self::Cost => "Cost per unit of work",
            Self::Energy => "Energy per unit of work",
            Self::Hours => "Resource usage efficiency",
        }
    }

    /// What it is, in a sentence.
    #[must_use]
    pub const fn definition(self) -> &'static str {
        match self {
            Self::Carbon => "Emissions of the resources for a unit of what they did; waiting and failing weigh on it.",
            Self::Cost => "What the resources cost at list prices for a unit of what they did.",
            Self::Energy => "Electricity of the resources for a unit of what they did.",
            Self::Hours => "Instance-hours that a unit of work took.",
        }
    }

    /// How it is counted.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Carbon => "Σ emissions ÷ Σ work",
            Self::Cost => "Σ list cost ÷ Σ work",
            Self::Energy => "Σ energy ÷ Σ work",
            Self::Hours => "Σ instance-hours ÷ Σ work",
        }
    }

    /// The unit of the figure and of its target.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Carbon => Unit::GramsPerUnit,
            Self::Cost => Unit::UsdPerUnit,
            Self::Energy => Unit::WattHoursPerUnit,
            Self::Hours => Unit::HoursPerUnit,
        }
    }

    /// What people type a target in.
    #[must_use]
    pub const fn typed_in(self) -> &'static str {
        match self {
            Self::Carbon => "g a unit",
            Self::Cost => "$ a unit",
            Self::Energy => "Wh a unit",
            Self::Hours => "h a unit",
        }
    }

    /// The figure of a unit.
    #[must_use]
    pub fn of(self, tally: &Tally) -> Shown {
        match self {
            Self::Carbon => tally.grams(),
            Self::Cost => tally.usd(),
            Self::Energy => tally.watt_hours(),
            Self::Hours => tally.hours(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_found_by_its_word_and_says_what_it_is() {
        for kpi in Kpi::ALL {
            assert_eq!(Kpi::parse(kpi.key()), Some(kpi));
            assert!(kpi.definition().ends_with('.') && !kpi.formula().is_empty());
            assert_eq!(kpi.is_sum(), kpi.typed_in().0.ends_with("a week"), "{kpi:?}");
        }
        assert_eq!(Kpi::parse("luck"), None);
        for each in PerUnit::ALL {
            let key = each.key("training_runs-2");
            assert_eq!(PerUnit::parse(&key), Some((each, "training_runs-2")));
            assert_eq!(Kpi::parse(&key), None);
            assert!(each.definition().ends_with('.') && each.typed_in().ends_with("a unit"));
        }
        assert_eq!(PerUnit::parse("cost"), None);
    }
}
