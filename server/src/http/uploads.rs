//! Files from the browser, told apart by what is in them: bills, usage, and what CodeCarbon measured. They are kept only as
//! long as they are read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use app::view::{Field, FormState, Section};
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use chrono::{DateTime, Utc};
use http::StatusCode;
use tokio::io::AsyncWriteExt as _;

use super::desk::{Desk, Place};
use super::guard::{FILES, UPLOAD_LIMIT};
use super::load::imports;
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::ingest::bill::{self, BillError};
use crate::ingest::sent::{self, Sort};
use crate::ingest::tracked::{self, Known, TrackedError};
use crate::ingest::usage::{self, UsageError};
use crate::store::{StoreError, account};

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![Route::write(FILES, Policy::OwnerWrites, |_| FILES.to_owned(), take).taking(UPLOAD_LIMIT)]
}

type Sent = Result<Multipart, MultipartRejection>;

/// Why files were not taken.
enum Refusal {
    /// Something that the sender can mend.
    Told(String),
    Store(StoreError),
}

async fn take(State(state): State<AppState>, visit: Visit, sent: Sent) -> Result<Response, Problem> {
    let received = received(sent).await?;
    let now = Desk::open(&state).await?.now;
    match import(&state, &received, now).await {
        Ok(to) => {
            estimate_soon(&state);
            Ok(Redirect::to(to).into_response())
        }
        Err(Refusal::Store(error)) => Err(error.into()),
        Err(Refusal::Told(sentence)) => refused(&state, &visit, received.fields, sentence).await,
    }
}

/// Takes the files, those of usage first, so that a bill finds what they tell of; where the page shows them then.
async fn import(state: &AppState, received: &Received, now: DateTime<Utc>) -> Result<&'static str, Refusal> {
    let mut sorted: [Vec<PathBuf>; 3] = Default::default();
    let [usages, tracked, bills] = &mut sorted;
    for file in &received.files {
        match sent::sort_of(file).map_err(|error| Refusal::Told(told(&error)))? {
            Sort::Usage => usages.push(file.clone()),
            Sort::CodeCarbon => tracked.push(file.clone()),
            Sort::Bill => bills.push(file.clone()),
        }
    }
    let mut to = None;
    for file in usages {
        take_usage(state, file, now).await?;
        to = Some("/imports#usage");
    }
    for file in tracked {
        take_tracked(state, file, &received.known(), now).await?;
        to = Some("/imports#measured");
    }
    if !bills.is_empty() {
        take_bill(state, bills, now).await?;
        to = Some("/imports#bills");
    }
    to.ok_or_else(|| {
        let sentence = "Choose files: those of a bill's month, a CSV of what ran, or CodeCarbon's emissions.csv.";
        Refusal::Told(sentence.to_owned())
    })
}

async fn take_usage(state: &AppState, file: &Path, now: DateTime<Utc>) -> Result<(), Refusal> {
    let scope = account::visible_scope(&state.database.web).await?;
    let imported = usage::import(&state.database, &scope, file, now).await.map_err(|error| match error {
        UsageError::Store(error) => Refusal::Store(error),
        error => of_file(file, &error),
    })?;
    tracing::info!(resources = imported.resources, parts = imported.parts_changed, "usage was sent");
    Ok(())
}

async fn take_tracked(state: &AppState, file: &Path, known: &Known, now: DateTime<Utc>) -> Result<(), Refusal> {
    let scope = account::visible_scope(&state.database.web).await?;
    let factors = footprint::FactorSet::builtin().map_err(|error| Refusal::Told(told(&error)))?;
    let imported = tracked::import(&state.database, &scope, &factors, file, known, now).await;
    let imported = imported.map_err(|error| match error {
        TrackedError::Store(error) => Refusal::Store(error),
        error => of_file(file, &error),
    })?;
    tracing::info!(runs = imported.runs, changed = imported.changed, "measured runs were sent");
    Ok(())
}

