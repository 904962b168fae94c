//! What became of files that were sent.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Origin, StoreError};

/// How many are kept; those that came together last are kept all the same.
const MOST: i64 = 200;

/// What a file tells of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// What AWS billed.
    Bill,
    /// What ran.
    Usage,
    /// What CodeCarbon measured.
    CodeCarbon,
}

impl Sort {
    /// The word stored in `sent_file.sort`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Bill => "bill",
            Self::Usage => "usage",
            Self::CodeCarbon => "codecarbon",
        }
    }
}

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "came", rename_all = "snake_case")]
pub enum Outcome {
    /// It is one of the files of a bill.
    Billed {
        /// The import that it was part of.
        import_id: Uuid,
        /// How it was written, for example `CUR 2.0`.
        format: String,
        /// Its lines.
        lines: u64,
        /// Of them, those of SageMaker.
        sagemaker_lines: u64,
        /// The files that were taken together, this one included.
        files: u64,
        /// The first days of the billing months that they replaced, ascending.
        months: Vec<NaiveDate>,
        /// What all of them bill, US dollars.
        billed: Decimal,
    },
    /// It told what ran.
    Ran {
        /// Jobs, endpoints, notebooks and clusters that it tells of.
        resources: u64,
        /// Of their parts, those that ran otherwise than was known.
        parts_changed: u64,
    },
    /// It told what was measured.
    Measured {
        /// Its runs.
        runs: u64,
        /// Of them, those that belong to a job that was known.
        of_known_jobs: u64,
        /// Runs that say something else than was known.
        changed: u64,
    },
    /// Nothing was taken from it.
    Refused {
        /// Why, and what to do.
        why: String,
    },
}

/// A file that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct SentFile {
    /// Its name, without any folder.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// What it was taken for; `None` where it is none of the files that can be read.
    pub sort: Option<Sort>,
    /// What came of it.
    pub outcome: Outcome,
}

impl SentFile {
    /// Whether anything was taken from it.
    pub const fn is_taken(&self) -> bool {
        !matches!(self.outcome, Outcome::Refused { .. })
    }
}

/// A file that is kept in mind.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Kept {
    /// The same for all files that came together.
    pub sending_id: Uuid,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
    /// The file.
    #[serde(flatten)]
    pub file: SentFile,
}

/// Keeps what became of files that came together, each with the origin of the accounts that it told of, and forgets the
/// oldest ones.
pub async fn keep(
    connection: &mut PgConnection,
    sending_id: Uuid,
    files: &[(SentFile, Option<Origin>)],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for ((file, origin), place) in files.iter().zip(0_i32..) {
        sqlx::query!(
            r#"
            insert into sent_file (sending_id, place, origin, name, bytes, sort, outcome, sent_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            "#,
            sending_id,
            place,
            origin.map(Origin::as_str),
            file.name,
            i64::try_from(file.bytes).unwrap_or(i64::MAX),
            file.sort.map(Sort::as_str),
            Json(&file.outcome) as _,
            now
        )
        .execute(&mut *connection)
        .await
        .map_err(StoreError::on("keep what became of a file"))?;
    }
    sqlx::query!(
        r#"
        delete from sent_file
        where sending_id <> $1
          and (sending_id, place) not in (
              select sending_id, place
              from sent_file
              order by sent_at desc, sending_id desc, place
              limit $2
          )
        "#,
        sending_id,
        MOST
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("forget files that were sent long ago"))?;
    Ok(())
}
