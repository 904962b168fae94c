//! Every page, full and empty, as a whole document.

use crate::{
    sample, sample_configuration, sample_figures, sample_jobs, sample_more, sample_notebooks, sample_onboarding,
    sample_pipelines, sample_runs, sample_search, sample_trends, states,
};
use app::pages;
use app::view::*;
use std::path::PathBuf;

/// The name and the HTML of every document the product can show with sample data.
pub fn all() -> Vec<(&'static str, String)> {
    let mut documents = full();
    documents.extend(accounts_of_figures());
    documents.extend(jobs());
    documents.extend(pipelines());
    documents.extend(storage());
    documents.extend(notebooks());
    documents.extend(runs());
    documents.extend(trends());
    documents.extend(beginnings());
    documents.extend(searches());
    documents.extend(leads());
    documents.extend(compared());
    documents.extend(appearance());
    documents.extend(empty());
    documents.extend(without_rows());
    documents.extend(states::all());
    documents
}

fn full() -> Vec<(&'static str, String)> {
    let frame = sample::frame;
    let crumb = |label: &str, href: &str| vec![Crumb { label: label.into(), href: href.into() }];
    let unfiltered = |title: &str, path: &str, section| Frame { filter: None, ..frame(title, path, section) };
    let listed = |title: &str, path: &str, section| Frame {
        csv_href: Some(format!("{path}.csv")),
        ..frame(title, path, section)
    };
    let job =
        Frame { breadcrumb: crumb("Jobs", "/jobs"), ..frame("resnet-sweep-0311-trial-08", "/jobs/x", Section::Jobs) };
    let endpoint = Frame {
        breadcrumb: crumb("Endpoints", "/endpoints"),
        ..frame("search-rerank", "/endpoints/x", Section::Endpoints)
    };
    let finding = Frame {
        breadcrumb: crumb("Recommendations", "/recommendations"),
        ..unfiltered(
            "Delete or scale down an endpoint that nobody calls",
            "/recommendations/7d1f",
            Section::Recommendations,
        )
    };
    let review = Frame {
        breadcrumb: crumb("Reviews", "/reviews"),
        ..unfiltered("Review 2026-W46", "/reviews/2026-W46", Section::Reviews)
    };
    vec![
        (
            "overview",
            app::render(&frame("Overview", "/", Section::Overview), || pages::overview::page(&sample::overview())),
        ),
        ("jobs", app::render(&listed("Jobs", "/jobs", Section::Jobs), || pages::jobs::page(&sample::jobs()))),
        ("job", app::render(&job, || pages::job::page(&sample::job()))),
        (
            "endpoints",
            app::render(&listed("Endpoints", "/endpoints", Section::Endpoints), || {
                pages::endpoints::page(&sample_more::endpoints())
            }),
        ),
        (
            "notebooks",
            app::render(&listed("Notebooks", "/notebooks", Section::Notebooks), || {
                pages::notebooks::page(&sample_notebooks::list())
            }),
        ),
        ("endpoint", app::render(&endpoint, || pages::endpoint::page(&sample_more::endpoint()))),
        (
            "recommendations",
            app::render(&frame("Recommendations", "/recommendations", Section::Recommendations), || {
                pages::recommendations::page(&sample_more::recommendations())
            }),
        ),
        ("recommendation", app::render(&finding, || pages::recommendation::page(&sample_more::recommendation()))),
        (
            "reviews",
            app::render(&unfiltered("Reviews", "/reviews", Section::Reviews), || {
                pages::reviews::page(&sample_more::reviews())
            }),
        ),
        ("review", app::render(&review, || pages::review::page(&sample_more::review()))),
        ("review_signed", app::render(&review, || pages::review::page(&sample_more::signed_review()))),
        (
            "imports",
            app::render(&unfiltered("Imports", "/imports", Section::Imports), || {
                pages::imports::page(&sample_more::imports())
            }),
        ),
        (
            "calculator",
            app::render(&unfiltered("Calculator", "/calculator", Section::Calculator), || {
                pages::calculator::page(&sample_more::calculator())
            }),
        ),
        (
            "methodology",
            app::render(&unfiltered("Methodology", "/methodology", Section::Methodology), || {
                pages::methodology::page(&sample_more::methodology())
            }),
        ),
        (
            "factor_sets",
            app::render(&unfiltered("Factor sets", "/methodology/sets", Section::Methodology), || {
                pages::factor_sets::page(&sample_more::factor_sets())
            }),
        ),
        (
            "factor_set",
            app::render(&unfiltered("2026.11-own-1", "/methodology/sets/1", Section::Methodology), || {
                pages::factor_set::page(&sample_more::factor_set())
            }),
        ),
        (
            "error",
            app::render(&unfiltered("There is no such job", "/jobs/y", Section::None), || {
                pages::error::page(&sample_more::not_found())
            }),
        ),
    ]
}

