//! Sums of the ledger as figures with interval and tier, through `footprint`.

use app::view::{self, Figure, Shown, Unit};
use footprint::units::{KilowattHours, MicroWattHours};
use footprint::{Estimate, GroupKey, PartSums, Totals, totals, totals_closed};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use crate::http::Problem;
use crate::http::lens::Lens;
use crate::kind::{Kind, Section};
use crate::store::Origin;
use crate::store::part::{Part, plus};
use crate::store::selection::{Basis, CostBasis, Electricity, Hardware};

/// What a selection of the ledger adds up to.
#[derive(Debug, Clone, PartialEq)]
pub struct Sums {
    /// What [`Self::cost`] and [`Self::emissions`] count.
    pub basis: Basis,
    /// Energy, emissions and water; `None` where no factor is known for any of it.
    pub totals: Option<Totals>,
    /// What the totals are drawn over, one entry per instance type, region, kind and tier.
    pub groups: Vec<(GroupKey, PartSums)>,
    /// List cost, where a price is known for some of it.
    pub cost: Option<Decimal>,
    /// Instance-seconds; `None` where AWS gave no times.
    pub seconds: Option<f64>,
    /// Instance-seconds with a list price.
    pub priced_seconds: f64,
    /// Of those, what is priced by a dated table and not by AWS' list.
    pub indicative_seconds: f64,
    /// Billed cost, US dollars; `None` where no bill names any of it.
    pub billed: Option<Decimal>,
    /// The same with commitments spread over what they covered.
    pub effective: Option<Decimal>,
    /// Instance-seconds that the bill covers.
    pub billed_seconds: f64,
    /// Instance-seconds that served nothing.
    pub idle_seconds: f64,
    /// Instance-seconds in hours with a load that was measured.
    pub metric_seconds: f64,
    /// Requests, where there is a series.
    pub requests: Option<f64>,
    /// List cost with a team.
    pub attributed_cost: Decimal,
    /// List cost of what energy and emissions are estimated for.
    pub estimated_cost: Decimal,
    /// Market-based emissions of the electricity, g; `None` where they are not known of all of it.
    pub market_g: Option<f64>,
    /// Whether something is left out of energy and emissions.
    pub is_partial: bool,
    /// Whether AWS gave no times for some of it.
    pub is_untimed: bool,
    /// Types without a factor.
    pub unknown_types: Vec<String>,
    /// Of the facility's energy, what was weighed with the intensity of its own hour.
    pub hourly: MicroWattHours,
}

/// Adds parts up; intervals are drawn once over all groups, never summed.
pub fn sum<'a>(lens: &Lens, parts: impl IntoIterator<Item = &'a Part>) -> Sums {
    let mut sums = added(lens.basis, parts);
    sums.totals = (!sums.groups.is_empty()).then(|| totals(lens, &sums.groups));
    sums
}

/// The same for one of many rows: intervals from moments, without draws.
pub fn sum_closed<'a>(lens: &Lens, parts: impl IntoIterator<Item = &'a Part>) -> Sums {
    let mut sums = added(lens.basis, parts);
    sums.totals = (!sums.groups.is_empty()).then(|| totals_closed(lens, &sums.groups));
    sums
}

fn added<'a>(basis: Basis, parts: impl IntoIterator<Item = &'a Part>) -> Sums {
    let mut sums = Sums {
        basis,
        totals: None,
        groups: Vec::new(),
        cost: None,
        seconds: None,
        priced_seconds: 0.0,
        indicative_seconds: 0.0,
        billed: None,
        effective: None,
        billed_seconds: 0.0,
        idle_seconds: 0.0,
        metric_seconds: 0.0,
        requests: None,
        attributed_cost: Decimal::ZERO,
        estimated_cost: Decimal::ZERO,
        market_g: Some(0.0),
        is_partial: false,
        is_untimed: false,
        unknown_types: Vec::new(),
        hourly: MicroWattHours::default(),
    };
    for part in parts {
        match part.group() {
            Some((key, each)) => match sums.groups.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => *known += each,
                None => sums.groups.push((key, each)),
            },
            // Without times there is nothing to estimate, whatever the type.
            None if part.instance_seconds.is_some() && !sums.unknown_types.contains(&part.instance_type) => {
                sums.unknown_types.push(part.instance_type.clone());
            }
            None => {}
        }
        sums.cost = plus(sums.cost, part.cost);
        sums.seconds = plus(sums.seconds, part.instance_seconds);
        sums.requests = plus(sums.requests, part.requests);
        sums.hourly += part.hourly;
        sums.priced_seconds += part.priced_seconds;
        sums.indicative_seconds += part.indicative_seconds;
        sums.billed = plus(sums.billed, part.cost_billed);
        sums.effective = plus(sums.effective, part.cost_effective);
        sums.billed_seconds += part.billed_seconds;
        sums.idle_seconds += part.idle_seconds;
        sums.metric_seconds += part.metric_seconds;
        sums.attributed_cost += part.attributed_cost;
        if part.footprint.is_some() {
            sums.estimated_cost += part.cost.unwrap_or_default();
            sums.market_g = sums.market_g.zip(part.market).map(|(sum, market)| sum + to_f64(market.0) / 1e6);
        }
        sums.is_partial |= part.is_partial;
        sums.is_untimed |= part.is_untimed;
    }
    sums
}

