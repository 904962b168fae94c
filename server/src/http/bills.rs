//! A bill from the browser: its files are kept only as long as they are read.

use std::path::{Path, PathBuf};

use app::view::{Field, FormState, Section};
use axum::extract::multipart::MultipartRejection;
use axum::extract::{Multipart, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use tokio::io::AsyncWriteExt as _;

use super::desk::{Desk, Place};
use super::guard::{UPLOAD_LIMIT, UPLOADS};
use super::load::imports;
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;
use crate::ingest::bill::{self, BillError};
use crate::store::account;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    let send = Route::write(UPLOADS, Policy::OwnerWrites, |_| UPLOADS.to_owned(), take);
    vec![send.taking(UPLOAD_LIMIT)]
}

async fn take(
    State(state): State<AppState>,
    visit: Visit,
    sent: Result<Multipart, MultipartRejection>,
) -> Result<Response, Problem> {
    let mut sent = sent.map_err(|error| Problem::BadRequest(error.body_text()))?;
    let folder = Folder::new().await.map_err(|error| Problem::Unprocessable(unwritable(&error)))?;
    let mut files = Vec::new();
    while let Some(field) = sent.next_field().await.map_err(|error| Problem::BadRequest(error.body_text()))? {
        let named = field.file_name().filter(|name| !name.is_empty()).map(str::to_owned);
        let Some(named) = named.filter(|_| field.name() == Some("files")) else { continue };
        files.push(folder.keep(files.len(), &named, field).await?);
    }
    if files.is_empty() {
        return refused(&state, &visit, "Choose the files of a month: CSV or Parquet, as the export wrote them.").await;
    }
    let now = Desk::open(&state).await?.now;
    let scope = account::visible_scope(&state.database.web).await?;
    match bill::import(&state.database, &scope, &files, now).await {
        Ok(imported) => {
            tracing::info!(lines = imported.lines, matched = %imported.matched, "a bill was sent");
            let database = state.database.clone();
            // What the bill alone tells of is estimated while the page is already there.
            tokio::spawn(async move {
                if let Err(error) = crate::pipeline::estimate_what_is_due(&database).await {
                    tracing::warn!("what the bill tells of is not estimated yet: {error:#}");
                }
            });
            Ok(Redirect::to("/imports#bills").into_response())
        }
        Err(BillError::Store(error)) => Err(error.into()),
        Err(error) => refused(&state, &visit, &told(&error)).await,
    }
}

/// The page again, with what is wrong with the files.
async fn refused(state: &AppState, visit: &Visit, sentence: &str) -> Result<Response, Problem> {
    let mut desk = Desk::open(state).await?;
    let errors = vec![Field { name: "files".to_owned(), message: sentence.to_owned() }];
    let view = imports::load(&mut desk, FormState { errors, ..FormState::default() }).await?;
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
        let path = std::env::temp_dir().join(format!("wattledger-bill-{}", uuid::Uuid::new_v4().simple()));
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
