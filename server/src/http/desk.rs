//! The desk a page is written at: one moment of the database, the scope, the active estimate, and the frame around it all.

use crate::store::{Connection, Database, ReadTransaction};
use app::view::{Banner, BannerKind, Crumb, EstimateLabel, Frame, IngestProgress, Loaded, Section, Shown};
use chrono::{DateTime, NaiveDate, Utc};

use super::dress::chain;
use super::filter_bar::{self, Bar, account_word};
use super::freshness;
use super::known::Known;
use super::lens::Lens;
use super::load::trends;
use super::query::{EMPTY_TAG, NO_TEAM, Query, Words};
use super::{AppState, Problem, Visit, page, unread};
use crate::ingest::pace::Pace;
use crate::store::account::{self, Account};
use crate::store::estimate::EstimateRow;
use crate::store::selection::{Basis, Facet, Filter, Period, TagFacet};
use crate::store::standing::{self, Facets, Refused, Standing};
use crate::store::{AccountScope, Origin, reading};

/// What a page is made with. Dropping it ends its read-only transaction.
#[derive(Debug)]
pub struct Desk {
    transaction: ReadTransaction,
    /// What counts as now.
    pub now: DateTime<Utc>,
    /// The accounts the visitor may see, by number.
    pub accounts: Vec<Account>,
    /// The same as a scope.
    pub scope: AccountScope,
    /// The active estimate; `None` before the first import.
    pub estimate: Option<EstimateRow>,
    /// Its factors, or those of the program while there is none, and what counts.
    pub factors: Lens,
    /// How the sources stand.
    pub standing: Standing,
    /// The page as the estimate in force makes it.
    in_force_href: String,
    database: Database,
    /// The parts of the page that could not be read, as people call them, and what they are told.
    broken: Vec<(&'static str, Problem)>,
}

/// Where a page stands in the house.
#[derive(Debug, Clone, Default)]
pub struct Place {
    /// The page's own name.
    pub title: String,
    /// The part of the house.
    pub section: Section,
    /// Ancestors, outermost first.
    pub breadcrumb: Vec<Crumb>,
}

impl Desk {
    /// Begins to read for a page.
    ///
    /// # Errors
    /// When the database refuses, or the factor set of the active estimate cannot be made.
    pub async fn open(state: &AppState) -> Result<Self, Problem> {
        Self::with_estimate(state, None).await
    }

    /// Begins to read for a page whose address may ask for the numbers of another estimate than the one in force.
    ///
    /// # Errors
    /// [`Problem::NoSuchThing`] for an estimate that was never made; else as [`Desk::open`].
    pub async fn reading(state: &AppState, query: &Query) -> Result<Self, Problem> {
        let mut desk = Self::with_estimate(state, query.estimate).await?;
        let rest = Query { estimate: None, ..query.clone() };
        desk.in_force_href = rest.permalink(query.period(desk.today()));
        desk.factors.mass = query.mass;
        // Trends say by their figure what counts.
        if filter_bar::counts(&query.path) && !query.path.starts_with(trends::PATH) {
            desk.factors.basis = query.basis;
        }
        Ok(desk)
    }

    async fn with_estimate(state: &AppState, asked: Option<i32>) -> Result<Self, Problem> {
        let pool = &state.database.web;
        let all = account::all(pool).await?;
        let scope = account::visible(&all);
        let accounts = all.into_iter().filter(|each| scope.ids().contains(&each.account_id)).collect();
        let mut transaction = reading::begin(pool, &scope).await?;
        let mut standing = standing::read(&mut transaction, scope.origin(), asked, state.now).await?;
        let estimate = standing.estimate.take();
        if asked.is_some() && estimate.is_none() {
            return Err(Problem::NoSuchThing { what: "estimate", list: "/methodology/sets" });
        }
        let factors = Lens::new(state.factors(estimate.as_ref())?, Basis::default());
        Ok(Self {
            transaction,
            now: state.now.unwrap_or(standing.now),
            accounts,
            scope,
            estimate,
            factors,
            standing,
            in_force_href: String::new(),
            database: state.database.clone(),
            broken: Vec::new(),
        })
    }