impl Sums {
    /// Whether something is known to be left out.
    pub fn is_lower_bound(&self) -> bool {
        self.is_partial || self.is_untimed || !self.unknown_types.is_empty()
    }

    /// Facility energy.
    pub fn energy(&self) -> Shown {
        self.shown(|totals| totals.energy.map(|kwh| kwh.get()), Unit::KilowattHours)
    }

    /// The emissions that count.
    pub fn emissions(&self) -> Shown {
        match (self.basis.electricity, self.basis.hardware) {
            (Electricity::Location, Hardware::Counted) => self.total_emissions(),
            (Electricity::Location, Hardware::LeftOut) => self.operational(),
            (Electricity::Market, Hardware::Counted) => self.market_emissions(),
            (Electricity::Market, Hardware::LeftOut) => self.operational_market(),
        }
    }

    /// The central value of [`Self::emissions`], g.
    pub fn grams(&self) -> Option<f64> {
        self.emissions().figure().map(|figure| figure.central)
    }

    /// Operational emissions, location-based, and embodied ones together.
    pub fn total_emissions(&self) -> Shown {
        self.shown(|totals| totals.emissions.map(|g| g.get()), Unit::GramsCo2e)
    }

    /// Operational emissions, market-based, and embodied ones together. The two ranges are taken as independent of each other:
    /// one is that of how much is drawn, the other that of how much went into the hardware.
    pub fn market_emissions(&self) -> Shown {
        match (self.operational_market(), self.embodied()) {
            (Shown::Ready(market), Shown::Ready(embodied)) => Shown::Ready(together(&market, &embodied)),
            (Shown::Ready(_), unknown) | (unknown, _) => unknown,
        }
    }

    /// Location-based emissions of the electricity.
    pub fn operational(&self) -> Shown {
        self.shown(|totals| totals.operational.map(|g| g.get()), Unit::GramsCo2e)
    }

    /// Market-based emissions of the electricity. They follow the energy, so their range is that of the energy.
    pub fn operational_market(&self) -> Shown {
        let Some(totals) = &self.totals else {
            return Shown::Unknown(self.why_unknown());
        };
        let Some(market) = self.market_g else {
            return Shown::Unknown("no market-based factor is known for all of it".to_owned());
        };
        let energy = totals.energy.map(|kwh| kwh.get());
        let spread = |bound: f64| if energy.central > 0.0 { market * bound / energy.central } else { market };
        let (low, high) = (spread(energy.low), spread(energy.high));
        let figure = Figure::estimated(market, low, high, Unit::GramsCo2e, tier(energy.tier));
        Shown::Ready(if self.is_partial || !self.unknown_types.is_empty() { figure.lower_bound() } else { figure })
    }

    /// Water on and off site; at least so much where nothing is known of a power plant's.
    pub fn water(&self) -> Shown {
        let shown = self.shown(|totals| totals.water.map(|l| l.get()), Unit::Litres);
        let is_whole = |totals: &Totals| totals.water_completeness == footprint::Completeness::Complete;
        match shown {
            Shown::Ready(figure) if !self.totals.as_ref().is_some_and(is_whole) => figure.lower_bound().into(),
            shown => shown,
        }
    }

    /// The central value of [`Self::operational`], g.
    pub fn operational_g(&self) -> Option<f64> {
        self.totals.as_ref().map(|totals| totals.operational.central.get())
    }

