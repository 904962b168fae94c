//! Search over training jobs: whole records with their tags, a hundred at a time.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::page::{Page, is_descending, not_in_set, sort};
use super::{tag_list, training, with_token};
use crate::caller::Site;
use crate::fleet::{Job, JobKind, JobSeen};
use crate::wire::AwsError;
use crate::wire::json::{required, text, without_nulls};

pub(super) fn search(body: &Value, site: Site<'_>) -> Result<Value, AwsError> {
    let resource = required(body, "Resource")?;
    if resource != "TrainingJob" {
        return Err(not_in_set("resource", resource, "[Job]"));
    }
    let page = Page::of(body)?;
    let (filters, any) = filters(body)?;
    let descending = is_descending(body, true)?;
    let mut hits: Vec<(&Job, JobSeen)> = training::visible(site, JobKind::Training)
        .into_iter()
        .filter(|(job, seen)| {
            let mut verdicts = filters.iter().map(|filter| filter.keeps(job, seen));
            filters.is_empty() || if any { verdicts.any(|keeps| keeps) } else { verdicts.all(|keeps| keeps) }
        })
        .collect();
    match text(body, "SortBy") {
        None | Some("LastModifiedTime") => {
            sort(&mut hits, descending, |(job, seen)| (seen.last_modified, job.name.clone()))
        }
        Some("CreationTime") => sort(&mut hits, descending, |(job, _)| (job.created, job.name.clone())),
        Some("TrainingJobName" | "Name") => sort(&mut hits, descending, |(job, _)| job.name.clone()),
        Some(other) => return Err(AwsError::validation(format!("SortBy {other} is not a property of Job"))),
    }
    let total = hits.len();
    let (hits, next) = page.cut(hits);
    let results: Vec<Value> = hits.iter().map(|(job, seen)| json!({ "TrainingJob": record(job, seen) })).collect();
    let answer = json!({ "Results": results, "TotalHits": { "Value": total, "Relation": "EqualTo" } });
    Ok(with_token(answer, next))
}

fn record(job: &Job, seen: &JobSeen) -> Value {
    let mut record = without_nulls(training::record(job, seen));
    if let Some(members) = record.as_object_mut() {
        members.insert("Tags".to_owned(), tag_list(&job.tags));
    }
    record
}

/// One comparison of one property.
struct Filter {
    property: Property,
    operator: Operator,
    /// More than one for `In`.
    values: Vec<Operand>,
}

enum Property {
    Created,
    Modified,
    Started,
    Ended,
    Name,
    Status,
    Tag(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equals,
    NotEquals,
    GreaterThan,
    GreaterThanOrEqualTo,
    LessThan,
    LessThanOrEqualTo,
    Contains,
    Exists,
    NotExists,
    In,
}

#[derive(PartialEq, PartialOrd)]
enum Operand {
    Time(DateTime<Utc>),
    Text(String),
}

/// The filters of a search, and whether any of them is enough.
fn filters(body: &Value) -> Result<(Vec<Filter>, bool), AwsError> {
    let expression = body.get("SearchExpression").unwrap_or(&Value::Null);
    let any = text(expression, "Operator") == Some("Or");
    let given = expression.get("Filters").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if given.len() > 20 {
        return Err(AwsError::validation("A search expression may hold at most 20 filters"));
    }
    Ok((given.iter().map(Filter::parse).collect::<Result<_, _>>()?, any))
}

impl Filter {
    fn parse(given: &Value) -> Result<Self, AwsError> {
        let name = required(given, "Name")?;
        let property = Property::parse(name)
            .ok_or_else(|| AwsError::validation(format!("{name} is not a searchable property of Job")))?;
        let word = text(given, "Operator").unwrap_or("Equals");
        let operator =
            Operator::parse(word).ok_or_else(|| AwsError::validation(format!("{word} is not an operator")))?;
        let value = text(given, "Value").unwrap_or_default();
        let values = match operator {
            Operator::Exists | Operator::NotExists => Vec::new(),
            Operator::In => value.split(',').map(|part| property.operand(part.trim())).collect::<Result<_, _>>()?,
            _ => vec![property.operand(value)?],
        };
        Ok(Self { property, operator, values })
    }

    fn keeps(&self, job: &Job, seen: &JobSeen) -> bool {
        let found = self.property.of(job, seen);
        let compares = |test: fn(&Operand, &Operand) -> bool| {
            found.as_ref().is_some_and(|found| self.values.iter().any(|value| test(found, value)))
        };
        match self.operator {
            Operator::Exists => found.is_some(),
            Operator::NotExists => found.is_none(),
            Operator::Equals | Operator::In => compares(|a, b| a == b),
            Operator::NotEquals => !compares(|a, b| a == b),
            Operator::GreaterThan => compares(|a, b| a > b),
            Operator::GreaterThanOrEqualTo => compares(|a, b| a >= b),
            Operator::LessThan => compares(|a, b| a < b),
            Operator::LessThanOrEqualTo => compares(|a, b| a <= b),
            Operator::Contains => compares(|a, b| match (a, b) {
                (Operand::Text(a), Operand::Text(b)) => a.contains(b.as_str()),
                _ => false,
            }),
        }
    }
}

impl Property {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "CreationTime" => Self::Created,
            "LastModifiedTime" => Self::Modified,
            "TrainingStartTime" => Self::Started,
            "TrainingEndTime" => Self::Ended,
            "TrainingJobName" => Self::Name,
            "TrainingJobStatus" => Self::Status,
            _ => Self::Tag(name.strip_prefix("Tags.")?.to_owned()),
        })
    }

    fn operand(&self, value: &str) -> Result<Operand, AwsError> {
        match self {
            Self::Name | Self::Status | Self::Tag(_) => Ok(Operand::Text(value.to_owned())),
            _ => DateTime::parse_from_rfc3339(value)
                .map(|at| Operand::Time(at.to_utc()))
                .map_err(|_| AwsError::validation(format!("{value} is not a time in ISO 8601"))),
        }
    }

    fn of(&self, job: &Job, seen: &JobSeen) -> Option<Operand> {
        match self {
            Self::Created => Some(Operand::Time(job.created)),
            Self::Modified => Some(Operand::Time(seen.last_modified)),
            Self::Started => seen.started.map(Operand::Time),
            Self::Ended => seen.ended.map(Operand::Time),
            Self::Name => Some(Operand::Text(job.name.clone())),
            Self::Status => Some(Operand::Text(seen.status.as_str().to_owned())),
            Self::Tag(key) => {
                job.tags.iter().find(|(name, _)| name == key).map(|(_, value)| Operand::Text(value.clone()))
            }
        }
    }
}

impl Operator {
    fn parse(word: &str) -> Option<Self> {
        Some(match word {
            "Equals" => Self::Equals,
            "NotEquals" => Self::NotEquals,
            "GreaterThan" => Self::GreaterThan,
            "GreaterThanOrEqualTo" => Self::GreaterThanOrEqualTo,
            "LessThan" => Self::LessThan,
            "LessThanOrEqualTo" => Self::LessThanOrEqualTo,
            "Contains" => Self::Contains,
            "Exists" => Self::Exists,
            "NotExists" => Self::NotExists,
            "In" => Self::In,
            _ => return None,
        })
    }
}
