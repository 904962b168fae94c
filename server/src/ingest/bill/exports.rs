//! Bills straight from the bucket that AWS' Data Exports writes to.
//!
//! An export has a folder of data and one of metadata, each with a folder for every billing month. The month's manifest
//! names the files that belong together: a month is taken whole or not at all, and one whose objects are those of which it
//! was taken before is not fetched again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use chrono::Duration;
use serde::Deserialize;

use super::{BillError, import};
use crate::aws::facts::{ExportPlace, StoredObject};
use crate::aws::{AwsError, Client, Kind};
use crate::ingest::progress::{Phase, Progress, Step};
use crate::ingest::{IngestError, Options, Source, probe_state};
use crate::store::bill_export::{self, Month as StoredMonth};
use crate::store::run::Probe;
use crate::store::{self, AccountScope, Database, StoreError};

/// What the name of an export's probe begins with.
pub const FEATURE: &str = "bill in ";
/// AWS writes an export a few times a day.
const PAUSE_MINUTES: i64 = 50;
/// Longest that a month's files may take.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(20 * 60);

/// Why an export was not read.
#[derive(Debug, thiserror::Error)]
enum ExportError {
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error(transparent)]
    Bill(#[from] BillError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("nothing of an export lies there")]
    Nothing,
    #[error("several exports lie there: {0}")]
    Several(String),
    #[error("the manifest {0} does not read as one")]
    Manifest(String),
    #[error("{0} is named by its manifest and does not lie there")]
    Unfinished(String),
    #[error("the files did not come within {} minutes", PATIENCE.as_secs() / 60)]
    Slow,
    #[error("there is no room for the files")]
    Disk(#[source] std::io::Error),
}

impl ExportError {
    /// `denied` or `failing`.
    fn state(&self) -> &'static str {
        match self {
            Self::Aws(error) => match probe_state(error.kind) {
                "granted" => "failing",
                state => state,
            },
            _ => "failing",
        }
    }

    fn message(&self) -> String {
        match self {
            Self::Aws(error) => error.message.clone(),
            other => match std::error::Error::source(other) {
                Some(cause) if !matches!(other, Self::Bill(_)) => format!("{other}: {cause}"),
                _ => other.to_string(),
            },
        }
    }

    fn remedy(&self, place: &ExportPlace) -> String {
        match self {
            Self::Aws(error) => of_aws(error, place),
            Self::Bill(_) => {
                "Make the export anew with AWS Data Exports, as CUR 2.0 or FOCUS, in US dollars.".to_owned()
            }
            Self::Nothing => format!(
                "Check the address {place}: below it lie the folders data and metadata of an export. A new export is \
                 first written within a day."
            ),
            Self::Several(_) => "Name one of them: the address ends with the export's own name.".to_owned(),
            Self::Manifest(_) | Self::Unfinished(_) | Self::Slow => {
                "The export is perhaps being written; it is looked at again in an hour.".to_owned()
            }
            Self::Disk(_) => "Make room in the folder for temporary files.".to_owned(),
            Self::Store(_) => "Look into the log of the database.".to_owned(),
        }
    }
}

/// What to do about AWS' refusal.
fn of_aws(error: &AwsError, place: &ExportPlace) -> String {
    let ExportPlace { bucket, prefix, .. } = place;
    let code = error.message.split(':').next().unwrap_or_default();
    match code {
        "NoSuchBucket" => format!("There is no bucket {bucket}: check the address of the export."),
        "PermanentRedirect" | "AuthorizationHeaderMalformed" | "IllegalLocationConstraintException" => {
            format!("The bucket lies in another region: give it, as {place}?region=eu-west-1.")
        }
        "NoSuchKey" | "PreconditionFailed" => {
            "The export is being written; it is looked at again in an hour.".to_owned()
        }
        _ if error.kind == Kind::Denied => {
            let on = match error.operation {
                "s3:GetObject" if prefix.is_empty() => format!("{bucket}/*"),
                "s3:GetObject" => format!("{bucket}/{prefix}/*"),
                _ => bucket.clone(),
            };
            format!(
                "Allow {} on arn:aws:s3:::{on} to the role that reads this account; where the bucket is another \
                 account's, its bucket policy must allow the role too, and so must the key it is encrypted with.",
                error.operation
            )
        }
        _ => error.remedy(),
    }
}

