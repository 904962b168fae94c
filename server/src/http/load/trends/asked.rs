//! What an address of the trends page asks for, and what is shown where that makes no sense.

use app::view::{Choice, Choices, Chooser};
use chrono::NaiveDate;

use crate::http::query::Query;
use crate::store::selection::{Dimension, Period};
use crate::store::step::Step;
use crate::trend::Metric;

/// The page's own parameters, in the order of its address.
pub const PARAMETERS: [&str; 5] = ["metric", "group", "second", "gran", "chart"];

/// Buckets of a drawing, unless the address asks for a step.
const USUAL_BUCKETS: u64 = 62;
/// Buckets of a drawing at most.
const MOST_BUCKETS: u64 = 370;

/// How the ledger is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawing {
    /// Stacked bars.
    Bars,
    /// Stacked areas.
    Area,
    /// A line a group.
    Lines,
    /// A field of groups and buckets.
    Heat,
    /// A field of the hours of the week.
    Week,
}

impl Drawing {
    const ALL: [Self; 5] = [Self::Bars, Self::Area, Self::Lines, Self::Heat, Self::Week];

    const fn as_str(self) -> &'static str {
        match self {
            Self::Bars => "bars",
            Self::Area => "area",
            Self::Lines => "lines",
            Self::Heat => "heat",
            Self::Week => "week",
        }
    }

    const fn label(self) -> &'static str {
        match self {
            Self::Bars => "Stacked bars",
            Self::Area => "Stacked areas",
            Self::Lines => "Lines",
            Self::Heat => "Heat map",
            Self::Week => "Hours of the week",
        }
    }
}

/// What is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What is followed.
    pub metric: Metric,
    /// First grouping; `None` is all together.
    pub group: Option<Dimension>,
    /// Second grouping.
    pub second: Option<Dimension>,
    /// Length of the buckets.
    pub step: Step,
    /// How it is drawn.
    pub drawing: Drawing,
    /// What is shown otherwise than asked for, and why.
    pub remarks: Vec<String>,
    step_word: Option<Step>,
    drawing_word: Option<Drawing>,
}

impl Asked {
    /// Reads the page's own parameters. What means nothing is listed as ignored, and the query holds them in their one
    /// spelling afterwards.
    pub fn read(query: &mut Query, today: NaiveDate) -> Self {
        let period = query.period(today);
        let mut asked = Self {
            metric: Metric::Cost,
            group: Some(Dimension::Team),
            second: None,
            step: Step::fitting(period, USUAL_BUCKETS),
            drawing: Drawing::Bars,
            remarks: Vec::new(),
            step_word: None,
            drawing_word: None,
        };
        for (key, value) in std::mem::take(&mut query.own) {
            if asked.take(key, &value).is_none() {
                query.ignored.push(format!("{key}={}", value.chars().take(40).collect::<String>()));
            }
        }
        asked.metric = asked.metric.counted(query.basis);
        if matches!(asked.metric, Metric::Grid | Metric::PerThousand) && !query.basis.has_usual_emissions() {
            asked.remarks.push(format!("{} is location-based, whatever else counts.", asked.metric.label()));
        }
        if asked.group.is_none() || asked.second == asked.group {
            asked.second = None;
        }
        asked.settle(period);
        query.own = asked.pairs();
        asked
    }

    fn take(&mut self, key: &str, value: &str) -> Option<()> {
        let dimension = || -> Option<Option<Dimension>> {
            match value {
                "none" => Some(None),
                word => Dimension::ALL.into_iter().find(|each| each.as_str() == word).map(Some),
            }
        };
        match key {
            "metric" => self.metric = Metric::parse(value)?,
            "group" => self.group = dimension()?,
            "second" => self.second = dimension()?,
            // `auto` is what the form sends for "as the period has it".
            "gran" if value == "auto" => self.step_word = None,
            "gran" => self.step_word = Some(Step::ALL.into_iter().find(|step| step.as_str() == value)?),
            "chart" => {
                self.drawing_word = Some(Drawing::ALL.into_iter().find(|drawing| drawing.as_str() == value)?);
            }
            _ => return None,
        }
        Some(())
    }

    fn settle(&mut self, period: Period) {
        if let Some(step) = self.step_word {
            let finest = Step::fitting(period, MOST_BUCKETS);
            if step == Step::Hour && !self.metric.is_of_hours() {
                let label = self.metric.label();
                self.remarks.push(format!("{label} is not known by the hour; it is shown by {}.", finest.as_str()));
                self.step = finest;
            } else if step == Step::Month || step.fits(period, MOST_BUCKETS) {
                self.step = step;
            } else {
                self.remarks.push(format!(
                    "This period has too many {}s to be seen; it is shown by {}.",
                    step.as_str(),
                    finest.as_str()
                ));
                self.step = finest;
            }
        }
        let usual = if self.metric.is_ratio() { Drawing::Lines } else { Drawing::Bars };
        self.drawing = self.drawing_word.unwrap_or(usual);
        if self.metric.is_ratio() && matches!(self.drawing, Drawing::Bars | Drawing::Area) {
            self.remarks.push("A ratio does not stack, so it is drawn as lines.".to_owned());
            self.drawing = Drawing::Lines;
        }
        if self.drawing == Drawing::Week && !self.metric.is_of_footprints() {
            self.remarks.push(
                "The hours of the week are known of energy, water and emissions alone; groups are shown instead."
                    .to_owned(),
            );
            self.drawing = Drawing::Heat;
        }
        if self.drawing_word == Some(usual) {
            self.drawing_word = None;
        }
    }

