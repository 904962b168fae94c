//! How jobs are run.

use std::collections::BTreeMap;

use app::view::{Feature, FeatureUse, Figure, ImageRow, MachineRow, PageState, PracticeRow, PracticeView, Shown, Unit};
use footprint::FactorSet;

use super::figures::{self, Sums};
use super::{lists, overview};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::lens::Lens;
use crate::http::query::Query;
use crate::kind::{Kind, Section};
use crate::store::filter::{GroupOrder, Grouping};
use crate::store::group::Group;
use crate::store::practice::{self, FeatureCount, MachineTime};

/// The features in the order of the columns, each with the word that the store counts it under.
const FEATURES: [(&str, Feature); 6] = [
    (
        "spot",
        Feature {
            name: "Spot",
            rule: "Used where the job ran on managed spot capacity. Not applicable where a warm pool was asked for, which spot excludes.",
        },
    ),
    (
        "checkpoints",
        Feature {
            name: "Checkpoints",
            rule: "Used where checkpoints are saved. Not applicable to jobs on demand that ran for less than an hour: they have little to lose.",
        },
    ),
    (
        "warm_pool",
        Feature {
            name: "Warm pool",
            rule: "Used where instances were to be kept after the end. Available where another run of the family was asked for within an hour of the end, the longest that a pool is kept.",
        },
    ),
    (
        "early_stopping",
        Feature {
            name: "Early stopping",
            rule: "Concerns trials of tuning jobs. Used where SageMaker or the Hyperband strategy gives up trials that fall behind.",
        },
    ),
    ("debugger", Feature { name: "Debugger", rule: "Used where a rule of Debugger watched the job." }),
    ("profiler", Feature { name: "Profiler", rule: "Used where Profiler was not switched off." }),
];

/// Loads how jobs are run.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, query: &Query) -> Result<PracticeView, Problem> {
    let filter = desk.filter(query);
    let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) else {
        return Ok(PracticeView { state: PageState::NoSource, ..PracticeView::default() });
    };
    let counts = practice::features(desk.connection(), estimate_id, &filter).await?;
    let times = practice::hours(desk.connection(), estimate_id, &filter).await?;
    let images = lists::grouped(desk, query, Grouping::Image, GroupOrder::DEAREST).await?;
    let state = match (times.is_empty(), images.state) {
        (true, PageState::Ready) => PageState::Ready,
        (true, other) => other,
        (false, _) => PageState::Ready,
    };
    let factors = desk.factors.clone();
    let teams = by_team(&counts);
    let machines = machines(&factors, &times);
    Ok(PracticeView {
        state,
        period: overview::spoken(filter.period),
        query_string: query.filter_string(filter.period),
        features: FEATURES.map(|(_, feature)| feature).to_vec(),
        all_teams: all(&teams),
        teams,
        all_machines: (machines.len() > 1).then(|| Time::of(&factors, &times).row(String::new())),
        machines,
        images: images.groups.iter().map(|group| image(&factors, group)).collect(),
    })
}

/// One row a team, with a count for each feature.
fn by_team(counts: &[FeatureCount]) -> Vec<PracticeRow> {
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    let of = |team: &[FeatureCount], word: &str| {
        team.iter().find(|each| each.feature == word).map_or_else(FeatureUse::default, |each| FeatureUse {
            used: count(each.used),
            available: count(each.available),
            not_applicable: count(each.not_applicable),
            unknown: count(each.unknown),
        })
    };
    let rows = counts.chunk_by(|a, b| a.team == b.team).filter_map(|team| {
        let first = team.first()?;
        Some(PracticeRow {
            team: first.team.clone(),
            jobs: count(first.jobs),
            uses: FEATURES.iter().map(|(word, _)| of(team, word)).collect(),
        })
    });
    rows.collect()
}

/// The sum of the rows, where there are several.
fn all(teams: &[PracticeRow]) -> Option<PracticeRow> {
    let sum = |place: usize| {
        teams.iter().filter_map(|row| row.uses.get(place)).fold(FeatureUse::default(), |all, each| FeatureUse {
            used: all.used + each.used,
            available: all.available + each.available,
            not_applicable: all.not_applicable + each.not_applicable,
            unknown: all.unknown + each.unknown,
        })
    };
    (teams.len() > 1).then(|| PracticeRow {
        team: String::new(),
        jobs: teams.iter().map(|row| row.jobs).sum(),
        uses: (0..FEATURES.len()).map(sum).collect(),
    })
}

/// Hours of machines by what they are, in seconds.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
struct Time {
    gpu: f64,
    neuron: f64,
    on_demand: f64,
    always_on: f64,
}

