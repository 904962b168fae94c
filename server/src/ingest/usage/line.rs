//! A file of usage: what ran, on how many instances, from when to when, a line for each stretch.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike as _, Utc};

use super::UsageError;
use crate::kind::Kind;
use crate::store::capacity::{Purchase, Source, Span, State};
use crate::store::load::Load;

/// The columns that every file has; their order is free.
pub const COLUMNS: [&str; 8] =
    ["account", "region", "kind", "name", "instance_type", "instance_count", "started_at", "ended_at"];
/// Column of instance groups and variants; without it a part is named by its instance type.
const PART: &str = "part";
/// How busy a part was over its stretch: of what does its work, of its processors, of its accelerators. The name says how
/// the share is written.
const LOADS: [(&str, &str, Of); 3] = [
    ("utilisation", "utilisation_percent", Of::Whole),
    ("cpu_utilisation", "cpu_utilisation_percent", Of::Processors),
    ("gpu_utilisation", "gpu_utilisation_percent", Of::Accelerators),
];
/// Begins the name of a column that holds a tag.
const TAG: &str = "tag:";
/// SageMaker's first year.
const FIRST_YEAR: i32 = 2017;

#[derive(Clone, Copy)]
enum Of {
    Whole,
    Processors,
    Accelerators,
}

/// What identifies a resource in a file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Name {
    pub(super) account: String,
    pub(super) region: String,
    pub(super) kind: Kind,
    pub(super) name: String,
}

/// What a file says of a resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Told {
    pub(super) tags: BTreeMap<String, String>,
    /// Stretches by part and instance type, in order, none over another.
    pub(super) parts: BTreeMap<(String, String), Vec<Span>>,
    /// How busy they were, where the file says so.
    pub(super) loads: BTreeMap<(String, String), Vec<Load>>,
}

impl Name {
    /// The ARN that AWS gives it, so that a bill's lines find it.
    pub(super) fn arn(&self) -> String {
        let kind = match self.kind {
            Kind::Training => "training-job",
            Kind::Processing => "processing-job",
            Kind::Transform => "transform-job",
            Kind::Endpoint => "endpoint",
            Kind::Notebook => "notebook-instance",
            Kind::App => "app",
            Kind::Cluster => "cluster",
        };
        let partition = match self.region.split('-').next() {
            Some("cn") => "aws-cn",
            Some("us") if self.region.starts_with("us-gov-") => "aws-us-gov",
            _ => "aws",
        };
        format!("arn:{partition}:sagemaker:{}:{}:{kind}/{}", self.region, self.account, self.name)
    }
}

/// Reads a file, with every line looked at before anything is believed.
///
/// # Errors
/// The first thing that is wrong, with its line.
pub(super) fn read(text: &str, now: DateTime<Utc>) -> Result<BTreeMap<Name, Told>, UsageError> {
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers()?.clone();
    let has = |column: &str| headers.iter().any(|header| header == column);
    if let Some((share, percent, _)) = LOADS.into_iter().find(|(share, percent, _)| has(share) && has(percent)) {
        return Err(UsageError::TwoColumns(share, percent));
    }
    if let Some(missing) = COLUMNS.into_iter().find(|column| !has(column)) {
        return Err(UsageError::NoColumn(missing));
    }
    let mut stretches: BTreeMap<(Name, String, String), Vec<(u64, Span)>> = BTreeMap::new();
    let mut all: BTreeMap<Name, Told> = BTreeMap::new();
    // To AWS, two names that differ in capitals are one.
    let mut names: BTreeMap<Name, Name> = BTreeMap::new();
    for record in reader.records() {
        let record = record?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = Cells { line, of: headers.iter().zip(&record).collect() };
        let (name, span) = (cells.name()?, cells.span(now)?);
        let folded = Name { name: name.name.to_lowercase(), ..name.clone() };
        let name = names.entry(folded).or_insert(name).clone();
        let part =
            cells.of.get(PART).copied().filter(|part| !part.is_empty()).unwrap_or(&span.instance_type).to_owned();
        let told = all.entry(name.clone()).or_default();
        told.tags.extend(cells.tags());
        if let Some(load) = cells.load(&span)? {
            told.loads.entry((part.clone(), span.instance_type.clone())).or_default().push(load);
        }
        stretches.entry((name, part, span.instance_type.clone())).or_default().push((line, span));
    }
    if all.is_empty() {
        return Err(UsageError::Empty);
    }
    for ((name, part, instance_type), spans) in stretches {
        let spans = apart(&name, spans)?;
        if let Some(told) = all.get_mut(&name) {
            told.parts.insert((part, instance_type), spans);
        }
    }
    Ok(all)
}

