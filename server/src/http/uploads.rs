//! Bills and usage from the browser: their files are kept only as long as they are read.

use std::path::{Path, PathBuf};

use app::view::{Field, FormState, Section};
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use tokio::io::AsyncWriteExt as _;

use super::desk::{Desk, Place};
use super::guard::{BILLS, UPLOAD_LIMIT, USAGE};
use super::load::imports;
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::ingest::bill::{self, BillError};
use crate::ingest::usage::{self, UsageError};
use crate::store::account;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let bills = Route::write(BILLS, Policy::OwnerWrites, |_| BILLS.to_owned(), take_bill);
    let usage = Route::write(USAGE, Policy::OwnerWrites, |_| USAGE.to_owned(), take_usage);
    vec![bills.taking(UPLOAD_LIMIT), usage.taking(UPLOAD_LIMIT)]
}

type Sent = Result<Multipart, MultipartRejection>;

async fn take_bill(State(state): State<AppState>, visit: Visit, sent: Sent) -> Result<Response, Problem> {
    let (_folder, files) = received(sent, "files").await?;
    if files.is_empty() {
        let sentence = "Choose the files of a month: CSV or Parquet, as the export wrote them.";
        return refused(&state, &visit, "files", sentence).await;
    }
    let now = Desk::open(&state).await?.now;
    let scope = account::visible_scope(&state.database.web).await?;
    match bill::import(&state.database, &scope, &files, now).await {
        Ok(imported) => {
            tracing::info!(lines = imported.lines, matched = %imported.matched, "a bill was sent");
            estimate_soon(&state);
            Ok(Redirect::to("/imports#bills").into_response())
        }
        Err(BillError::Store(error)) => Err(error.into()),
        Err(error) => refused(&state, &visit, "files", &told(&error)).await,
    }
}

async fn take_usage(State(state): State<AppState>, visit: Visit, sent: Sent) -> Result<Response, Problem> {
    let (_folder, files) = received(sent, "usage").await?;
    let Some(file) = files.first() else {
        return refused(&state, &visit, "usage", "Choose a CSV file with a line for each stretch that ran.").await;
    };
    let now = Desk::open(&state).await?.now;
    let scope = account::visible_scope(&state.database.web).await?;
    match usage::import(&state.database, &scope, file, now).await {
        Ok(imported) => {
            tracing::info!(resources = imported.resources, parts = imported.parts_changed, "usage was sent");
            estimate_soon(&state);
            Ok(Redirect::to("/imports#usage").into_response())
        }
        Err(UsageError::Store(error)) => Err(error.into()),
        Err(error) => refused(&state, &visit, "usage", &told(&error)).await,
    }
}

/// The files of one field, in a folder that goes when it is dropped.
async fn received(sent: Sent, field_name: &str) -> Result<(Folder, Vec<PathBuf>), Problem> {
    let mut sent = sent.map_err(|error| Problem::BadRequest(error.body_text()))?;
    let folder = Folder::new().await.map_err(|error| Problem::Unprocessable(unwritable(&error)))?;
    let mut files = Vec::new();
    while let Some(field) = sent.next_field().await.map_err(|error| Problem::BadRequest(error.body_text()))? {
        let named = field.file_name().filter(|name| !name.is_empty()).map(str::to_owned);
        let Some(named) = named.filter(|_| field.name() == Some(field_name)) else { continue };
        files.push(folder.keep(files.len(), &named, field).await?);
    }
    Ok((folder, files))
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
async fn refused(state: &AppState, visit: &Visit, field: &str, sentence: &str) -> Result<Response, Problem> {
    let mut desk = Desk::open(state).await?;
    let errors = vec![Field { name: field.to_owned(), message: sentence.to_owned() }];
    let view = imports::load(&mut desk, FormState { errors, ..FormState::default() }, FormState::default()).await?;
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