/// The overview with another figure first.
fn leads() -> Vec<(&'static str, String)> {
    let page = |first: Lead, place: usize| {
        let mut frame = sample::frame("Overview", "/", Section::Overview);
        if let Some(filter) = &mut frame.filter {
            filter.metrics = sample::metrics(place);
        }
        app::render(&frame, || pages::overview::page(&OverviewView { first, ..sample::overview() }))
    };
    vec![("overview_energy", page(Lead::Energy, 1)), ("overview_emissions", page(Lead::Emissions, 2))]
}

/// How the pages look, as a reader of dark ones without keys has it.
fn appearance() -> Vec<(&'static str, String)> {
    let dark = Appearance { theme: Theme::Dark, shortcuts: false };
    let draw = |appearance: Appearance| {
        let frame = Frame {
            appearance,
            filter: None,
            ..sample::frame("Appearance", "/settings/appearance", Section::Settings)
        };
        app::render(&frame, || pages::appearance::page(&appearance))
    };
    vec![("appearance", draw(Appearance::default())), ("appearance_dark", draw(dark))]
}

/// The overview beside a year of which nothing is known, and beside a review.
fn compared() -> Vec<(&'static str, String)> {
    let page = |chosen: &str, words: &str, view: OverviewView| {
        let mut frame = sample::frame("Overview", "/", Section::Overview);
        if let Some(filter) = &mut frame.filter {
            filter.against = sample::against(chosen);
            filter.compared_with = Some(words.into());
            filter.query_string.push_str("&cmp=");
            filter.query_string.push_str(chosen);
        }
        app::render(&frame, || pages::overview::page(&view))
    };
    let review = "review 2026-W45 (2–8 Nov 2026)";
    vec![
        ("overview_year_unknown", page("yoy", "10–16 Nov 2025", sample_more::overview_alone())),
        (
            "review_pair",
            app::render(
                &Frame {
                    filter: None,
                    ..sample::frame("2026-W46 beside 2026-W45", "/reviews/2026-W46/compare/2026-W45", Section::Reviews)
                },
                || pages::review_pair::page(&sample_more::review_pair()),
            ),
        ),
        ("overview_review", page("review:2026-W45", review, sample_more::overview_beside_a_review(review))),
    ]
}

/// A search that found something, nothing, nothing near, and one that nobody has begun.
fn searches() -> Vec<(&'static str, String)> {
    let page = |view: SearchView| {
        let frame = Frame { search: Some(view.text.clone()), ..sample::frame("Search", "/search", Section::None) };
        app::render(&frame, || pages::search::page(&view))
    };
    vec![
        ("search", page(sample_search::found())),
        ("search_nothing", page(sample_search::nothing())),
        ("search_nothing_near", page(sample_search::nothing_near())),
        ("search_unasked", page(SearchView::default())),
    ]
}

/// Somebody who begins, and the end of the demo.
fn beginnings() -> Vec<(&'static str, String)> {
    let frame = |title: &str, path: &str| Frame { filter: None, ..sample::frame(title, path, Section::None) };
    let nothing = Frame {
        demo: false,
        freshness: Vec::new(),
        estimate: EstimateLabel::default(),
        ..frame("Getting started", "/onboarding")
    };
    let own = Frame { demo: false, unread: Some((1, 312)), ..frame("Getting started", "/onboarding") };
    let removal = Frame {
        breadcrumb: vec![Crumb { label: "Getting started".into(), href: "/onboarding".into() }],
        ..frame("Demo data", "/onboarding/demo")
    };
    let begin = |frame: &Frame, view: OnboardingView| app::render(frame, || pages::onboarding::page(&view));
    let remove = |view: DemoRemovalView| app::render(&removal, || pages::demo_removal::page(&view));
    vec![
        ("onboarding", begin(&nothing, sample_onboarding::empty())),
        ("onboarding_demo", begin(&frame("Getting started", "/onboarding"), sample_onboarding::demo())),
        ("onboarding_own", begin(&own, sample_onboarding::own())),
        ("demo_removal", remove(sample_onboarding::removal())),
        ("demo_removed", remove(DemoRemovalView::default())),
    ]
}