impl Time {
    fn of<'a>(factors: &FactorSet, times: impl IntoIterator<Item = &'a MachineTime>) -> Self {
        let mut all = Self::default();
        for time in times {
            let chips = factors.instance(&time.instance_type).map_or(0, |instance| instance.accelerator_count());
            let chip_seconds = time.instance_seconds * f64::from(chips);
            if is_neuron(&time.instance_type) {
                all.neuron += chip_seconds;
            } else {
                all.gpu += chip_seconds;
            }
            if is_always_on(time) {
                all.always_on += time.instance_seconds;
            } else {
                all.on_demand += time.instance_seconds;
            }
        }
        all
    }

    fn row(self, team: String) -> MachineRow {
        let hours = |seconds: f64| Shown::exact(seconds / 3_600.0, Unit::Hours);
        let share = |part: f64, rest: f64, reason: &str| {
            if part + rest > 0.0 {
                Shown::exact(100.0 * part / (part + rest), Unit::Percent)
            } else {
                Shown::Unknown(reason.to_owned())
            }
        };
        MachineRow {
            team,
            gpu_hours: hours(self.gpu),
            neuron_hours: hours(self.neuron),
            neuron_share: share(self.neuron, self.gpu, "no accelerator ran in this period"),
            on_demand_hours: hours(self.on_demand),
            always_on_hours: hours(self.always_on),
            always_on_share: share(self.always_on, self.on_demand, "nothing ran in this period"),
        }
    }
}

fn machines(factors: &FactorSet, times: &[MachineTime]) -> Vec<MachineRow> {
    let mut teams: BTreeMap<&str, Vec<&MachineTime>> = BTreeMap::new();
    for time in times {
        teams.entry(&time.team).or_default().push(time);
    }
    teams.into_iter().map(|(team, times)| Time::of(factors, times).row(team.to_owned())).collect()
}

/// Trainium and Inferentia, by the name of the instance type.
fn is_neuron(instance_type: &str) -> bool {
    let family = instance_type.strip_prefix("ml.").unwrap_or(instance_type);
    family.starts_with("trn") || family.starts_with("inf")
}

/// Whether it holds machines while nothing is asked of them.
fn is_always_on(time: &MachineTime) -> bool {
    let is_job = Kind::parse(&time.kind).is_some_and(|kind| kind.section() == Section::Jobs);
    !is_job && time.hosting_option != "serverless"
}

fn image(factors: &Lens, group: &Group) -> ImageRow {
    let sums = figures::sum_closed(factors, &group.parts);
    let made = match group.sort.as_str() {
        "built_in" => "built-in algorithm",
        "aws_container" => "AWS container",
        "own" => "own container",
        _ => "not told",
    };
    ImageRow {
        image: match group.name.as_str() {
            "" if made == "not told" => "Image not told".to_owned(),
            "" => app::parts::configuration_panel::capitalised(made),
            framework => format!("{framework} ({made})"),
        },
        jobs: u64::try_from(group.runs).unwrap_or_default(),
        hours: sums.hours(),
        cost: sums.cost(),
        energy: sums.energy(),
        emissions: sums.emissions(),
        per_hour: per_hour(&sums),
    }
}

/// Emissions of an instance-hour.
fn per_hour(sums: &Sums) -> Shown {
    let hours = sums.seconds.map(|seconds| seconds / 3_600.0).filter(|hours| *hours > 0.0);
    match (sums.emissions(), hours) {
        (Shown::Ready(figure), Some(hours)) => Shown::Ready(Figure {
            central: figure.central / hours,
            low: figure.low / hours,
            high: figure.high / hours,
            ..figure
        }),
        (missing @ (Shown::Unknown(_) | Shown::NotEvaluated(_) | Shown::TooNew(_)), _) => missing,
        (_, None) => Shown::Unknown("no instance-hours in this period".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(kind: &str, hosting_option: &str, instance_type: &str) -> MachineTime {
        MachineTime {
            team: String::new(),
            kind: kind.to_owned(),
            hosting_option: hosting_option.to_owned(),
            instance_type: instance_type.to_owned(),
            instance_seconds: 3_600.0,
        }
    }

    #[test]
    fn every_hour_is_always_on_or_on_demand_and_chips_are_counted_each() {
        let factors = Lens::builtin();
        let times = [
            time("training", "", "ml.g5.12xlarge"),
            time("training", "", "ml.trn1.2xlarge"),
            time("endpoint", "real_time", "ml.inf2.xlarge"),
            time("endpoint", "serverless", "ml.m5.large"),
            time("notebook", "", "ml.t3.medium"),
            time("app", "", "ml.no.such"),
        ];
        let all = Time::of(&factors, &times);
        assert_eq!((all.on_demand, all.always_on), (3.0 * 3_600.0, 3.0 * 3_600.0));
        assert_eq!((all.gpu / 3_600.0, all.neuron / 3_600.0), (4.0, 2.0));
    }

    #[test]
    fn the_row_of_all_is_the_sum_of_the_rows() {
        let count = |team: &str, feature: &str, used| FeatureCount {
            team: team.to_owned(),
            feature: feature.to_owned(),
            jobs: 5,
            used,
            available: 5 - used,
            not_applicable: 0,
            unknown: 0,
        };
        let rows = by_team(&[count("a", "profiler", 0), count("a", "spot", 2), count("b", "spot", 3)]);
        assert_eq!(rows.len(), 2);
        let whole = all(&rows).unwrap();
        assert_eq!((whole.jobs, whole.uses[0].used, whole.uses[0].percent()), (10, 5, Some(50.0)));
        assert_eq!(rows[1].uses[5].percent(), None, "what nobody counted is no zero");
        assert!(all(&rows[..1]).is_none());
    }
}
