//! The dictionary of key figures: what each is, how it is counted, and which way is better.

use app::view::{Better, Shown, Unit};
use rust_decimal::prelude::ToPrimitive as _;

use super::figures::Sums;
use super::work::Tally;

/// A key figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kpi {
    /// Dollars by the list.
    Cost,
    /// Facility energy.
    Energy,
    /// Operational, location-based, and embodied.
    Emissions,
    /// Grams per kilowatt-hour.
    GridIntensity,
    /// Share of endpoint hours that served nothing.
    IdleShare,
    /// Share of hours on things that stand.
    AlwaysOn,
    /// Share of cost with a team.
    Attributed,
    /// Share of hours with a utilisation series.
    Measured,
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
}

impl Kpi {
    /// Every key figure, in the order of the dictionary.
    pub const ALL: [Self; 8] = [
        Self::Cost,
        Self::Energy,
        Self::Emissions,
        Self::GridIntensity,
        Self::IdleShare,
        Self::AlwaysOn,
        Self::Attributed,
        Self::Measured,
    ];

    /// The word stored in `kpi_target.kpi`.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Energy => "energy",
            Self::Emissions => "emissions",
            Self::GridIntensity => "grid_intensity",
            Self::IdleShare => "idle_share",
            Self::AlwaysOn => "always_on_share",
            Self::Attributed => "attributed_share",
            Self::Measured => "measured_share",
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
            Self::GridIntensity => "Grid intensity",
            Self::IdleShare => "Idle endpoint hours",
            Self::AlwaysOn => "Always-on share",
            Self::Attributed => "Attributed share",
            Self::Measured => "Hours with metrics",
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
            Self::GridIntensity => {
                "How dirty the electricity was, weighed by where it was drawn: a cleaner grid is told from less energy."
            }
            Self::IdleShare => "Endpoint hours in which nobody called, of those that CloudWatch tells of.",
            Self::AlwaysOn => "Hours on what stands until somebody stops it, of all instance-hours.",
            Self::Attributed => "Cost that a rule over tags gives to a team.",
            Self::Measured => "Instance-hours with a utilisation series, so that no default load stands in.",
        }
    }

    /// How it is counted.
    #[must_use]
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Cost => "Σ billed seconds × list price",
            Self::Energy => "Σ instance-hours × power(type, utilisation) × PUE",
            Self::Emissions => "Σ energy × grid intensity + Σ instance-hours × embodied rate",
            Self::GridIntensity => "operational emissions ÷ energy",
            Self::IdleShare => "instance-hours without an invocation ÷ endpoint instance-hours",
            Self::AlwaysOn => "instance-hours of endpoints, notebooks, apps and clusters ÷ all instance-hours",
            Self::Attributed => "list cost with a team ÷ list cost",
            Self::Measured => "instance-hours with metrics ÷ instance-hours",
        }
    }

    /// Which way is good news.
    #[must_use]
    pub const fn better(self) -> Better {
        match self {
            Self::Attributed | Self::Measured => Better::Higher,
            _ => Better::Lower,
        }
    }

    /// The unit of the figure and of its target.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Cost => Unit::Usd,
            Self::Energy => Unit::KilowattHours,
            Self::Emissions => Unit::GramsCo2e,
            Self::GridIntensity => Unit::GramsPerKilowattHour,
            Self::IdleShare | Self::AlwaysOn | Self::Attributed | Self::Measured => Unit::Percent,
        }
    }

    /// Whether it grows with the period, so that its target is one of a week.
    #[must_use]
    pub const fn is_sum(self) -> bool {
        matches!(self, Self::Cost | Self::Energy | Self::Emissions)
    }

    /// What people type a target in, and how many of the base unit one of it is.
    #[must_use]
    pub const fn typed_in(self) -> (&'static str, f64) {
        match self {
            Self::Cost => ("$ a week", 1.0),
            Self::Energy => ("kWh a week", 1.0),
            Self::Emissions => ("kg CO₂e a week", 1_000.0),
            Self::GridIntensity => ("g/kWh", 1.0),
            Self::IdleShare | Self::AlwaysOn | Self::Attributed | Self::Measured => ("%", 1.0),
        }
    }

    /// The figure of a period.
    #[must_use]
    pub fn of(self, counted: Counted<'_>) -> Shown {
        let Counted { all, endpoints, standing } = counted;
        let nothing = || Shown::Unknown("no instance-hours in this period".to_owned());
        let seconds = all.seconds.filter(|seconds| *seconds > 0.0);
        match self {
            Self::Cost => all.cost(),
            Self::Energy => all.energy(),
            Self::Emissions => all.emissions(),
            Self::GridIntensity => all.grid_intensity(),
            Self::IdleShare => endpoints.idle_share(),
            Self::AlwaysOn => seconds.map_or_else(nothing, |seconds| {
                Shown::exact(100.0 * standing.seconds.unwrap_or_default() / seconds, Unit::Percent)
            }),
            Self::Attributed => match all.cost.and_then(|cost| cost.to_f64()).filter(|cost| *cost > 0.0) {
                Some(cost) => {
                    Shown::exact(100.0 * all.attributed_cost.to_f64().unwrap_or_default() / cost, Unit::Percent)
                }
                None => Shown::Unknown("no cost in this period".to_owned()),
            },
            Self::Measured => seconds
                .map_or_else(nothing, |seconds| Shown::exact(100.0 * all.metric_seconds / seconds, Unit::Percent)),
        }
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