/// Pages about where figures come from.
fn accounts_of_figures() -> Vec<(&'static str, String)> {
    let frame = sample::frame;
    let unfiltered = |title: &str, path: &str, section| Frame { filter: None, ..frame(title, path, section) };
    vec![
        (
            "reconciliation",
            app::render(&unfiltered("Beside AWS' own figures", "/reconciliation", Section::Methodology), || {
                pages::reconciliation::page(&sample_figures::reconciliation())
            }),
        ),
        (
            "configuration",
            app::render(&unfiltered("Configuration", "/configuration?kind=model", Section::Imports), || {
                pages::configuration::page(&sample_configuration::page())
            }),
        ),
        (
            "configuration_unread",
            app::render(&unfiltered("Configuration", "/configuration", Section::Imports), || {
                pages::configuration::page(&ConfigurationView::default())
            }),
        ),
        (
            "why",
            app::render(&frame("Why this number", "/why", Section::Overview), || pages::why::page(&sample_more::why())),
        ),
    ]
}

/// The ledger over time, and views that are kept.
fn trends() -> Vec<(&'static str, String)> {
    let over_time = |view: TrendsView| app::render(&sample_trends::page_frame(), || pages::trends::page(&view));
    let frame = Frame { filter: None, ..sample::frame("Saved views", "/views", Section::Trends) };
    let views = |view: SavedViewsView| app::render(&frame, || pages::views::page(&view));
    let first_run = TrendsView { state: PageState::NoSource, ..TrendsView::default() };
    vec![
        ("trends", over_time(sample_trends::bars())),
        ("trends_one_by_one", over_time(sample_trends::one_by_one())),
        ("trends_by_the_hour", over_time(sample_trends::by_the_hour())),
        ("trends_lines", over_time(sample_trends::lines())),
        ("trends_area", over_time(sample_trends::area())),
        ("trends_heat", over_time(sample_trends::field())),
        ("trends_unpriced", over_time(sample_trends::unpriced())),
        ("trends_truly_zero", over_time(sample_trends::nothing())),
        ("trends_no_source", over_time(first_run)),
        ("views", views(sample_trends::views())),
        ("views_refused", views(sample_trends::refused_view())),
        ("views_empty", views(SavedViewsView::default())),
    ]
}

/// Jobs beside each other.
fn jobs() -> Vec<(&'static str, String)> {
    let crumbs = vec![Crumb { label: "Jobs".into(), href: "/jobs".into() }];
    let below = |title: &str, path: &str| Frame {
        filter: None,
        breadcrumb: crumbs.clone(),
        ..sample::frame(title, path, Section::Jobs)
    };
    let practice =
        Frame { breadcrumb: crumbs.clone(), ..sample::frame("How jobs are run", "/jobs/practice", Section::Jobs) };
    vec![
        (
            "compare",
            app::render(&below("Jobs side by side", "/jobs/compare?id=a&id=b&id=c"), || {
                pages::compare::page(&sample_jobs::compared())
            }),
        ),
        (
            "tunings",
            app::render(&below("Tuning jobs", "/jobs/tuning"), || pages::tunings::page(&sample_jobs::tunings())),
        ),
        (
            "tunings_none",
            app::render(&below("Tuning jobs", "/jobs/tuning"), || {
                pages::tunings::page(&TuningsView { state: PageState::TrulyZero, ..TuningsView::default() })
            }),
        ),
        (
            "tuning",
            app::render(&below("resnet-sweep-0311", "/jobs/tuning/x"), || pages::tuning::page(&sample_jobs::tuning())),
        ),
        (
            "tuning_bare",
            app::render(&below("bare", "/jobs/tuning/bare"), || pages::tuning::page(&TuningView::default())),
        ),
        ("practice", app::render(&practice, || pages::practice::page(&sample_jobs::practice()))),
        (
            "families",
            app::render(&sample::frame("Jobs by family", "/jobs?group=family", Section::Jobs), || {
                pages::families::page(&sample_jobs::families())
            }),
        ),
    ]
}