/// Reads what is new in the exports of every account; a refusal is remembered with its remedy and stops nothing else.
pub(in crate::ingest) async fn read(
    database: &Database,
    sources: &[Source],
    options: &Options,
    progress: &Progress,
) -> Result<(), IngestError> {
    let count: usize = sources.iter().map(|source| source.money.exports.len()).sum();
    let Some(first) = sources.first().filter(|_| count > 0) else { return Ok(()) };
    let all = AccountScope::new(first.scope.origin(), sources.iter().map(|source| source.account_id).collect());
    let step = Step::whole(Phase::Bills);
    progress.start(&step, Some(u64::try_from(count).unwrap_or_default()));
    for source in sources {
        for place in &source.money.exports {
            if progress.is_cancelled() {
                return Ok(());
            }
            let look = Look { database, all: &all, source, place, options };
            look.at(progress).await?;
            progress.add(&step, 1);
        }
    }
    progress.finish(&step);
    Ok(())
}

/// One export, looked at once.
struct Look<'a> {
    database: &'a Database,
    /// Every account that is read: lines of the bill are theirs.
    all: &'a AccountScope,
    source: &'a Source,
    place: &'a ExportPlace,
    options: &'a Options,
}

impl Look<'_> {
    async fn at(&self, progress: &Progress) -> Result<(), IngestError> {
        let Some(client) = self.source.clients.first() else { return Ok(()) };
        let (pool, scope, account_id) = (&self.database.ingest, &self.source.scope, self.source.account_id);
        let feature = format!("{FEATURE}{}", self.place);
        let tried = store::run::tried_in(pool, scope, account_id, client.region(), &feature).await?;
        let since = self.options.now - Duration::minutes(PAUSE_MINUTES);
        if tried.is_some_and(|at| at > since && at <= self.options.now) && !self.options.reread {
            return Ok(());
        }
        let mut transaction = scope.begin(pool).await?;
        bill_export::ensure(&mut transaction, account_id, &self.place.to_string(), client.region()).await?;
        transaction.commit().await.map_err(StoreError::on("note the export"))?;
        let (state, message, remedy) = match self.months(client).await {
            Ok(taken) => {
                tracing::info!(export = %self.place, months = taken, "looked at the export of the bill");
                ("granted", String::new(), String::new())
            }
            Err(ExportError::Store(error) | ExportError::Bill(BillError::Store(error))) => return Err(error.into()),
            Err(error) => {
                tracing::info!(export = %self.place, %error, "the export of the bill was not read");
                if let ExportError::Aws(error) = &error {
                    progress.failed(error);
                }
                (error.state(), error.message(), error.remedy(self.place))
            }
        };
        let (region, message, remedy) = (client.region(), message.as_str(), remedy.as_str());
        let probe = Probe { account_id, region, feature: &feature, state, message, remedy };
        store::run::write_probe(pool, scope, &probe, self.options.now).await?;
        Ok(())
    }

    /// Takes the months that are new or other than before; how many that were.
    async fn months(&self, client: &Client) -> Result<usize, ExportError> {
        let objects = client.export_objects(self.place).await?;
        let months = by_month(&objects)?;
        let (pool, scope, account_id) = (&self.database.ingest, &self.source.scope, self.source.account_id);
        let location = self.place.to_string();
        let mut transaction = scope.begin(pool).await?;
        let taken = bill_export::taken(&mut transaction, account_id, &location).await?;
        drop(transaction);
        let mut count = 0;
        for (period, month) in &months {
            if taken.get(period).is_some_and(|before| month.is_as(before, &objects)) {
                continue;
            }
            let whole = tokio::time::timeout(PATIENCE, self.fetch(client, month, &objects)).await;
            let (_folder, files, used) = whole.map_err(|_| ExportError::Slow)??;
            let import_id = match import(self.database, self.all, &files, self.options.now).await {
                Ok(imported) => Some(imported.import_id),
                Err(BillError::NothingOfSageMaker { .. }) => None,
                Err(error) => return Err(error.into()),
            };
            let stored = StoredMonth { account_id, location: &location, period };
            let mut transaction = scope.begin(pool).await?;
            bill_export::keep(&mut transaction, stored, &used, import_id, self.options.now).await?;
            transaction.commit().await.map_err(StoreError::on("keep the objects of the month"))?;
            count += 1;
        }
        Ok(count)
    }

    /// The files of a month in a folder of their own, and the objects they were.
    async fn fetch<'a>(
        &self,
        client: &Client,
        month: &Month<'a>,
        objects: &'a [StoredObject],
    ) -> Result<(Folder, Vec<PathBuf>, Vec<&'a StoredObject>), ExportError> {
        let folder = Folder::new().await.map_err(ExportError::Disk)?;
        let parts = match month.manifest {
            None => month.parts.clone(),
            Some(manifest) => {
                let file = folder.0.join("manifest");
                client.fetch_export_object(self.place, manifest, &file).await?;
                let text = tokio::fs::read_to_string(&file).await.map_err(ExportError::Disk)?;
                named_by(&manifest.key, &text, &self.place.bucket, objects)?
            }
        };
        let mut files = Vec::new();
        for (place, part) in parts.iter().enumerate() {
            let own = part.key.rsplit('/').next().unwrap_or(&part.key);
            let file = folder.0.join(format!("{place:05}-{own}"));
            client.fetch_export_object(self.place, part, &file).await?;
            files.push(file);
        }
        Ok((folder, files, month.manifest.into_iter().chain(parts).collect()))
    }
}

