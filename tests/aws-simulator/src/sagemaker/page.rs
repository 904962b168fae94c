//! Pages of list operations, and the filters that AWS applies after it has cut a page.

use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::wire::AwsError;
use crate::wire::json::{instant_ms, text};

const TOKEN_PREFIX: &str = "simulated-page-";

/// Where a page begins and how long it is.
pub(super) struct Page {
    offset: usize,
    size: usize,
}

impl Page {
    /// The page of a list operation: 10 by default, 100 at most.
    pub(super) fn of(body: &Value) -> Result<Self, AwsError> {
        Self::read(body, 10, 1)
    }

    /// ListTags has a page size of 50 at least.
    pub(super) fn of_tags(body: &Value) -> Result<Self, AwsError> {
        Self::read(body, 50, 50)
    }

    /// The items of this page, and the token of the next one.
    pub(super) fn cut<T>(&self, items: impl IntoIterator<Item = T>) -> (Vec<T>, Option<String>) {
        let mut rest = items.into_iter().skip(self.offset);
        let page: Vec<T> = rest.by_ref().take(self.size).collect();
        let next = rest.next().map(|_| format!("{TOKEN_PREFIX}{}", self.offset + self.size));
        (page, next)
    }

    fn read(body: &Value, default: u64, least: u64) -> Result<Self, AwsError> {
        let size = match body.get("MaxResults") {
            None | Some(Value::Null) => default,
            Some(value) => value.as_u64().unwrap_or(0),
        };
        if !(least..=100).contains(&size) {
            let (word, limit) = if size > 100 { ("less", 100) } else { ("greater", least) };
            return Err(AwsError::validation(format!(
                "1 validation error detected: Value '{size}' at 'maxResults' failed to satisfy constraint: \
                 Member must have value {word} than or equal to {limit}"
            )));
        }
        let offset = match text(body, "NextToken") {
            None => Some(0),
            Some(token) => token.strip_prefix(TOKEN_PREFIX).and_then(|offset| offset.parse().ok()),
        };
        let offset = offset.ok_or_else(|| AwsError::validation("Invalid NextToken"))?;
        Ok(Self { offset, size: usize::try_from(size).unwrap_or(100) })
    }
}

/// The filters that all list operations share.
pub(super) struct ListFilter<'a> {
    created: (Option<i64>, Option<i64>),
    modified: (Option<i64>, Option<i64>),
    status: Option<&'a str>,
    name: Option<String>,
}

impl<'a> ListFilter<'a> {
    pub(super) fn of(body: &'a Value) -> Self {
        Self {
            created: (instant_ms(body, "CreationTimeAfter"), instant_ms(body, "CreationTimeBefore")),
            modified: (instant_ms(body, "LastModifiedTimeAfter"), instant_ms(body, "LastModifiedTimeBefore")),
            status: text(body, "StatusEquals"),
            name: text(body, "NameContains").map(str::to_lowercase),
        }
    }

    pub(super) fn keeps(&self, name: &str, created: DateTime<Utc>, modified: DateTime<Utc>, status: &str) -> bool {
        is_between(self.created, created)
            && is_between(self.modified, modified)
            && self.status.is_none_or(|wanted| wanted == status)
            && self.name.as_ref().is_none_or(|part| name.to_lowercase().contains(part))
    }
}

/// Whether to sort from the largest to the smallest.
pub(super) fn is_descending(body: &Value, default: bool) -> Result<bool, AwsError> {
    match text(body, "SortOrder") {
        None => Ok(default),
        Some("Ascending") => Ok(false),
        Some("Descending") => Ok(true),
        Some(other) => Err(not_in_set("sortOrder", other, "[Ascending, Descending]")),
    }
}

/// Sorts and turns around where asked.
pub(super) fn sort<T, K: Ord>(items: &mut [T], descending: bool, key: impl Fn(&T) -> K) {
    items.sort_by_key(key);
    if descending {
        items.reverse();
    }
}

pub(super) fn not_in_set(member: &str, value: &str, set: &str) -> AwsError {
    AwsError::validation(format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: Member must satisfy enum value set: {set}"
    ))
}

fn is_between((after, before): (Option<i64>, Option<i64>), at: DateTime<Utc>) -> bool {
    let at = at.timestamp_millis();
    after.is_none_or(|after| at > after) && before.is_none_or(|before| at < before)
}