/// Pipelines and their executions, with and without something to show.
fn pipelines() -> Vec<(&'static str, String)> {
    let listed = |view: PipelinesView| {
        let frame = Frame {
            csv_href: Some("/pipelines.csv".into()),
            ..sample::frame("Pipelines", "/pipelines", Section::Pipelines)
        };
        app::render(&frame, || pages::pipelines::page(&view))
    };
    let crumbs = vec![Crumb { label: "Pipelines".into(), href: "/pipelines".into() }];
    let below = |title: &str, path: &str| Frame {
        breadcrumb: crumbs.clone(),
        ..sample::frame(title, path, Section::Pipelines)
    };
    let zero = |reach: Reach| PipelinesView { state: PageState::TrulyZero, reach, ..PipelinesView::default() };
    let refused = Reach { was_read: false, ..sample_pipelines::refused() };
    let away = PipelinesView { state: sample::filtered_away(9), ..PipelinesView::default() };
    vec![
        ("pipelines", listed(sample_pipelines::pipelines())),
        ("pipelines_filtered_away", listed(away)),
        ("pipelines_refused", listed(zero(refused))),
        ("pipelines_unread", listed(zero(Reach::default()))),
        ("pipelines_none", listed(zero(Reach { was_read: true, ..Reach::default() }))),
        (
            "pipeline",
            app::render(&below("nightly-two-tower", "/pipelines/x"), || {
                pages::pipeline::page(&sample_pipelines::pipeline())
            }),
        ),
        (
            "pipeline_bare",
            app::render(&below("bare", "/pipelines/bare"), || pages::pipeline::page(&PipelineView::default())),
        ),
        (
            "execution",
            app::render(&below("Execution 3f2a9c0b1d7e", "/pipelines/x/executions/3f2a9c0b1d7e"), || {
                pages::execution::page(&sample_pipelines::execution())
            }),
        ),
        (
            "execution_bare",
            app::render(&below("bare", "/pipelines/x/executions/bare"), || {
                pages::execution::page(&ExecutionView::default())
            }),
        ),
    ]
}

/// What is kept, with and without something to show.
fn storage() -> Vec<(&'static str, String)> {
    let shown = |view: StorageView| {
        let frame =
            Frame { csv_href: Some("/storage.csv".into()), ..sample::frame("Storage", "/storage", Section::Storage) };
        app::render(&frame, || pages::storage::page(&view))
    };
    let refused = Reach { was_read: false, ..sample_pipelines::refused() };
    let mut in_part = sample_pipelines::refused();
    in_part.refused.extend(in_part.refused.first().cloned().map(|each| Refused { what: "log groups".into(), ..each }));
    vec![
        ("storage", shown(sample_pipelines::storage())),
        ("storage_in_part", shown(StorageView { reach: in_part, ..StorageView::default() })),
        ("storage_filtered_away", shown(StorageView { state: sample::filtered_away(17), ..StorageView::default() })),
        (
            "storage_refused",
            shown(StorageView { state: PageState::TrulyZero, reach: refused, ..StorageView::default() }),
        ),
    ]
}

/// One notebook, with and without something to show, and the accounts behind everything.
fn notebooks() -> Vec<(&'static str, String)> {
    let crumbs = vec![Crumb { label: "Notebooks".into(), href: "/notebooks".into() }];
    let below = |title: &str, path: &str| Frame {
        breadcrumb: crumbs.clone(),
        ..sample::frame(title, path, Section::Notebooks)
    };
    let accounts = |view: AccountsView| {
        let frame = Frame { filter: None, ..sample::frame("Accounts", "/settings/accounts", Section::Settings) };
        app::render(&frame, || pages::accounts::page(&view))
    };
    vec![
        (
            "notebook",
            app::render(&below("defects-explore", "/notebooks/x"), || pages::notebook::page(&sample_notebooks::one())),
        ),
        (
            "notebook_bare",
            app::render(&below("bare", "/notebooks/bare"), || pages::notebook::page(&sample_notebooks::bare())),
        ),
        ("accounts", accounts(sample_notebooks::accounts())),
        ("accounts_none", accounts(AccountsView::default())),
    ]
}