    /// A part of the page that may be missing without the rest of it. A failure ends what the page reads in; the parts
    /// after it are read at a later moment.
    ///
    /// # Errors
    /// What is wrong with the request itself; and what cannot be read, where nothing else can be either.
    pub async fn part<T>(
        &mut self,
        name: &'static str,
        read: Result<T, impl Into<Problem>>,
    ) -> Result<Loaded<T>, Problem> {
        let problem = match read {
            Ok(value) => return Ok(Loaded::Ready(value)),
            Err(error) => error.into(),
        };
        if !problem.status().is_server_error() {
            return Err(problem);
        }
        match reading::begin(&self.database.web, &self.scope).await {
            Ok(transaction) => self.transaction = transaction,
            Err(_) => return Err(problem),
        }
        let why = problem.to_string();
        self.broken.push((name, problem));
        Ok(Loaded::Failed(why))
    }

    /// A figure that rests on metrics: where they may not be read, nobody looked, which is another thing than not knowing.
    #[must_use]
    pub fn of_metrics(&self, account_id: i32, region: &str, shown: Shown) -> Shown {
        let is_refused = |refused: &Refused| {
            (refused.account_id, refused.region.as_str(), refused.feature.as_str())
                == (account_id, region, "cloudwatch")
        };
        match shown {
            Shown::Unknown(_) if self.standing.refusals.iter().any(is_refused) => {
                Shown::NotEvaluated(format!("needs cloudwatch:GetMetricData in {region}"))
            }
            shown => shown,
        }
    }

    /// The connection, inside the page's transaction.
    pub fn connection(&mut self) -> &mut Connection {
        &mut self.transaction
    }

    /// Gives the transaction away, for an export that outlives the handler.
    pub fn into_transaction(self) -> ReadTransaction {
        self.transaction
    }

    /// The day it is, UTC.
    #[must_use]
    pub fn today(&self) -> NaiveDate {
        self.now.date_naive()
    }

    /// What people call an account of the scope.
    #[must_use]
    pub fn account_name(&self, account_id: i32) -> String {
        let found = self.accounts.iter().find(|account| account.account_id == account_id);
        found.map_or_else(String::new, |account| account.name.clone())
    }

    /// AWS' number of an account of the scope; nothing while AWS has not told.
    #[must_use]
    pub fn aws_account(&self, account_id: i32) -> String {
        let found = self.accounts.iter().find(|account| account.account_id == account_id);
        found.and_then(|account| account.aws_account_id.clone()).unwrap_or_default()
    }

    /// The filter that a query string means here.
    #[must_use]
    pub fn filter(&self, query: &Query) -> Filter {
        let mut filter = Filter::of(query.period(self.today()));
        filter.accounts.any_of = self.account_numbers(&query.account.any_of);
        filter.accounts.none_of = self.account_numbers(&query.account.none_of);
        filter.search.clone_from(&query.q);
        filter.basis = self.factors.basis;
        let filter =
            query.attributes().fold(filter, |filter, (attribute, words)| filter.with(attribute, stored(words)));
        query.tags().fold(filter, |filter, (key, words)| filter.with_tag(key, stored_tag(words)))
    }

    /// The frame of a page that no filter touches.
    #[must_use]
    pub fn frame(&self, visit: &Visit, place: Place) -> Frame {
        self.framed(visit, place, None)
    }