/// What lies there of one billing month.
#[derive(Debug, Default, PartialEq)]
struct Month<'a> {
    /// The newest one.
    manifest: Option<&'a StoredObject>,
    /// Files of data, in order; without a manifest all of them are the month.
    parts: Vec<&'a StoredObject>,
}

impl Month<'_> {
    /// Whether the month was taken of these objects and they are still the same.
    fn is_as(&self, before: &BTreeMap<String, String>, objects: &[StoredObject]) -> bool {
        let now: BTreeMap<&str, &str> = match self.manifest {
            // An older delivery may lie beside the one that the manifest names.
            Some(manifest) => objects
                .iter()
                .filter(|each| each.key == manifest.key || before.contains_key(&each.key))
                .map(|each| (each.key.as_str(), each.etag.as_str()))
                .collect(),
            None => self.parts.iter().map(|each| (each.key.as_str(), each.etag.as_str())).collect(),
        };
        now.len() == before.len() && before.iter().all(|(key, etag)| now.get(key.as_str()) == Some(&etag.as_str()))
    }
}

/// The objects by billing month, as their folders name it.
fn by_month(objects: &[StoredObject]) -> Result<BTreeMap<String, Month<'_>>, ExportError> {
    let mut months: BTreeMap<String, Month<'_>> = BTreeMap::new();
    let mut exports: BTreeSet<&str> = BTreeSet::new();
    for object in objects {
        let lower = object.key.to_lowercase();
        let period = lower.split('/').find_map(|folder| folder.strip_prefix("billing_period=")).unwrap_or_default();
        let is_manifest = lower.ends_with("manifest.json");
        let is_part = [".csv", ".csv.gz", ".csv.zst", ".parquet"].iter().any(|end| lower.ends_with(end));
        if !is_manifest && !is_part {
            continue;
        }
        let inside = if is_manifest { "metadata/" } else { "data/" };
        let root = object.key.find(inside).and_then(|place| object.key.get(..place)).unwrap_or_default();
        exports.insert(root.trim_end_matches('/'));
        let month = months.entry(period.to_owned()).or_default();
        if is_part {
            month.parts.push(object);
        } else if month.manifest.is_none_or(|known| known.last_modified < object.last_modified) {
            month.manifest = Some(object);
        }
    }
    // What was begun and has no data yet is a month to come.
    months.retain(|_, month| !month.parts.is_empty());
    if exports.len() > 1 {
        return Err(ExportError::Several(exports.into_iter().collect::<Vec<_>>().join(", ")));
    }
    if months.is_empty() { Err(ExportError::Nothing) } else { Ok(months) }
}