/// A run in every state, and what runs left out.
fn runs() -> Vec<(&'static str, String)> {
    let imports = vec![Crumb { label: "Imports".into(), href: "/imports".into() }];
    let below = |title: &str, path: &str| Frame {
        filter: None,
        breadcrumb: imports.clone(),
        ..sample::frame(title, path, Section::Imports)
    };
    let run = |view: &RunView| {
        let refresh_s = view.state.is_open().then_some(5);
        app::render(&Frame { refresh_s, ..below("Run of 16 Nov 2026 07:00", "/imports/x") }, || pages::run::page(view))
    };
    vec![
        ("run_running", run(&sample_runs::running())),
        ("run_refused", run(&sample_runs::refused())),
        ("run_done", run(&sample_runs::ended(RunState::Complete))),
        ("run_failed", run(&sample_runs::ended(RunState::Failed))),
        ("run_interrupted", run(&sample_runs::ended(RunState::Interrupted))),
        ("run_cancelled", run(&sample_runs::ended(RunState::Cancelled))),
        (
            "units",
            app::render(&below("Units of work", "/settings/units"), || pages::units::page(&sample_more::units())),
        ),
        (
            "working_hours",
            app::render(&below("Working hours", "/settings/hours"), || {
                pages::working_hours::page(&sample_notebooks::working_hours())
            }),
        ),
        ("kpis", app::render(&below("Key figures", "/settings/kpis"), || pages::kpis::page(&sample_more::kpis()))),
        (
            "imports_no_runs",
            app::render(&below("Imports", "/imports"), || {
                pages::imports::page(&ImportsView { state: PageState::Ready, ..ImportsView::default() })
            }),
        ),
        (
            "backfill",
            app::render(&below("Read a longer span", "/imports/backfill"), || {
                pages::backfill::page(&sample_runs::backfill())
            }),
        ),
        ("gaps", app::render(&below("Gaps", "/imports/gaps"), || pages::gaps::page(&sample_runs::gaps()))),
        ("gaps_none", app::render(&below("Gaps", "/imports/gaps"), || pages::gaps::page(&GapsView::default()))),
    ]
}

/// Lists without a row, for each reason there is.
fn without_rows() -> Vec<(&'static str, String)> {
    let frame = |title: &str, path: &str, section| Frame {
        filter: Some(sample::filter_with_chip(path)),
        ..sample::frame(title, path, section)
    };
    let overview = |state| {
        let view = OverviewView { state, ..OverviewView::default() };
        app::render(&frame("Overview", "/", Section::Overview), || pages::overview::page(&view))
    };
    let jobs = |state| {
        let view = JobsView { state, ..JobsView::default() };
        app::render(&frame("Jobs", "/jobs", Section::Jobs), || pages::jobs::page(&view))
    };
    let endpoints = |state| {
        let view = EndpointsView { state, ..EndpointsView::default() };
        app::render(&frame("Endpoints", "/endpoints", Section::Endpoints), || pages::endpoints::page(&view))
    };
    let notebooks = |state| {
        let list = JobsView { state, ..JobsView::default() };
        let view = NotebooksView { list, ..NotebooksView::default() };
        app::render(&frame("Notebooks", "/notebooks", Section::Notebooks), || pages::notebooks::page(&view))
    };
    let recommendations = |state| {
        let view = RecommendationsView { state, ..RecommendationsView::default() };
        let frame = frame("Recommendations", "/recommendations", Section::Recommendations);
        app::render(&frame, || pages::recommendations::page(&view))
    };
    vec![
        ("overview_filtered_away", overview(sample::filtered_away(42))),
        ("overview_truly_zero", overview(PageState::TrulyZero)),
        ("endpoints_filtered_away", endpoints(sample::filtered_away(1))),
        ("endpoints_no_source", endpoints(PageState::NoSource)),
        ("notebooks_filtered_away", notebooks(sample::filtered_away(3))),
        ("notebooks_no_source", notebooks(PageState::NoSource)),
        ("notebooks_truly_zero", notebooks(PageState::TrulyZero)),
        ("jobs_no_source", jobs(PageState::NoSource)),
        ("jobs_truly_zero", jobs(PageState::TrulyZero)),
        ("recommendations_filtered_away", recommendations(sample::filtered_away(8))),
        ("recommendations_no_source", recommendations(PageState::NoSource)),
    ]
}