async fn take_bill(state: &AppState, files: &[PathBuf], now: DateTime<Utc>) -> Result<(), Refusal> {
    let scope = account::visible_scope(&state.database.web).await?;
    let imported = bill::import(&state.database, &scope, files, now).await.map_err(|error| match error {
        BillError::Store(error) => Refusal::Store(error),
        error => Refusal::Told(told(&error)),
    })?;
    tracing::info!(lines = imported.lines, matched = %imported.matched, "a bill was sent");
    Ok(())
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What is wrong with one file of several.
fn of_file(file: &Path, error: &dyn std::error::Error) -> Refusal {
    let name = file.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Refusal::Told(format!("{name}: {}", told(error)))
}

/// What a form brought.
struct Received {
    _folder: Folder,
    files: Vec<PathBuf>,
    /// The other fields, by name.
    fields: BTreeMap<String, String>,
}

impl Received {
    fn known(&self) -> Known {
        let field =
            |name: &str| self.fields.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty());
        Known { region: field("region"), instance_type: field("instance_type"), with_host: field("host").is_some() }
    }
}

/// The files and fields of the form; the files lie in a folder that goes when it is dropped.
async fn received(sent: Sent) -> Result<Received, Problem> {
    let mut sent = sent.map_err(|error| Problem::BadRequest(error.body_text()))?;
    let folder = Folder::new().await.map_err(|error| Problem::Unprocessable(unwritable(&error)))?;
    let (mut files, mut fields) = (Vec::new(), BTreeMap::new());
    while let Some(field) = sent.next_field().await.map_err(|error| Problem::BadRequest(error.body_text()))? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            Some(named) if name == "files" && !named.is_empty() => {
                files.push(folder.keep(files.len(), &named, field).await?);
            }
            Some(_) => {}
            None => {
                fields.insert(name, field.text().await.map_err(|error| Problem::BadRequest(error.body_text()))?);
            }
        }
    }
    Ok(Received { _folder: folder, files, fields })
}

/// What a file alone tells of is estimated while the page is already there.
fn estimate_soon(state: &AppState) {
    let database = state.database.clone();
    tokio::spawn(async move {
        if let Err(error) = crate::pipeline::estimate_what_is_due(&database).await {
            tracing::warn!("what was sent is not estimated yet: {error:#}");
        }
    });
}

/// The page again, with what is wrong with the files.
async fn refused(
    state: &AppState,
    visit: &Visit,
    values: BTreeMap<String, String>,
    sentence: String,
) -> Result<Response, Problem> {
    let mut desk = Desk::open(state).await?;
    let errors = vec![Field { name: "files".to_owned(), message: sentence }];
    let form = FormState { errors, values };
    let view = imports::load(&mut desk, form, FormState::default()).await?;
    let place = Place { title: "Imports".to_owned(), section: Section::Imports, breadcrumb: Vec::new() };
    let frame = desk.frame(visit, place);
    Ok(page::html(StatusCode::UNPROCESSABLE_ENTITY, &frame, || app::pages::imports::page(&view)))
}

/// An error with its cause, as sentences.
fn told(error: &dyn std::error::Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}.")
}

fn unwritable(error: &std::io::Error) -> String {
    format!("The files cannot be kept while they are read ({error}). Make room in the folder for temporary files.")
}

/// A folder that goes with its files.
struct Folder(PathBuf);

impl Folder {
    async fn new() -> std::io::Result<Self> {
        let path = std::env::temp_dir().join(format!("wattledger-upload-{}", uuid::Uuid::new_v4().simple()));
        tokio::fs::create_dir(&path).await?;
        Ok(Self(path))
    }

    /// Writes one file; its own name is kept to be shown, without any folder in it.
    async fn keep(
        &self,
        place: usize,
        named: &str,
        mut field: axum::extract::multipart::Field<'_>,
    ) -> Result<PathBuf, Problem> {
        let own = Path::new(named).file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let folder = self.0.join(place.to_string());
        let path = folder.join(if own.is_empty() { "file" } else { &own });
        let written = async {
            tokio::fs::create_dir(&folder).await?;
            tokio::fs::File::create(&path).await
        };
        let mut file = written.await.map_err(|error| Problem::Unprocessable(unwritable(&error)))?;
        while let Some(chunk) = field.chunk().await.map_err(|error| Problem::BadRequest(error.body_text()))? {
            file.write_all(&chunk).await.map_err(|error| Problem::Unprocessable(unwritable(&error)))?;
        }
        file.flush().await.map_err(|error| Problem::Unprocessable(unwritable(&error)))?;
        Ok(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A leftover in the folder for temporary files harms nobody.
        _ = std::fs::remove_dir_all(&self.0);
    }
}