    /// The parameters in their order, without what is usual.
    #[must_use]
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let word = |dimension: Option<Dimension>| dimension.map_or("none", Dimension::as_str).to_owned();
        let mut pairs = Vec::new();
        if self.metric != Metric::Cost {
            pairs.push(("metric", self.metric.as_str().to_owned()));
        }
        if self.group != Some(Dimension::Team) {
            pairs.push(("group", word(self.group)));
        }
        pairs.extend(self.second.map(|second| ("second", second.as_str().to_owned())));
        pairs.extend(self.step_word.map(|step| ("gran", step.as_str().to_owned())));
        pairs.extend(self.drawing_word.map(|drawing| ("chart", drawing.as_str().to_owned())));
        pairs
    }

    /// What is asked of one group alone: the same, by what it was grouped by next.
    #[must_use]
    pub fn within(mut self) -> Vec<(&'static str, String)> {
        self.group =
            self.second.or(Some(if self.group == Some(Dimension::Kind) { Dimension::Team } else { Dimension::Kind }));
        self.second = None;
        self.pairs()
    }

    /// The lists to choose from.
    #[must_use]
    pub fn choosers(&self) -> Vec<Chooser> {
        let choice =
            |value: &str, label: &str, selected| Choice { value: value.to_owned(), label: label.to_owned(), selected };
        let dimensions = |nothing: &str, chosen: Option<Dimension>| -> Vec<Choice> {
            let each = Dimension::ALL.map(|each| choice(each.as_str(), each.label(), Some(each) == chosen));
            [choice("none", nothing, chosen.is_none())].into_iter().chain(each).collect()
        };
        let steps = [
            (None, "auto", "Fitting"),
            (Some(Step::Hour), "hour", "Hour"),
            (Some(Step::Day), "day", "Day"),
            (Some(Step::Week), "week", "Week"),
            (Some(Step::Month), "month", "Month"),
        ];
        let drawings = Drawing::ALL.map(|each| choice(each.as_str(), each.label(), each == self.drawing));
        let themes = Metric::ALL.chunk_by(|a, b| a.theme() == b.theme()).map(|metrics| Choices {
            label: metrics.first().map_or("", |metric| metric.theme()).to_owned(),
            options: metrics.iter().map(|each| choice(each.as_str(), each.label(), *each == self.metric)).collect(),
        });
        let chooser = |name: &str, label: &str, options: Vec<Choice>| Chooser {
            name: name.to_owned(),
            label: label.to_owned(),
            groups: vec![Choices { label: String::new(), options }],
        };
        vec![
            Chooser { groups: themes.collect(), ..chooser("metric", "Metric", Vec::new()) },
            chooser("group", "By", dimensions("All together", self.group)),
            chooser("second", "Then by", dimensions("Nothing", self.second)),
            chooser(
                "gran",
                "In steps of",
                steps.map(|(step, value, label)| choice(value, label, step == self.step_word)).to_vec(),
            ),
            chooser("chart", "Drawn as", drawings.to_vec()),
        ]
    }

    /// What the page is about, such as `Energy by team`.
    #[must_use]
    pub fn title(&self) -> String {
        let metric = self.metric.label();
        match (self.group, self.second) {
            (None, _) => format!("{metric}, all together"),
            (Some(group), None) => format!("{metric} by {}", group.label().to_lowercase()),
            (Some(group), Some(second)) => {
                format!("{metric} by {} and {}", group.label().to_lowercase(), second.label().to_lowercase())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::query::Allowed;

    fn read(query: &str) -> (Asked, Query) {
        let allowed = Allowed { own: &PARAMETERS, ..Allowed::default() };
        let mut query = Query::read(&format!("/trends?{query}").parse().unwrap(), allowed).unwrap();
        let asked = Asked::read(&mut query, "2026-11-23".parse().unwrap());
        (asked, query)
    }

    #[test]
    fn what_counts_chooses_the_figure() {
        for (sent, metric, remarks) in [
            ("cost=billed", Metric::Billed, 0),
            ("cost=effective&method=mb", Metric::Effective, 0),
            ("metric=co2e&emb=0", Metric::OperationalLocation, 0),
            ("metric=co2e&method=mb", Metric::MarketEmissions, 0),
            ("metric=co2e&method=mb&emb=0", Metric::OperationalMarket, 0),
            ("metric=kwh&method=mb&cost=billed", Metric::Energy, 0),
            ("metric=grid&method=mb", Metric::Grid, 1),
            ("metric=grid&cost=billed", Metric::Grid, 0),
        ] {
            let (asked, query) = read(sent);
            assert_eq!((asked.metric, asked.remarks.len()), (metric, remarks), "{sent}");
            assert!(
                query.permalink(query.period("2026-11-23".parse().unwrap())).contains(sent.rsplit('&').next().unwrap())
            );
        }
    }

    #[test]
    fn one_view_has_one_address() {
        let days = "from=2026-11-16&to=2026-11-22";
        for (sent, own) in [
            ("", ""),
            ("metric=cost&group=team&second=none&gran=auto&chart=bars&cmp=prev", ""),
            ("cmp=yoy&metric=kwh", "&metric=kwh&cmp=yoy"),
            ("group=none&second=kind", "&group=none"),
            ("second=team", ""),
            ("metric=idle&chart=lines", "&metric=idle"),
            ("gran=week&group=kind&second=team", "&group=kind&second=team&gran=week"),
            ("gran=hour&metric=op_lb", "&metric=op_lb&gran=hour"),
        ] {
            let (_, query) = read(&format!("{days}&{sent}"));
            let period = query.period("2026-11-23".parse().unwrap());
            assert_eq!(query.permalink(period), format!("/trends?{days}{own}"), "{sent}");
            assert!(query.ignored.is_empty(), "{sent}: {:?}", query.ignored);
        }
    }

    #[test]
    fn what_means_nothing_is_ignored_and_what_makes_no_sense_is_said() {
        let (asked, query) = read("metric=euros&group=colour&gran=minute&cmp=later");
        assert_eq!(query.ignored, ["cmp=later", "metric=euros", "group=colour", "gran=minute"]);
        assert_eq!((asked.metric, asked.group), (Metric::Cost, Some(Dimension::Team)));
        let (asked, _) = read("metric=grid&chart=bars");
        assert!(asked.drawing == Drawing::Lines && asked.remarks.len() == 1, "{asked:?}");
        let (asked, _) = read("metric=cost&chart=week");
        assert!(asked.drawing == Drawing::Heat && asked.remarks.len() == 1, "{asked:?}");
        let (asked, _) = read("from=2024-01-01&to=2026-11-22&gran=day");
        assert!(asked.step == Step::Week && asked.remarks.len() == 1, "{asked:?}");
    }

    #[test]
    fn hours_are_shown_where_they_are_known_and_few_enough() {
        let of = |query: &str| {
            let (asked, query) = read(query);
            assert!(query.ignored.is_empty(), "{query:?}");
            (asked.step, asked.remarks.join(" "))
        };
        let (short, long) = ("from=2026-11-08&to=2026-11-22", "from=2026-11-07&to=2026-11-22");
        for metric in Metric::ALL.into_iter().filter(|metric| metric.is_of_hours()) {
            let found = of(&format!("{short}&metric={}&gran=hour", metric.as_str()));
            assert_eq!(found, (Step::Hour, String::new()), "{metric:?}");
        }
        assert_eq!(of(&format!("{short}&metric=kwh")), (Step::Day, String::new()), "nobody asked for hours");
        let too_many = "This period has too many hours to be seen; it is shown by day.";
        assert_eq!(of(&format!("{long}&metric=kwh&gran=hour")), (Step::Day, too_many.to_owned()));
        for (metric, label) in [("cost", "Cost"), ("billed", "Billed cost"), ("effective", "Effective cost")] {
            let said = format!("{label} is not known by the hour; it is shown by day.");
            assert_eq!(of(&format!("{short}&metric={metric}&gran=hour")), (Step::Day, said));
        }
        let of_years = of("from=2024-01-01&to=2026-11-22&gran=hour");
        assert_eq!(of_years, (Step::Week, "Cost is not known by the hour; it is shown by week.".to_owned()));
    }

    #[test]
    fn the_lists_show_what_is_chosen() {
        let (asked, _) = read("metric=co2e&group=region&second=kind&chart=heat&gran=month");
        let chosen: Vec<(String, Vec<String>)> = asked
            .choosers()
            .into_iter()
            .map(|list| {
                let options = list.groups.into_iter().flat_map(|group| group.options);
                (list.name, options.filter(|choice| choice.selected).map(|choice| choice.value).collect())
            })
            .collect();
        let expected =
            [("metric", "co2e"), ("group", "region"), ("second", "kind"), ("gran", "month"), ("chart", "heat")];
        assert_eq!(chosen, expected.map(|(name, value)| (name.to_owned(), vec![value.to_owned()])));
    }
}
