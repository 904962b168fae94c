//! Each page in each state that it can be in, beside the full ones; and the list of all lists.

use crate::{sample, sample_more};
use app::pages;
use app::view::*;

type Document = (&'static str, String);

/// Lists without rows for each reason, proposals in each state, errors of each sort, and warnings together.
pub fn all() -> Vec<Document> {
    let mut documents = not_known();
    documents.extend(no_rows());
    documents.extend(proposals());
    documents.extend(errors());
    documents.push(warned());
    documents.extend(broken());
    documents.push(workloads());
    documents.extend(conflicts());
    documents
}

fn states() -> [(&'static str, PageState); 2] {
    let why = "The ledger begins on 1 Nov 2026. What ran before it was never read.".to_owned();
    let link = Some(Crumb { label: "Read further back".into(), href: "/imports/backfill".into() });
    [
        ("known", PageState::NotKnown { why, link }),
        (
            "to_come",
            PageState::NotKnown { why: "These days are still to come: today is 16 Nov 2026.".into(), link: None },
        ),
    ]
}

fn not_known() -> Vec<Document> {
    let frame = sample::frame;
    let [(_, unread), (_, to_come)] = states();
    let jobs = |state| JobsView { state, ..JobsView::default() };
    vec![
        (
            "overview_not_known",
            app::render(&frame("Overview", "/", Section::Overview), || {
                pages::overview::page(&OverviewView { state: unread.clone(), ..OverviewView::default() })
            }),
        ),
        (
            "jobs_not_known",
            app::render(&frame("Jobs", "/jobs", Section::Jobs), || pages::jobs::page(&jobs(unread.clone()))),
        ),
        (
            "endpoints_to_come",
            app::render(&frame("Endpoints", "/endpoints", Section::Endpoints), || {
                pages::endpoints::page(&EndpointsView { state: to_come.clone(), ..EndpointsView::default() })
            }),
        ),
        (
            "notebooks_not_known",
            app::render(&frame("Notebooks", "/notebooks", Section::Notebooks), || {
                pages::notebooks::page(&NotebooksView { list: jobs(unread.clone()), ..NotebooksView::default() })
            }),
        ),
    ]
}

/// Pages of which a part could not be read: the rest stands.
fn broken() -> Vec<Document> {
    const WHY: &str = "The database took too long to answer. Try again in a moment, or choose a shorter period.";
    fn failed<T>() -> Loaded<T> {
        Loaded::Failed(WHY.to_owned())
    }
    let frame = |title: &str, path: &str, section, parts: &str| {
        let banner = Banner {
            kind: BannerKind::Warning,
            text: format!("Could not be read: {parts}. The rest stands. If you report this, name request 01JD2X."),
            link: Some(Crumb { label: "Try again".into(), href: path.into() }),
        };
        Frame { banners: vec![banner], is_broken: true, ..sample::frame(title, path, section) }
    };
    let overview =
        OverviewView { movers: failed(), to_do: failed(), review: failed(), health: failed(), ..sample::overview() };
    let endpoint = EndpointView {
        load: failed(),
        around: failed(),
        configuration: failed(),
        findings: failed(),
        ..sample_more::endpoint()
    };
    let job = JobView {
        load: failed(),
        guards: failed(),
        findings: failed(),
        family: failed(),
        part_of: failed(),
        ..sample::job()
    };
    let (jobs, endpoints) = (Section::Jobs, Section::Endpoints);
    vec![
        (
            "overview_broken",
            app::render(&frame("Overview", "/", Section::Overview, "what to do, what matters most"), || {
                pages::overview::page(&overview)
            }),
        ),
        (
            "endpoint_broken",
            app::render(&frame("search-rerank", "/endpoints/search-rerank", endpoints, "its load"), || {
                pages::endpoint::page(&endpoint)
            }),
        ),
        (
            "job_broken",
            app::render(&frame("resnet-sweep", "/jobs/resnet-sweep", jobs, "its load"), || pages::job::page(&job)),
        ),
    ]
}

fn no_rows() -> Vec<Document> {
    let frame = sample::frame;
    let families = |state| FamiliesView { state, ..FamiliesView::default() };
    let trends = |state| TrendsView { state, ..TrendsView::default() };
    let pipelines = |state| PipelinesView { state, ..PipelinesView::default() };
    let storage = |state| StorageView { state, ..StorageView::default() };
    let mut documents = Vec::new();
    for (name, state) in [
        ("families_no_source", PageState::NoSource),
        ("families_filtered_away", sample::filtered_away(12)),
        ("families_truly_zero", PageState::TrulyZero),
    ] {
        let frame = frame("Job families", "/jobs/families", Section::Jobs);
        documents.push((name, app::render(&frame, || pages::families::page(&families(state)))));
    }
    let trends_frame = frame("Trends", "/trends", Section::Trends);
    documents.push((
        "trends_filtered_away",
        app::render(&trends_frame, || pages::trends::page(&trends(sample::filtered_away(7)))),
    ));
    let pipelines_frame = frame("Pipelines", "/pipelines", Section::Pipelines);
    documents.push((
        "pipelines_no_source",
        app::render(&pipelines_frame, || pages::pipelines::page(&pipelines(PageState::NoSource))),
    ));
    let storage_frame = frame("Storage", "/storage", Section::Storage);
    documents.push((
        "storage_no_source",
        app::render(&storage_frame, || pages::storage::page(&storage(PageState::NoSource))),
    ));
    documents
}

fn proposals() -> Vec<Document> {
    let frame = Frame { filter: None, ..sample::frame("2026.11-own-1", "/methodology/sets/1", Section::Methodology) };
    let decided = Some(("Grace".to_owned(), sample::at(16, 7, 30)));
    let bare =
        ProposalView { decided, period: None, effect: Vec::new(), regions: Vec::new(), ..sample_more::factor_set() };
    let computing = Computing { done: 3_120, total: 14_600, per_minute: Some(2_940.0), left_s: Some(234) };
    let views = [
        (
            "factor_set_computing",
            ProposalView { state: ProposalState::Accepted, computing: Some(computing), ..bare.clone() },
        ),
        ("factor_set_waiting", ProposalView { state: ProposalState::Accepted, ..bare.clone() }),
        ("factor_set_active", ProposalView { state: ProposalState::Active, ..bare.clone() }),
        ("factor_set_withdrawn", ProposalView { state: ProposalState::Withdrawn, ..bare.clone() }),
        (
            "factor_set_failed",
            ProposalView {
                state: ProposalState::Failed,
                failure: Some("no factor is called pue:mars-east-1".into()),
                ..bare
            },
        ),
    ];
    views.into_iter().map(|(name, view)| (name, app::render(&frame, || pages::factor_set::page(&view)))).collect()
}

fn errors() -> Vec<Document> {
    let frame = |title: &str| Frame { filter: None, ..sample::frame(title, "/jobs", Section::None) };
    let view = |status, title: &str, sentence: &str, retry: bool| ErrorView {
        status,
        title: title.into(),
        sentence: sentence.into(),
        details: Some(format!("2026-11-16 07:42:00 UTC · GET /jobs · {status} · request 01JD2W")),
        nearest: Vec::new(),
        links: retry
            .then(|| Crumb { label: "Try again".into(), href: "/jobs?team=vision".into() })
            .into_iter()
            .chain([Crumb { label: "Overview".into(), href: "/".into() }])
            .collect(),
    };
    let views = [
        ("error_400", view(400, "The address cannot be read", "`from` is not a day: write it as 2026-11-09.", false)),
        ("error_403", view(403, "Not from here", "This form was sent by another site.", false)),
        ("error_409", view(409, "Somebody was faster", "Somebody decided about this proposal already.", false)),
        ("error_500", view(500, "Something went wrong", "Something went wrong on our side.", true)),
        (
            "error_503",
            view(503, "The database does not answer", "The database cannot be reached. Nothing is lost.", true),
        ),
    ];
    views
        .into_iter()
        .map(|(name, view)| (name, app::render(&frame(&view.title), || pages::error::page(&view))))
        .collect()
}

/// A decision and a factor that somebody else stored first.
fn conflicts() -> [Document; 2] {
    let unfiltered = |title: &str, path: &str, section| Frame { filter: None, ..sample::frame(title, path, section) };
    let conflict = |stands: &[(&'static str, &str)], typed: &[(&'static str, &str)]| {
        let own = |rows: &[(&'static str, &str)]| rows.iter().map(|(name, text)| (*name, (*text).to_owned())).collect();
        Some(ConflictView {
            sentence: "Somebody else decided first, so your decision was not stored.".into(),
            stands: own(stands),
            typed: own(typed),
        })
    };
    let typed =
        [("State", "Dismissed"), ("By", "Ada"), ("Look again on", ""), ("Note", "Kept for <the> audit.\nAsk again.")];
    let decided = RecommendationView {
        conflict: conflict(&[("State", "Accepted"), ("By", "Grace"), ("Note", "")], &typed),
        ..sample_more::recommendation()
    };
    let proposed = ProposalView {
        state: ProposalState::Withdrawn,
        conflict: conflict(&[("State", "Withdrawn"), ("Decided by", "Grace")], &[("Value", "1.7, from 1.2 to 1.9")]),
        ..sample_more::factor_set()
    };
    [
        (
            "recommendation_conflict",
            app::render(&unfiltered("A finding", "/recommendations/7d1f", Section::Recommendations), || {
                pages::recommendation::page(&decided)
            }),
        ),
        (
            "factor_set_conflict",
            app::render(&unfiltered("2026.11-own-1", "/methodology/sets/1", Section::Methodology), || {
                pages::factor_set::page(&proposed)
            }),
        ),
    ]
}

fn workloads() -> Document {
    let frame = Frame {
        csv_href: Some("/workloads.csv".into()),
        ..sample::frame("Workloads", "/workloads", Section::Workloads)
    };
    ("workloads", app::render(&frame, || pages::workloads::page(&sample::jobs())))
}

/// A page on which everything is said at once that can be said above its figures.
fn warned() -> Document {
    let banner = |kind, text: &str, link: Option<(&str, &str)>| Banner {
        kind,
        text: text.into(),
        link: link.map(|(label, href)| Crumb { label: label.into(), href: href.into() }),
    };
    let frame = Frame {
        unread: Some((3, 41)),
        due_days: 1_204,
        banners: vec![
            banner(
                BannerKind::Warning,
                "Figures here may leave something out: endpoints could not be read (research, eu-west-1).",
                Some(("See what is missing", "/imports")),
            ),
            banner(
                BannerKind::Warning,
                "Shows 5 of 7 days whole: CloudWatch was read through 14 Nov 09:00 UTC, 2 days ago.",
                Some(("Read now", "/imports")),
            ),
        ],
        ..sample::frame("Overview", "/", Section::Overview)
    };
    let mut view = sample::overview();
    for card in &mut view.cards {
        if let Shown::Ready(figure) = card.value {
            card.value = Shown::Ready(figure.lower_bound());
        }
    }
    if let Some(card) = view.cards.last_mut() {
        card.value = Shown::NotEvaluated("needs cloudwatch:GetMetricData in eu-west-1".into());
    }
    ("overview_warned", app::render(&frame, || pages::overview::page(&view)))
}