/// The stretches in order; two at once would count instances of which the file does not say that there were more.
fn apart(name: &Name, mut spans: Vec<(u64, Span)>) -> Result<Vec<Span>, UsageError> {
    spans.sort_by_key(|(_, span)| span.from);
    for pair in spans.windows(2) {
        if let [(first, earlier), (second, later)] = pair
            && earlier.to.is_some_and(|to| later.from < to)
        {
            let (first, second) = (*first.min(second), *first.max(second));
            return Err(UsageError::Overlap { name: name.name.clone(), first, second });
        }
    }
    Ok(spans.into_iter().map(|(_, span)| span).collect())
}

struct Cells<'a> {
    line: u64,
    of: BTreeMap<&'a str, &'a str>,
}

impl Cells<'_> {
    fn get(&self, column: &'static str) -> &str {
        self.of.get(column).copied().unwrap_or_default()
    }

    fn bad(&self, column: &'static str, wanted: &'static str) -> UsageError {
        UsageError::BadCell { line: self.line, column, value: self.get(column).to_owned(), wanted }
    }

    fn fitting(
        &self,
        column: &'static str,
        wanted: &'static str,
        fits: impl Fn(&str) -> bool,
    ) -> Result<String, UsageError> {
        let value = self.get(column);
        if fits(value) { Ok(value.to_owned()) } else { Err(self.bad(column, wanted)) }
    }

    fn name(&self) -> Result<Name, UsageError> {
        let account = self.fitting("account", "an account's twelve digits", |text| {
            text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
        })?;
        let region = self.fitting("region", "a region such as us-east-1", |text| {
            text.split('-').count() >= 3
                && text.split('-').all(|word| !word.is_empty())
                && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        })?;
        let name = self.fitting("name", "the name of a job, an endpoint or a notebook", |text| {
            !text.is_empty() && text.len() <= 256 && !text.chars().any(char::is_control)
        })?;
        let kind = Kind::parse(self.get("kind")).ok_or_else(|| {
            self.bad("kind", "one of training, processing, transform, endpoint, notebook, app and cluster")
        })?;
        Ok(Name { account, region, kind, name })
    }

    fn span(&self, now: DateTime<Utc>) -> Result<Span, UsageError> {
        let instance_type = self.fitting("instance_type", "an instance type such as ml.g5.xlarge", |text| {
            text.strip_prefix("ml.").is_some_and(|rest| rest.contains('.') && !rest.contains(char::is_whitespace))
        })?;
        let count = self.get("instance_count").parse().ok().filter(|count| (1..=100_000).contains(count));
        let count = count.ok_or_else(|| self.bad("instance_count", "a number of instances from 1 on"))?;
        let (from, to) = (self.moment("started_at")?, self.moment("ended_at")?);
        if to <= from {
            return Err(self.bad("ended_at", "a moment after started_at"));
        }
        if to > now {
            let wanted =
                "a moment that is over; give what still runs the moment of writing, and send the file again later";
            return Err(self.bad("ended_at", wanted));
        }
        Ok(Span {
            from,
            to: Some(to),
            instance_type,
            count,
            purchase: Purchase::OnDemand,
            state: State::Serving,
            source: Source::Described,
        })
    }

    /// How busy the part was over the stretch; `None` where no cell says so, which is not idle.
    fn load(&self, span: &Span) -> Result<Option<Load>, UsageError> {
        let Some(to) = span.to else { return Ok(None) };
        let mut load = Load { from: span.from, to, cpu: None, gpu: None, whole: None };
        for (share, percent, of) in LOADS {
            let told = match self.share(share, 1.0, "a share from 0 to 1, such as 0.65")? {
                None => self.share(percent, 100.0, "a percentage from 0 to 100, such as 65")?,
                told => told,
            };
            match of {
                Of::Whole => load.whole = told,
                Of::Processors => load.cpu = told,
                Of::Accelerators => load.gpu = told,
            }
        }
        Ok([load.cpu, load.gpu, load.whole].iter().any(Option::is_some).then_some(load))
    }

    fn share(&self, column: &'static str, whole: f64, wanted: &'static str) -> Result<Option<f32>, UsageError> {
        let text = self.get(column);
        if text.is_empty() {
            return Ok(None);
        }
        let read = text.parse::<f64>().ok().filter(|number| (0.0..=whole).contains(number));
        #[expect(clippy::cast_possible_truncation, reason = "a share of 0..1 keeps seven digits in an f32, as stored")]
        let share = read.map(|number| (number / whole) as f32);
        share.map(Some).ok_or_else(|| self.bad(column, wanted))
    }

    fn moment(&self, column: &'static str) -> Result<DateTime<Utc>, UsageError> {
        let read = DateTime::parse_from_rfc3339(self.get(column)).ok().map(|moment| moment.to_utc());
        read.filter(|moment| moment.year() >= FIRST_YEAR)
            .ok_or_else(|| self.bad(column, "a moment with its offset, such as 2026-11-23T08:00:00Z"))
    }

    fn tags(&self) -> impl Iterator<Item = (String, String)> {
        let tags = self.of.iter().filter(|(_, value)| !value.is_empty());
        tags.filter_map(|(column, value)| Some((column.strip_prefix(TAG)?.to_owned(), (*value).to_owned())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "account,region,kind,name,instance_type,instance_count,started_at,ended_at,part,tag:team";

    fn of(lines: &str) -> Result<BTreeMap<Name, Told>, UsageError> {
        read(&format!("{HEAD}\n{lines}"), "2026-11-23T12:00:00Z".parse().unwrap())
    }

    #[test]
    fn lines_of_a_resource_come_together() {
        let all =
            of("111122223333,us-east-1,endpoint,chat,ml.g5.xlarge,2,2026-11-20T00:00:00Z,2026-11-21T00:00:00Z,,nlp\n\
             111122223333,us-east-1,endpoint,Chat,ml.g5.xlarge,1,2026-11-18T01:00:00+01:00,2026-11-20T00:00:00Z,,\n\
             111122223333,us-east-1,endpoint,chat,ml.g5.xlarge,1,2026-11-18T00:00:00Z,2026-11-20T00:00:00Z,shadow,\n")
            .unwrap();
        let (name, told) = all.first_key_value().unwrap();
        assert_eq!(name.arn(), "arn:aws:sagemaker:us-east-1:111122223333:endpoint/chat");
        assert_eq!((all.len(), told.tags["team"].as_str()), (1, "nlp"));
        let counts: Vec<(&str, Vec<i32>)> = told
            .parts
            .iter()
            .map(|((part, _), spans)| (part.as_str(), spans.iter().map(|span| span.count).collect()))
            .collect();
        assert_eq!(counts, [("ml.g5.xlarge", vec![1, 2]), ("shadow", vec![1])], "in order of time, by part");
    }

    #[test]
    fn load_is_read_as_its_column_is_named() {
        let head = HEAD.replace("tag:team", "utilisation_percent,cpu_utilisation");
        let line = |told: &str| {
            let stretch = "111122223333,us-east-1,training,a,ml.g5.xlarge,1,2026-11-20T00:00:00Z,2026-11-20T01:00:00Z,";
            read(&format!("{head}\n{stretch},{told}\n"), "2026-11-23T12:00:00Z".parse().unwrap())
        };
        let loads = |told: &str| {
            let all = line(told).unwrap();
            let loads = all.first_key_value().unwrap().1.loads.values().flatten();
            loads.map(|load| (load.whole, load.cpu, load.gpu)).collect::<Vec<_>>()
        };
        assert_eq!(loads("65,0.25"), [(Some(0.65), Some(0.25), None)]);
        assert_eq!(loads("0,"), [(Some(0.0), None, None)], "idle is told");
        assert_eq!(loads(","), [], "and nothing told is not idle");
        for (told, sentence) in [
            ("101,", "line 2: utilisation_percent is \"101\", not a percentage from 0 to 100"),
            (",65", "line 2: cpu_utilisation is \"65\", not a share from 0 to 1, such as 0.65"),
            ("NaN,", "utilisation_percent is \"NaN\""),
        ] {
            let error = line(told).unwrap_err().to_string();
            assert!(error.contains(sentence), "{error}");
        }
        let both = HEAD.replace("tag:team", "utilisation,utilisation_percent");
        let error = read(&format!("{both}\n"), Utc::now()).unwrap_err().to_string();
        assert!(error.contains("both utilisation and utilisation_percent"), "{error}");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let good = "111122223333,us-east-1,training,a,ml.g5.xlarge,1,2026-11-20T00:00:00Z,2026-11-21T00:00:00Z,,";
        let cases = [
            ("111122223333", "1111", "line 3: account is \"1111\", not an account's twelve digits"),
            ("us-east-1", "Ohio", "line 3: region is \"Ohio\", not a region such as us-east-1"),
            ("training", "train", "line 3: kind is \"train\", not one of training"),
            (",a,", ",,", "line 3: name is \"\""),
            ("ml.g5.xlarge", "g5.xlarge", "line 3: instance_type is \"g5.xlarge\""),
            (",1,2026", ",0,2026", "line 3: instance_count is \"0\""),
            (
                "2026-11-20T00:00:00Z",
                "2026-11-20",
                "line 3: started_at is \"2026-11-20\", not a moment with its offset",
            ),
            (
                "2026-11-21T",
                "2026-11-19T",
                "line 3: ended_at is \"2026-11-19T00:00:00Z\", not a moment after started_at",
            ),
            ("2026-11-21T", "2027-11-21T", "send the file again later"),
            ("", "", "lines 2 and 3 both say what a ran on"),
        ];
        for (from, to, sentence) in cases {
            let error = of(&format!("{good}\n{}\n", good.replacen(from, to, 1))).unwrap_err().to_string();
            assert!(error.contains(sentence), "{sentence}: {error}");
        }
        assert!(of("").unwrap_err().to_string().contains("holds no line"));
        let error = read("account,region\n", Utc::now()).unwrap_err().to_string();
        assert!(error.contains("no column kind"), "{error}");
    }
}