    /// The central value of [`Self::embodied`], g.
    pub fn embodied_g(&self) -> Option<f64> {
        self.totals.as_ref().map(|totals| totals.embodied.central.get())
    }

    /// The share of making the hardware.
    pub fn embodied(&self) -> Shown {
        self.shown(|totals| totals.embodied.map(|g| g.get()), Unit::GramsCo2e)
    }

    /// The cost that counts.
    pub fn cost(&self) -> Shown {
        match self.basis.cost {
            CostBasis::List => self.list_cost(),
            CostBasis::Billed => self.billed_cost(),
            CostBasis::Effective => self.effective_cost(),
        }
    }

    /// The central value of [`Self::cost`], US dollars.
    pub fn usd(&self) -> Option<f64> {
        self.cost().figure().map(|figure| figure.central)
    }

    /// List cost; what no price is known for is left out and said so.
    pub fn list_cost(&self) -> Shown {
        let Some(cost) = self.cost.and_then(|cost| cost.to_f64()) else {
            return Shown::Unknown("no list price is known for this type in this region".to_owned());
        };
        let figure = Figure::exact(cost, Unit::Usd);
        let covers_all = self.seconds.is_none_or(|seconds| self.priced_seconds >= seconds - 0.5);
        Shown::Ready(if covers_all { figure } else { figure.lower_bound() })
    }

    /// Instance-hours.
    pub fn hours(&self) -> Shown {
        match self.seconds {
            Some(seconds) => {
                let figure = Figure::exact(seconds / 3600.0, Unit::Hours);
                Shown::Ready(if self.is_untimed { figure.lower_bound() } else { figure })
            }
            None => Shown::Unknown("AWS gave no times".to_owned()),
        }
    }

    /// Share of the instance-hours that served nothing.
    pub fn idle_share(&self) -> Shown {
        match self.seconds.filter(|seconds| *seconds > 0.0) {
            Some(_) if self.idle_seconds <= 0.0 && self.metric_seconds <= 0.0 => {
                Shown::Unknown("no metrics tell what was served".to_owned())
            }
            Some(seconds) => Shown::exact(100.0 * self.idle_seconds / seconds, Unit::Percent),
            None => Shown::Unknown("no instance-hours in this period".to_owned()),
        }
    }

    /// Grams of electricity per kilowatt-hour, as the regions used weigh it.
    pub fn grid_intensity(&self) -> Shown {
        let Some(totals) = self.totals.as_ref().filter(|totals| totals.energy.central.get() > 0.0) else {
            return Shown::Unknown("no energy in this period".to_owned());
        };
        let grams = totals.operational.central.get() / totals.energy.central.get();
        Shown::exact(grams, Unit::GramsPerKilowattHour)
    }

    /// How the location-based intensity was resolved in time, in words.
    pub fn resolution(&self) -> String {
        let facility = self.totals.as_ref().map_or(0.0, |totals| totals.energy.central.get());
        let hourly = KilowattHours::from(self.hourly).get();
        match (100.0 * hourly / facility).round() {
            _ if facility <= 0.0 || hourly <= 0.0 => "Location-based, annual averages".to_owned(),
            100.0.. => "Location-based, hour by hour".to_owned(),
            share => format!("Location-based, hour by hour for {share} % of the energy, else annual averages"),
        }
    }

    /// Share of the instance-hours that a list price covers, percent.
    pub fn priced_share(&self) -> Option<f64> {
        self.seconds.filter(|seconds| *seconds > 0.0).map(|seconds| 100.0 * self.priced_seconds / seconds)
    }

    /// What AWS billed; unknown where no bill was imported for it.
    pub fn billed_cost(&self) -> Shown {
        self.of_the_bill(self.billed)
    }

    /// What it cost with commitments spread over what they covered.
    pub fn effective_cost(&self) -> Shown {
        self.of_the_bill(self.effective)
    }

    fn of_the_bill(&self, amount: Option<Decimal>) -> Shown {
        let Some(usd) = amount.and_then(|amount| amount.to_f64()) else {
            return Shown::Unknown("no bill was imported for it".to_owned());
        };
        let figure = Figure::exact(usd, Unit::Usd);
        let covers_all = self.seconds.is_none_or(|seconds| self.billed_seconds >= seconds - 0.5);
        Shown::Ready(if covers_all { figure } else { figure.lower_bound() })
    }

