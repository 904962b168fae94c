//! Units of work with what each of them took, and what another one would show.

use std::collections::BTreeSet;

use app::parts::number;
use app::view::{Choice, FormState, Shown, UnitPreview, UnitPreviewRow, UnitRow, UnitsView, WorkFigures};

use super::{overview, work};
use crate::http::desk::Desk;
use crate::http::query::Query;
use crate::http::{AppState, Problem, account_word};
use crate::store::filter::AskedWork;
use crate::store::work_unit::{self, Unit};
use crate::store::worked::{self, Worked};
use crate::work::Work;

/// The form's own parameters.
pub const PARAMETERS: [&str; 6] = ["of", "per", "label", "within", "whose", "names"];

const NOTHING: &str = "nothing that it counts ran in this period";

/// Loads the page. `asked` is a unit whose effect is wanted.
///
/// # Errors
/// When the database refuses.
pub async fn load(
    state: &AppState,
    desk: &mut Desk,
    query: &Query,
    form: FormState,
    asked: Option<&Unit>,
) -> Result<UnitsView, Problem> {
    let (origin, today, filter) = (desk.scope.origin(), desk.today(), desk.filter(query));
    let units = work_unit::current(desk.connection(), origin).await?;
    let (mut done, mut preview) = (Vec::new(), None);
    if let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) {
        let from = filter.period.from;
        let ledger = AskedWork { estimate_id, origin, filter: &filter, from, today, with_resources: false };
        done = worked::days(desk.connection(), ledger).await?;
        if let Some(unit) = asked {
            let ledger = AskedWork { with_resources: true, ..ledger };
            let then = work_unit::effect(&state.database.web, &desk.scope, ledger, unit).await?;
            preview = Some(previewed(desk, &units, unit, (&done, &then)));
        }
    }
    let row = |unit: &Unit| UnitRow {
        key: unit.key.clone(),
        measure: unit.work.label().to_owned(),
        definition: unit.work.definition().to_owned(),
        scale: number::compact(unit.scale),
        scope: scope(desk, unit),
        set_by: unit.set_by.clone(),
        set_at: (unit.set_by != work_unit::SEEDED_BY).then_some(unit.set_at),
        figures: work::tally(&desk.factors, unit, &done, false).map_or_else(|| nothing(unit), |tally| tally.figures()),
    };
    let chosen = |name: &str| form.value(name).to_owned();
    let measure = |work: Work| Choice {
        value: work.as_str().to_owned(),
        label: work.label().to_owned(),
        selected: work.as_str() == chosen("of"),
    };
    let any = Choice { value: String::new(), label: "Any".to_owned(), selected: chosen("within").is_empty() };
    let accounts = desk.accounts.iter().map(|account| Choice {
        value: account_word(account).to_owned(),
        label: account.name.clone(),
        selected: account_word(account) == chosen("within"),
    });
    Ok(UnitsView {
        period: overview::spoken(filter.period),
        rows: units.iter().map(row).collect(),
        measures: Work::ALL.into_iter().map(measure).collect(),
        accounts: std::iter::once(any).chain(accounts).collect(),
        teams: Vec::new(),
        carried: query.carried_without(filter.period, &PARAMETERS),
        preview,
        form,
    })
}

fn nothing(unit: &Unit) -> WorkFigures {
    let unknown = || Shown::Unknown(NOTHING.to_owned());
    WorkFigures {
        label: unit.label.clone(),
        work: unknown(),
        grams: unknown(),
        usd: unknown(),
        watt_hours: unknown(),
        hours: unknown(),
        left_out: None,
    }
}

/// Whose work is counted in a unit, in words.
fn scope(desk: &Desk, unit: &Unit) -> String {
    let account = unit.account.map(|number| format!("account {}", desk.account_name(number)));
    let team = unit.team.as_ref().map(|team| format!("team {team}"));
    let names = unit.pattern.as_ref().map(|pattern| format!("names like {pattern}"));
    let parts: Vec<String> = [account, team, names].into_iter().flatten().collect();
    if parts.is_empty() { "all of them".to_owned() } else { parts.join(", ") }
}

/// Every unit that anything belongs to, with the new one and without.
fn previewed(desk: &Desk, units: &[Unit], new: &Unit, (now, then): (&[Worked], &[Worked])) -> UnitPreview {
    let resources = |unit: &Unit| -> u64 {
        let own = then.iter().filter(|each| each.unit == unit.key);
        own.flat_map(|each| &each.resources).collect::<BTreeSet<_>>().len() as u64
    };
    let row = |unit: &Unit| {
        let figures = |days: &[Worked]| {
            work::tally(&desk.factors, unit, days, false).map_or_else(|| nothing(unit), |tally| tally.figures())
        };
        let (before, after) = (figures(now), figures(then));
        UnitPreviewRow {
            label: unit.label.clone(),
            is_new: unit.key == new.key,
            resources: resources(unit),
            work: after.work,
            before: before.grams,
            after: after.grams,
        }
    };
    UnitPreview { rows: std::iter::once(new).chain(units).map(row).collect() }
}