    fn framed(&self, visit: &Visit, place: Place, filter: Option<&Filter>) -> Frame {
        let mut banners = self.banners(&place, filter);
        banners.extend(self.broken(visit));
        let estimate = self.estimate.as_ref();
        Frame {
            title: place.title,
            section: place.section,
            breadcrumb: place.breadcrumb,
            freshness: freshness::items(&self.standing, self.estimate.as_ref(), self.today()),
            review_badge: self.review_badge(),
            demo: self.scope.origin() == Origin::Demo,
            banners,
            is_broken: !self.broken.is_empty(),
            unread: self.unread(),
            estimate: estimate.map_or_else(EstimateLabel::default, |estimate| EstimateLabel {
                factor_set: estimate.label.clone(),
                factor_set_sha256: estimate.sha256.clone(),
                method_version: estimate.method_version.clone(),
            }),
            ingest: self.progress(),
            due_days: self.due_days(),
            open_recommendations: u64::try_from(self.standing.open_findings).ok().filter(|open| *open > 0),
            mass: self.factors.mass,
            counted: (!self.factors.basis.is_usual()).then(|| {
                let basis = self.factors.basis;
                format!("cost {}, emissions {} in CO\u{2082}e", basis.of_cost(), basis.of_emissions())
            }),
            generated_at: self.standing.now,
            ..page::bare_frame(&visit.exchange, visit.uri.path())
        }
    }

    /// The frame of a page with a filter bar.
    #[must_use]
    pub fn filtered_frame(&self, visit: &Visit, place: Place, query: &Query, searches: bool) -> Frame {
        let facets = self.facets();
        let period = query.period(self.today());
        let bar = Bar { query, period, today: self.today(), accounts: &self.accounts, facets, searches };
        let (bar, filter) = (bar.view(), self.filter(query));
        let frame = self.framed(visit, place, Some(&filter));
        Frame { filter: Some(bar), permalink: query.permalink(period), ..frame }
    }

    /// The values of the facets and how far back the ledger reaches; nothing before the first import.
    #[must_use]
    pub const fn facets(&self) -> &Facets {
        &self.standing.facets
    }

    /// The frame of a page about one thing: a period to choose, and nothing else to filter by.
    #[must_use]
    pub fn period_frame(&self, visit: &Visit, place: Place, query: &Query) -> Frame {
        let period = query.period(self.today());
        let nothing = Facets::default();
        let bar = Bar { query, period, today: self.today(), accounts: &[], facets: &nothing, searches: false };
        Frame { filter: Some(bar.view()), permalink: query.permalink(period), ..self.frame(visit, place) }
    }

    /// The frame of a page about whole lives: no filter narrows it, which it says where one is set, and the ways on and back
    /// keep it.
    #[must_use]
    pub fn lifelong_frame(&self, visit: &Visit, place: Place, query: &Query) -> Frame {
        let mut frame = self.frame(visit, place);
        if query.facets().any(|(_, words)| *words != Words::default()) {
            frame.banners.push(Banner {
                kind: BannerKind::Note,
                text: "This page is about whole lives. The filters of the list are kept and do not narrow it."
                    .to_owned(),
                link: None,
            });
        }
        let basis = self.factors.basis;
        if !basis.is_usual() {
            frame.banners.push(Banner {
                kind: BannerKind::Note,
                text: format!("Cost counts {}, emissions {}.", basis.of_cost(), basis.of_emissions()),
                link: Some(Crumb {
                    label: "Count as usual".to_owned(),
                    href: Query { basis: Basis::default(), ..query.clone() }.permalink(query.period(self.today())),
                }),
            });
        }
        frame.kept_query = query.filter_string(query.period(self.today()));
        frame
    }

    /// How far a running import is; `None` while none runs.
    #[must_use]
    pub fn progress(&self) -> Option<IngestProgress> {
        let run = self.standing.run.as_ref().filter(|run| run.is_alive)?;
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        let pace = Pace {
            done: count(run.done),
            total: Some(count(run.total)),
            elapsed_s: (self.standing.now - run.started_at).as_seconds_f64(),
        };
        Some(IngestProgress {
            windows_done: count(run.done),
            windows_total: count(run.total),
            phase: phase(&run.phase).to_owned(),
            failed: count(run.failing),
            left_s: pace.left().map(|left| left.as_secs()),
            href: format!("/imports/{}", run.run_id),
        })
    }

    /// Days of resources whose figures are still to be computed, where no import is at it.
    fn due_days(&self) -> u64 {
        match self.progress() {
            Some(_) => 0,
            None => u64::try_from(self.standing.due_days).unwrap_or_default(),
        }
    }

    fn account_numbers(&self, words: &[String]) -> Vec<i32> {
        let number = |word: &String| {
            let found = self.accounts.iter().find(|account| account_word(account) == word);
            found.map_or(0, |account| account.account_id)
        };
        words.iter().map(number).collect()
    }

