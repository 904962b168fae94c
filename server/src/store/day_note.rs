//! What people write on a day, beside what happened on it by itself.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Timelike as _, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::selection::{Filter, Period};
use super::step::Bucket;
use super::{AccountScope, Origin, StoreError, audit, filter};

/// A note that is about to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayNote {
    /// The day it is about, UTC.
    pub day: NaiveDate,
    /// What it says.
    pub text: String,
    /// Who writes it.
    pub author: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Something that stands on a day.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Marked {
    /// The day.
    pub day: NaiveDate,
    /// The note's id; `None` for what happened by itself.
    pub note_id: Option<Uuid>,
    /// The note, or the names of what appeared.
    pub text: String,
    /// Who wrote it.
    pub author: Option<String>,
    /// How many endpoint configurations appeared; 0 for all else.
    pub configurations: i64,
    /// How many jobs failed, where so many did that it is worth a mark; 0 for all else.
    pub failed: i64,
    /// How many jobs ended on such a day.
    pub ended: i64,
}

/// What is known of the days of a filter beside their sums.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnDays {
    /// What stands on them, by day.
    pub marked: Vec<Marked>,
    /// Which of them were read.
    pub read: Read,
}

/// What was read of the days, in every account and region of a filter.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Read {
    /// Bit n is hour n, UTC.
    hours: BTreeMap<NaiveDate, i32>,
    is_told: bool,
}

/// All hours of a day.
const WHOLE_DAY: i32 = (1 << 24) - 1;

impl Read {
    /// Of days that were read whole, in any order. `is_told` where nothing is read, since files tell what ran.
    #[must_use]
    pub fn new(days: impl IntoIterator<Item = NaiveDate>, is_told: bool) -> Self {
        Self::of_hours(days.into_iter().map(|day| (day, WHOLE_DAY)), is_told)
    }

    /// The same of days with the hours that were read of them: bit n is hour n.
    #[must_use]
    pub fn of_hours(days: impl IntoIterator<Item = (NaiveDate, i32)>, is_told: bool) -> Self {
        Self { hours: days.into_iter().collect(), is_told }
    }

    /// Whether what is not known of these days did not run.
    #[must_use]
    pub fn is_whole(&self, period: Period) -> bool {
        period.each_day().all(|day| self.hours.get(&day) == Some(&WHOLE_DAY))
    }

    /// Whether some of these days were to be read and are not.
    #[must_use]
    pub fn lacks(&self, period: Period) -> bool {
        !self.is_told && !self.is_whole(period)
    }

    /// Whether what is not known of a bucket did not run.
    #[must_use]
    pub fn holds(&self, bucket: &Bucket) -> bool {
        if !bucket.is_hour {
            return self.is_whole(bucket.days);
        }
        self.hours.get(&bucket.start.date_naive()).is_some_and(|hours| (hours >> bucket.start.hour()) & 1 == 1)
    }

    /// Whether some of a bucket was to be read and is not.
    #[must_use]
    pub fn lacks_of(&self, bucket: &Bucket) -> bool {
        !self.is_told && !self.holds(bucket)
    }
}

#[derive(sqlx::FromRow)]
struct OnDay {
    #[sqlx(flatten)]
    marked: Marked,
    /// Not 0 where the row tells what was read, and nothing else.
    read_hours: i32,
}

/// What stands on the days of a filter, by day, and what was read of them, or of those since a day before: see
/// [`filter::marked`].
///
/// # Errors
/// When the database refuses.
pub async fn within(
    connection: &mut PgConnection,
    origin: Origin,
    filter: &Filter,
    estimate_id: Option<i32>,
    since: NaiveDate,
) -> Result<OnDays, StoreError> {
    let rows: Vec<OnDay> = filter::marked(origin, filter, estimate_id, since)
        .build_query_as()
        .fetch_all(connection)
        .await
        .map_err(StoreError::on("read what stands on the days"))?;
    let (read, marked): (Vec<OnDay>, Vec<OnDay>) = rows.into_iter().partition(|row| row.read_hours != 0);
    Ok(OnDays {
        marked: marked.into_iter().map(|row| row.marked).collect(),
        read: Read::of_hours(read.into_iter().map(|row| (row.marked.day, row.read_hours)), origin == Origin::Upload),
    })
}

/// Keeps a note.
pub async fn add(pool: &PgPool, scope: &AccountScope, note: &DayNote) -> Result<(), StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let note_id = Uuid::now_v7();
    sqlx::query!(
        r#"
        insert into day_note (note_id, origin, day, note, author, noted_at)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        note_id,
        scope.origin().as_str(),
        note.day,
        note.text,
        note.author,
        note.at
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("keep the note"))?;
    let detail = json!({ "day": note.day, "note": note.text });
    audit::record(&mut transaction, note.at, &note.author, "day.noted", &note_id.to_string(), &detail).await?;
    transaction.commit().await.map_err(StoreError::on("keep the note"))
}

/// Takes a note away; false where there is none.
pub async fn remove(
    pool: &PgPool,
    scope: &AccountScope,
    note_id: Uuid,
    by: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut transaction = scope.begin(pool).await?;
    let removed = sqlx::query!(
        r#"
        update day_note
        set removed_at = $3,
            removed_by = $4
        where note_id = $1
          and origin = $2
          and removed_at is null
        "#,
        note_id,
        scope.origin().as_str(),
        now,
        by
    )
    .execute(&mut *transaction)
    .await
    .map_err(StoreError::on("take the note away"))?
    .rows_affected();
    if removed > 0 {
        audit::record(&mut transaction, now, by, "day.note_removed", &note_id.to_string(), &json!({})).await?;
    }
    transaction.commit().await.map_err(StoreError::on("take the note away"))?;
    Ok(removed > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::step::Step;

    #[test]
    fn an_hour_is_read_before_its_day_is() {
        let day = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let period = Period { from: day, to: day };
        let noon = day.and_hms_opt(12, 0, 0).unwrap().and_utc();
        let read = Read::of_hours([(day, (1 << 11) - 1)], false);
        let hours = Step::Hour.buckets(period, noon);
        let held: Vec<bool> = hours.iter().map(|hour| read.holds(hour)).collect();
        assert_eq!(held, (0..24).map(|hour| hour < 11).collect::<Vec<_>>());
        assert!(
            !read.is_whole(period) && read.lacks(period) && read.lacks_of(&hours[11]) && !read.lacks_of(&hours[10])
        );
        let told = Read::new([], true);
        assert!(!told.lacks_of(&hours[0]) && !told.holds(&hours[0]), "files that name no hour say nothing of it");
        assert!(Read::new([day], false).holds(&hours[23]));
    }
}
