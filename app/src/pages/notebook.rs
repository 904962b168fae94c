use crate::parts::{badge, facts, finding_list, footprint_panel, ledger_panel, panel, week_panel};
use crate::view::NotebookView;
use leptos::prelude::*;

/// One notebook, Studio app or cluster: what it used, when it ran, how it is set up, and why the number is what it is.
pub fn page(view: &NotebookView) -> impl IntoView + use<> {
    let job = &view.job;
    view! {
        <div class="pair wide-left">
            {footprint_panel::compare(&job.in_period, &job.lifetime, &job.period)}
            {about(view)}
        </div>
        {finding_list::panel(&job.findings)}
        {view.week.as_ref().map(|week| week_panel::panel("When it ran", week))}
        {set_up(view)}
        {(!job.days.is_empty()).then(|| ledger_panel::days(&job.days))}
        {ledger_panel::panel(&job.ledger)}
        {ledger_panel::spans(&job.spans)}
    }
    .into_any()
}

fn about(view: &NotebookView) -> AnyView {
    let job = &view.job;
    let list = facts::list(vec![
        ("Kind", facts::text(&job.kind)),
        ("Status", Some(badge::job(job.status))),
        ("Instances", facts::text(&format!("{} × {}", job.instance_count, job.instance_type))),
        ("Auto-stop", Some(week_panel::auto_stop(&view.auto_stop))),
        ("Team", job.team.as_deref().and_then(facts::text)),
        ("Owner", job.owner.as_deref().and_then(facts::text)),
        ("Account", facts::text(&job.account)),
        ("Region", facts::text(&job.region)),
        ("Created", facts::moment(job.created_at)),
        ("Started", facts::moment(job.started_at)),
        ("Tags", facts::tags(&job.tags)),
        ("ARN", (!job.arn.is_empty()).then(|| view! { <code class="arn">{job.arn.clone()}</code> }.into_any())),
    ]);
    panel::panel("about", "About", list)
}

fn set_up(view: &NotebookView) -> AnyView {
    let rows = view
        .set_up
        .iter()
        .map(|(name, value)| view! { <div><dt>{name.clone()}</dt><dd>{value.clone()}</dd></div> })
        .collect_view();
    let body = if view.set_up.is_empty() {
        view! { <p class="quiet">"Unknown: its configuration was not read."</p> }.into_any()
    } else {
        view! {
            <dl class="facts">{rows}</dl>
            <p class="footnote">
                "A lifecycle configuration is a script that runs when the notebook starts. Its text is not read, so whether it stops an idle notebook is for its name to say."
            </p>
        }
        .into_any()
    };
    panel::panel("set-up", "Configuration", body)
}
