//! What each facet is: on a day of the ledger, and of a resource itself.

use sqlx::{Postgres, QueryBuilder};

use super::tagged;
use crate::store::selection::{Attribute, Facet, Filter};

/// All facets of a day `l` of the ledger.
pub(super) fn facets(query: &mut QueryBuilder<Postgres>, filter: &Filter) {
    facet(query, "l.account_id", &filter.accounts);
    for (attribute, wanted) in filter.facets() {
        match of_day(attribute) {
            Some(column) => facet(query, column, wanted),
            None => of_framework(query, "l", wanted),
        }
    }
    tagged::on_day(query, filter);
}

/// What an attribute is on a day of the ledger; nothing where only the resource knows.
const fn of_day(attribute: Attribute) -> Option<&'static str> {
    match attribute {
        Attribute::Region => Some("l.region"),
        Attribute::Team => Some("l.team"),
        Attribute::Project => Some("l.project"),
        Attribute::Environment => Some("l.environment"),
        Attribute::Phase => Some("l.phase"),
        Attribute::Kind => Some("l.kind"),
        Attribute::InstanceFamily => Some("split_part(l.instance_type, '.', 2)"),
        Attribute::InstanceType => Some("l.instance_type"),
        Attribute::Framework => None,
    }
}

/// What an attribute is of a resource itself; nothing where only its days or its images tell.
pub(super) const fn of_resource(attribute: Attribute) -> Option<&'static str> {
    match attribute {
        Attribute::Region => Some("r.region"),
        Attribute::Phase => Some("r.phase"),
        Attribute::Kind => Some("r.kind"),
        Attribute::Team
        | Attribute::Project
        | Attribute::Environment
        | Attribute::InstanceFamily
        | Attribute::InstanceType
        | Attribute::Framework => None,
    }
}

fn of_framework(query: &mut QueryBuilder<Postgres>, of: &'static str, wanted: &Facet<String>) {
    query.push(" and (").push(of).push(".account_id, ").push(of);
    query.push(".resource_id) in (select w.account_id, w.resource_id from resource_framework w where true");
    facet(query, "w.framework", wanted);
    query.push(")");
}

/// The facets of something about a resource: what it knows itself by `column`, the tags that the resource carries now, all else by
/// what any day of the resource says.
pub(super) fn facets_about(
    query: &mut QueryBuilder<Postgres>,
    filter: &Filter,
    estimate_id: Option<i32>,
    of: &'static str,
    column: fn(Attribute) -> Option<&'static str>,
) {
    let mut of_days = Vec::new();
    for (attribute, wanted) in filter.facets() {
        match (column(attribute), of_day(attribute)) {
            (Some(own), _) => facet(query, own, wanted),
            (None, Some(daily)) => of_days.push((daily, wanted)),
            (None, None) => of_framework(query, of, wanted),
        }
    }
    tagged::now(query, filter, of);
    if of_days.is_empty() {
        return;
    }
    query.push(" and exists (select from ledger_day l where l.account_id = ").push(of);
    query.push(".account_id and l.resource_id = ").push(of).push(".resource_id and l.estimate_id = ");
    query.push_bind(estimate_id);
    for (daily, wanted) in of_days {
        facet(query, daily, wanted);
    }
    query.push(")");
}

/// Where days of the organisation are read: summed over entities, unless something is asked that only entities know.
pub(super) fn daily(filter: &Filter) -> &'static str {
    if is_summed(filter) {
        " from org_day l where l.estimate_id = "
    } else {
        " from ledger_day l where l.estimate_id = "
    }
}

/// Whether the sums over entities know all that the facets ask for.
pub(super) fn is_summed(filter: &Filter) -> bool {
    filter.tags().next().is_none() && filter.facets().all(|(attribute, _)| of_day(attribute).is_some())
}

/// What a column must be and must not be.
pub(super) fn facet<T>(query: &mut QueryBuilder<Postgres>, column: &'static str, facet: &Facet<T>)
where
    T: Clone,
    Vec<T>: for<'q> sqlx::Encode<'q, Postgres> + sqlx::Type<Postgres>,
{
    if !facet.any_of.is_empty() {
        query.push(" and ").push(column).push(" = any (").push_bind(facet.any_of.clone()).push(")");
    }
    if !facet.none_of.is_empty() {
        query.push(" and ").push(column).push(" <> all (").push_bind(facet.none_of.clone()).push(")");
    }
}
