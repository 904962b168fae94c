//! How a browser likes the pages: kept in a cookie of its own, set by a form.

use app::view::{Appearance, Section, Theme};
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::Form;
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, StatusCode};

use super::desk::{Desk, Place};
use super::form::{Typed, value};
use super::{AppState, Problem, Route, Visit, page};
use crate::auth::Policy;

const PATH: &str = "/settings/appearance";
/// Browsers share the cookies of loopback among all ports, so it is named after the product.
const NAME: &str = "wattledger_appearance";
const YEAR_S: u32 = 365 * 24 * 60 * 60;

/// The routes of this file.
pub fn routes() -> Vec<Route> {
    vec![
        Route::read(PATH, Policy::Owner, |_| PATH.to_owned(), show),
        Route::write(PATH, Policy::OwnerWrites, |_| PATH.to_owned(), keep),
    ]
}

async fn show(State(state): State<AppState>, visit: Visit) -> Result<Response, Problem> {
    let desk = Desk::open(&state).await?;
    let place = Place { title: "Appearance".to_owned(), section: Section::Settings, breadcrumb: Vec::new() };
    let view = visit.exchange.appearance;
    Ok(page::html(StatusCode::OK, &desk.frame(&visit, place), || app::pages::appearance::page(&view)))
}

async fn keep(_: Visit, Form(typed): Form<Typed>) -> Result<Response, Problem> {
    let theme = theme(value(&typed, "theme"))
        .ok_or_else(|| Problem::Unprocessable("Choose colours, one of the three.".to_owned()))?;
    let kept = Appearance { theme, shortcuts: value(&typed, "shortcuts") == "on" };
    let cookie = format!("{NAME}={}; Path=/; Max-Age={YEAR_S}; SameSite=Lax; HttpOnly", written(kept));
    Ok(([(SET_COOKIE, cookie)], Redirect::to(PATH)).into_response())
}

fn theme(word: &str) -> Option<Theme> {
    Theme::ALL.into_iter().find(|theme| theme.as_str() == word)
}

/// Such as `dark.keys` or `system.none`.
fn written(appearance: Appearance) -> String {
    format!("{}.{}", appearance.theme.as_str(), if appearance.shortcuts { "keys" } else { "none" })
}

/// What the cookie of a request says; as usual where there is none, or none that we wrote.
pub(super) fn read(headers: &HeaderMap) -> Appearance {
    let sent = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let found = sent.flat_map(|value| value.split(';')).find_map(|pair| {
        let (word, keys) = pair.trim().strip_prefix(NAME)?.strip_prefix('=')?.split_once('.')?;
        let shortcuts = match keys {
            "keys" => true,
            "none" => false,
            _ => return None,
        };
        Some(Appearance { theme: theme(word)?, shortcuts })
    });
    found.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(cookie: &str) -> Appearance {
        read(&HeaderMap::from_iter([(COOKIE, cookie.parse().unwrap())]))
    }

    #[test]
    fn a_cookie_says_what_was_kept_and_nothing_else_is_believed() {
        for theme in Theme::ALL {
            for shortcuts in [true, false] {
                let kept = Appearance { theme, shortcuts };
                assert_eq!(sent(&format!("other=1; {NAME}={}", written(kept))), kept);
            }
        }
        for strange in ["", "other=dark.none", "wattledger_appearance=pink.keys", "wattledger_appearance=dark.off"] {
            assert_eq!(sent(strange), Appearance::default(), "{strange}");
        }
        assert_eq!(read(&HeaderMap::new()), Appearance::default());
    }
}