/// What a manifest says, as far as it is needed.
#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "dataFiles")]
    data_files: Vec<String>,
}

/// The objects that a manifest names.
fn named_by<'a>(
    key: &str,
    text: &str,
    bucket: &str,
    objects: &'a [StoredObject],
) -> Result<Vec<&'a StoredObject>, ExportError> {
    let manifest: Manifest = serde_json::from_str(text).map_err(|_| ExportError::Manifest(key.to_owned()))?;
    let of = |named: &String| {
        let key = named.strip_prefix(&format!("s3://{bucket}/")).unwrap_or(named);
        objects.iter().find(|each| each.key == key).ok_or_else(|| ExportError::Unfinished(named.clone()))
    };
    manifest.data_files.iter().map(of).collect()
}

/// A folder that goes with its files.
struct Folder(PathBuf);

impl Folder {
    async fn new() -> std::io::Result<Self> {
        let path: &Path = &std::env::temp_dir();
        let path = path.join(format!("wattledger-export-{}", uuid::Uuid::new_v4().simple()));
        tokio::fs::create_dir(&path).await?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover in the folder for temporary files harms nobody.
        _ = std::fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(key: &str, etag: &str, minute: i64) -> StoredObject {
        let last_modified = chrono::DateTime::from_timestamp(1_790_000_000 + 60 * minute, 0).unwrap();
        StoredObject { key: key.to_owned(), etag: etag.to_owned(), last_modified, bytes: 1 }
    }

    #[test]
    fn months_are_those_of_the_folders_and_the_newest_manifest_counts() {
        let objects = [
            object("cur/all/data/BILLING_PERIOD=2026-10/all-00001.csv.gz", "a", 0),
            object("cur/all/data/BILLING_PERIOD=2026-11/1/all-00001.csv.gz", "b", 1),
            object("cur/all/data/BILLING_PERIOD=2026-11/2/all-00001.csv.gz", "c", 2),
            object("cur/all/metadata/BILLING_PERIOD=2026-11/2/all-Manifest.json", "m2", 2),
            object("cur/all/metadata/BILLING_PERIOD=2026-11/1/all-Manifest.json", "m1", 1),
            object("cur/all/metadata/BILLING_PERIOD=2026-12/3/all-Manifest.json", "m3", 3),
            object("cur/all/readme.txt", "r", 0),
        ];
        let months = by_month(&objects).unwrap();
        assert_eq!(months.keys().collect::<Vec<_>>(), ["2026-10", "2026-11"]);
        assert_eq!(months["2026-11"].manifest.unwrap().etag, "m2");

        let text = r#"{"dataFiles": ["s3://bills/cur/all/data/BILLING_PERIOD=2026-11/2/all-00001.csv.gz"]}"#;
        let named = named_by("m", text, "bills", &objects).unwrap();
        assert_eq!(named.iter().map(|each| each.etag.as_str()).collect::<Vec<_>>(), ["c"]);
        let missing = named_by("m", &text.replace("/2/", "/9/"), "bills", &objects).err().unwrap();
        assert!(missing.to_string().contains("does not lie there"), "{missing}");

        let before: BTreeMap<String, String> =
            [objects[2].clone(), objects[3].clone()].into_iter().map(|each| (each.key, each.etag)).collect();
        assert!(months["2026-11"].is_as(&before, &objects));
        let mut restated = objects.clone();
        restated[2].etag = "other".to_owned();
        assert!(!by_month(&restated).unwrap()["2026-11"].is_as(&before, &restated));

        assert!(matches!(by_month(&[]), Err(ExportError::Nothing)));
        let two = [object("a/data/x.csv", "a", 0), object("b/data/x.csv", "b", 0)];
        assert!(by_month(&two).err().unwrap().to_string().contains("several exports lie there: a, b"));
    }
}