    /// What is known of the days of a period.
    #[must_use]
    pub(super) const fn known(&self, period: Period) -> Known<'_> {
        Known { standing: &self.standing, period, now: self.now }
    }

    /// That the review of the last week waits, once there is something to review.
    fn review_badge(&self) -> Option<String> {
        let is_due = self.facets().first_day.is_some() && !self.standing.is_reviewed;
        is_due.then(|| "due".to_owned())
    }

    /// How many sources cannot be read, of how many that were tried.
    fn unread(&self) -> Option<(u64, u64)> {
        let refused = self.standing.refusals.len() as u64;
        (refused > 0).then(|| (refused, u64::try_from(self.standing.probes).unwrap_or_default()))
    }

    /// Which parts could not be read, for the reader and for the log.
    fn broken(&self, visit: &Visit) -> Option<Banner> {
        let request = visit.exchange.request_id.as_str();
        for (part, problem) in &self.broken {
            tracing::error!(part, request_id = request, cause = chain(problem), "a part of a page could not be read");
        }
        let names: Vec<&str> = self.broken.iter().map(|(name, _)| *name).collect();
        let address = visit.uri.path_and_query().map_or_else(|| visit.uri.path().to_owned(), ToString::to_string);
        (!names.is_empty()).then(|| Banner {
            kind: BannerKind::Warning,
            text: format!(
                "Could not be read: {}. The rest stands. If you report this, name request {request}.",
                names.join(", ")
            ),
            link: Some(Crumb { label: "Try again".to_owned(), href: address }),
        })
    }

    fn banners(&self, place: &Place, filter: Option<&Filter>) -> Vec<Banner> {
        let mut banners = Vec::new();
        if let Some(estimate) = self.estimate.as_ref().filter(|estimate| !estimate.is_active) {
            banners.push(Banner {
                kind: BannerKind::Note,
                text: format!(
                    "These are the numbers of factor set {} (method {}), which is not the one in force.",
                    estimate.label, estimate.method_version
                ),
                link: (!self.in_force_href.is_empty())
                    .then(|| Crumb { label: "Show the numbers in force".to_owned(), href: self.in_force_href.clone() }),
            });
        }
        let account = |account_id: i32| self.account_name(account_id);
        banners.extend(unread::notice(place, filter, &self.standing.refusals, account));
        banners.extend(unread::failing(place, filter, (&self.standing.failing, &self.standing.refusals), account));
        let is_read = self.progress().is_none() && self.estimate.is_some();
        let shortfall = filter.filter(|_| is_read).map(|filter| self.known(filter.period));
        banners.extend(shortfall.and_then(|known| known.shortfall(place.section)));
        if self.database.single_role {
            banners.push(Banner {
                kind: BannerKind::Warning,
                text: "The server runs with a single database role: its connections are not held to the least rights."
                    .to_owned(),
                link: None,
            });
        }
        banners
    }
}

/// Names of which the empty one is written as a word.
fn stored(words: &Words) -> Facet<String> {
    let values = |words: &[String]| {
        words.iter().map(|word| if word == NO_TEAM { String::new() } else { word.clone() }).collect()
    };
    Facet { any_of: values(&words.any_of), none_of: values(&words.none_of) }
}

/// Values of a tag, of which none and nothing are written as words.
fn stored_tag(words: &Words) -> TagFacet {
    let value = |word: &String| match word.as_str() {
        NO_TEAM => None,
        EMPTY_TAG => Some(String::new()),
        word => Some(word.to_owned()),
    };
    let values = |words: &[String]| words.iter().map(value).collect();
    Facet { any_of: values(&words.any_of), none_of: values(&words.none_of) }
}

fn phase(stored: &str) -> &str {
    match stored {
        "plan" => "Finding out what is there.",
        "inventory" => "Listing jobs and endpoints.",
        "metrics" => "Reading metrics.",
        "estimate" => "Estimating.",
        "advise" => "Looking for advice.",
        other => other,
    }
}