    /// Share of the instance-hours that the bill covers, percent; `None` where no bill names any.
    pub fn billed_share(&self) -> Option<f64> {
        let seconds = self.seconds.filter(|seconds| *seconds > 0.0)?;
        self.billed.map(|_| 100.0 * self.billed_seconds / seconds)
    }

    /// Which prices the cost rests on, and how much of the instance-hours they cover; `None` where nothing ran.
    pub fn price_basis(&self, origin: Origin) -> Option<String> {
        let share = self.priced_share()?;
        let list = match origin {
            Origin::Demo => "Demo list prices",
            Origin::Aws | Origin::Upload => "AWS list prices",
        };
        let indicative = (100.0 * self.indicative_seconds / self.priced_seconds.max(1.0)).round();
        let basis = match indicative {
            100.0.. => "Indicative list prices".to_owned(),
            1.0.. => format!("{list}, {indicative} % of the hours at indicative ones"),
            _ => list.to_owned(),
        };
        Some(format!("{basis}, covering {share:.0} % of instance-hours"))
    }

    fn shown(&self, of: impl Fn(&Totals) -> Estimate<f64>, unit: Unit) -> Shown {
        let Some(totals) = &self.totals else {
            return Shown::Unknown(self.why_unknown());
        };
        let estimate = of(totals);
        let figure = Figure::estimated(estimate.central, estimate.low, estimate.high, unit, tier(estimate.tier));
        Shown::Ready(if self.is_partial || !self.unknown_types.is_empty() { figure.lower_bound() } else { figure })
    }

    fn why_unknown(&self) -> String {
        if self.is_untimed && self.seconds.is_none() {
            return "AWS gave no times".to_owned();
        }
        match self.unknown_types.first() {
            Some(instance_type) if !instance_type.is_empty() => format!("{instance_type} is not in the factor tables"),
            _ => "nothing ran in this period".to_owned(),
        }
    }
}

/// A sum of two estimates whose errors have nothing in common: the ends lie as far out as the hypotenuse of both distances.
pub fn together(a: &Figure, b: &Figure) -> Figure {
    let central = a.central + b.central;
    let low = central - (a.central - a.low).hypot(b.central - b.low);
    let high = central + (a.high - a.central).hypot(b.high - b.central);
    let figure = Figure { low, high, central, tier: a.tier.max(b.tier), ..*a };
    if b.completeness == view::Completeness::Complete { figure } else { figure.lower_bound() }
}

/// The tier as the page names it.
pub fn tier(tier: footprint::Tier) -> view::Tier {
    match tier {
        footprint::Tier::T0 => view::Tier::T0,
        footprint::Tier::T1 => view::Tier::T1,
        footprint::Tier::T2 => view::Tier::T2,
        footprint::Tier::T3 => view::Tier::T3,
        footprint::Tier::T4 => view::Tier::T4,
    }
}

/// Last segment of a resource's address: its name for people, its number for the program.
pub fn slug(name: &str, resource_id: i64) -> String {
    unescaped_slug(&crate::http::query::escape(name), resource_id)
}

/// The same for where it is escaped by who sends it: a field of a form, a parameter.
pub fn unescaped_slug(name: &str, resource_id: i64) -> String {
    format!("{name}.{:016x}", resource_id.cast_unsigned())
}

/// Where a resource has its page: its number, its kind and its name.
pub fn href((resource_id, kind, name): &(i64, String, String)) -> String {
    let list = Kind::parse(kind).map_or(Section::Jobs, Kind::section);
    format!("/{}/{}", list.as_str(), slug(name, *resource_id))
}

/// The answer where a resource of a list is not there.
pub const fn missing(section: Section) -> Problem {
    match section {
        Section::Jobs => Problem::NoSuchThing { what: "job", list: "/jobs" },
        Section::Endpoints => Problem::NoSuchThing { what: "endpoint", list: "/endpoints" },
        Section::Notebooks => Problem::NoSuchThing { what: "notebook", list: "/notebooks" },
        Section::Workloads => Problem::NoSuchThing { what: "workload", list: "/workloads" },
    }
}

/// The number in the last segment of an address, as the router unescapes it.
pub fn number(segment: &str) -> Option<i64> {
    let (_, hex) = segment.rsplit_once('.')?;
    (hex.len() == 16 && hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))).then_some(())?;
    u64::from_str_radix(hex, 16).ok().map(u64::cast_signed)
}