fn empty() -> Vec<(&'static str, String)> {
    let frame = sample::frame;
    let filtered = Frame { filter: Some(sample::filter_with_chip("/jobs")), ..frame("Jobs", "/jobs", Section::Jobs) };
    let away = sample::filtered_away(42);
    let first_run = Frame {
        demo: false,
        freshness: Vec::new(),
        estimate: EstimateLabel::default(),
        ingest: Some(IngestProgress {
            windows_done: 12,
            windows_total: 90,
            phase: "Reading metrics of demo-research, us-east-1.".into(),
            failed: 1,
            left_s: Some(140),
            href: "/imports/0198c0de-0000-7000-8000-000000000001".into(),
        }),
        banners: vec![Banner {
            kind: BannerKind::Warning,
            text: "The database role may not create roles; everything runs as one.".into(),
            link: None,
        }],
        ..frame("Overview", "/", Section::Overview)
    };
    vec![
        (
            "overview_no_source",
            app::render(&first_run, || {
                pages::overview::page(&OverviewView { state: PageState::NoSource, ..OverviewView::default() })
            }),
        ),
        (
            "jobs_filtered_away",
            app::render(&filtered, || pages::jobs::page(&JobsView { state: away.clone(), ..JobsView::default() })),
        ),
        (
            "endpoints_truly_zero",
            app::render(&frame("Endpoints", "/endpoints", Section::Endpoints), || {
                pages::endpoints::page(&EndpointsView { state: PageState::TrulyZero, ..EndpointsView::default() })
            }),
        ),
        (
            "recommendations_empty",
            app::render(&frame("Recommendations", "/recommendations", Section::Recommendations), || {
                pages::recommendations::page(&RecommendationsView::default())
            }),
        ),
        (
            "job_bare",
            app::render(&frame("bare", "/jobs/bare", Section::Jobs), || pages::job::page(&JobView::default())),
        ),
        (
            "endpoint_bare",
            app::render(&frame("bare", "/endpoints/bare", Section::Endpoints), || {
                pages::endpoint::page(&EndpointView::default())
            }),
        ),
        (
            "reviews_empty",
            app::render(&frame("Reviews", "/reviews", Section::Reviews), || {
                pages::reviews::page(&ReviewsView::default())
            }),
        ),
        (
            "imports_no_source",
            app::render(&frame("Imports", "/imports", Section::Imports), || {
                pages::imports::page(&ImportsView {
                    state: PageState::NoSource,
                    takes_usage: true,
                    ..ImportsView::default()
                })
            }),
        ),
        (
            "refused_forms",
            app::render(&frame("Review", "/reviews/x", Section::Reviews), || pages::review::page(&refused())),
        ),
    ]
}

fn refused() -> ReviewView {
    let form = FormState {
        values: [("title".to_owned(), "Delete <b>it</b>".to_owned())].into(),
        errors: vec![Field {
            name: "due".into(),
            message: "The date must be a day to come, such as 2026-11-23.".into(),
        }],
    };
    ReviewView { action_form: form, ..sample_more::review() }
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the pages are written to the scratch folder, to be looked at in a browser"
)]
fn pages_look_as_recorded() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pages");
    std::fs::create_dir_all(&folder).unwrap();
    let mut names = std::collections::BTreeSet::new();
    for (name, html) in all() {
        assert!(names.insert(name), "two documents are called {name}");
        std::fs::write(folder.join(format!("{name}.html")), &html).unwrap();
        insta::assert_snapshot!(name, readable(&html));
    }
}

#[test]
fn drawing_twice_gives_the_same_bytes() {
    assert_eq!(all(), all());
}

/// One tag a line, so that a difference shows where it is. An island's name ends in a hash of its source, which says
/// nothing about the page.
fn readable(html: &str) -> String {
    let mut text = html.to_owned();
    for island in ["ChartCursor_", "LiveCalculator_", "LiveRun_"] {
        let mut parts = text.split(island);
        let mut named = parts.next().unwrap_or_default().to_owned();
        for rest in parts {
            named.push_str(island);
            named.push_str("HASH");
            named.push_str(rest.trim_start_matches(|character: char| character.is_ascii_digit()));
        }
        text = named;
    }
    text.replace("><", ">\n<")
}