/// Whether the last segment of an address, as the router unescapes it, names this.
pub fn names(segment: &str, name: &str) -> bool {
    segment.rsplit_once('.').is_some_and(|(said, _)| said == name)
}

/// For what a page shows with three digits.
#[expect(clippy::cast_precision_loss, reason = "the page shows three digits of a whole number")]
pub const fn to_f64(number: i64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use app::view::Completeness;
    use footprint::units::{MicroWattHours, Micrograms, Microlitres};
    use footprint::{GroupKey, PartSums, Tier, WorkloadKind, totals_closed};

    use super::{Figure, Lens, Unit, names, number, slug, sum_closed, together};
    use crate::store::selection::{Basis, CostBasis, Electricity, Hardware};

    #[test]
    fn water_is_at_least_so_much_where_nothing_is_known_of_power_plants() {
        let factors = Lens::builtin();
        let of = |region: &str| {
            let key = GroupKey {
                instance_type: "ml.m5.xlarge".to_owned(),
                region: region.to_owned(),
                kind: WorkloadKind::Training,
                tier: Tier::T2,
            };
            let mut sums = sum_closed(&factors, []);
            sums.groups = vec![(key, PartSums { water: Microlitres(3_000_000), ..PartSums::default() })];
            sums.totals = Some(totals_closed(&factors, &sums.groups));
            sums.water().figure().unwrap().completeness
        };
        assert_eq!(of("us-east-1"), Completeness::Complete);
        assert_eq!(of("ap-southeast-1"), Completeness::LowerBound);
    }

    #[test]
    fn a_basis_counts_the_components_that_it_names() {
        let key = GroupKey {
            instance_type: "ml.g5.xlarge".to_owned(),
            region: "us-east-1".to_owned(),
            kind: WorkloadKind::Training,
            tier: Tier::T2,
        };
        let own = PartSums {
            facility: MicroWattHours(5_000_000_000),
            operational: Micrograms(2_000_000_000),
            embodied_host: Micrograms(300_000_000),
            embodied_accelerator: Micrograms(200_000_000),
            instance_seconds: 3_600.0,
            ..PartSums::default()
        };
        let mut lens = Lens::builtin();
        let mut of = |electricity, hardware, market| {
            lens.basis = Basis { cost: CostBasis::List, electricity, hardware };
            let mut sums = sum_closed(&lens, []);
            sums.groups = vec![(key.clone(), own)];
            sums.totals = Some(totals_closed(&lens, &sums.groups));
            sums.market_g = market;
            sums.grams()
        };
        assert_eq!(of(Electricity::Location, Hardware::Counted, None), Some(2_500.0));
        assert_eq!(of(Electricity::Location, Hardware::LeftOut, None), Some(2_000.0));
        assert_eq!(of(Electricity::Market, Hardware::Counted, Some(100.0)), Some(600.0));
        assert_eq!(of(Electricity::Market, Hardware::LeftOut, Some(100.0)), Some(100.0));
        assert_eq!(of(Electricity::Market, Hardware::Counted, None), None, "unknown is not nothing");
    }

    #[test]
    fn errors_that_have_nothing_in_common_add_as_the_sides_of_a_right_angle() {
        let a = Figure::estimated(10.0, 7.0, 14.0, Unit::GramsCo2e, Tier::T2);
        let b = Figure::estimated(20.0, 16.0, 23.0, Unit::GramsCo2e, Tier::T3).lower_bound();
        let both = together(&a, &b);
        assert_eq!((both.central, both.low, both.high), (30.0, 25.0, 35.0));
        assert_eq!((both.tier, both.completeness), (Some(Tier::T3), Completeness::LowerBound));
        assert_eq!(together(&b, &a), both);
    }

    #[test]
    fn addresses_are_read_back() {
        for id in [0, 1, -1, i64::MIN, i64::MAX] {
            assert_eq!(number(&slug("a-job", id)), Some(id));
        }
        for wrong in ["", "job", "job.12", "job.zzzzzzzzzzzzzzzz", "job.+000000000000001", "job.ABCDEF0000000000"] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_number_under_another_name_is_another_address() {
        assert!(names(&slug("a-job", 7), "a-job"));
        assert!(!names(&slug("a-job", 7), "b-job") && !names("a-job", "a-job"));
    }
}
