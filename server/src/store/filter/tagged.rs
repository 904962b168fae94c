//! Tags, which only resources know.

use sqlx::{Postgres, QueryBuilder};

use crate::store::selection::{Filter, TagFacet};

/// The tags of the resource of `l`, a day of the ledger. As where teams are told by tags, those count that it carried at the end
/// of the day.
pub(super) fn on_day(query: &mut QueryBuilder<Postgres>, filter: &Filter) {
    each(
        query,
        filter,
        "l",
        "t.from_at < (l.day + 1)::timestamp at time zone 'UTC'
            and coalesce(t.to_at, 'infinity'::timestamptz) >= (l.day + 1)::timestamp at time zone 'UTC'",
    );
}

/// The tags that the resource of something carries now; of what is gone, those that it carried last. What is about no resource
/// neither carries a tag nor lacks it.
pub(super) fn now(query: &mut QueryBuilder<Postgres>, filter: &Filter, of: &'static str) {
    if filter.tags().next().is_some() {
        query.push(" and ").push(of).push(".resource_id is not null");
    }
    each(query, filter, of, "t.to_at is null");
}

fn each(query: &mut QueryBuilder<Postgres>, filter: &Filter, of: &'static str, held: &'static str) {
    for (key, wanted) in filter.tags() {
        let TagFacet { any_of, none_of } = wanted;
        if !any_of.is_empty() {
            carries(query, (of, held), key, any_of, true);
        }
        if !none_of.is_empty() {
            carries(query, (of, held), key, none_of, false);
        }
    }
}

/// That one of these values is carried, or that none is. One value of a key is carried at a time, so that having none or one of
/// some values is not having any of the others; all of it is a join that can be hashed.
fn carries(
    query: &mut QueryBuilder<Postgres>,
    (of, held): (&'static str, &'static str),
    key: &str,
    values: &[Option<String>],
    wanted: bool,
) {
    let with_none = values.contains(&None);
    let named: Vec<String> = values.iter().flatten().cloned().collect();
    query.push(if with_none == wanted { " and not exists (" } else { " and exists (" });
    query
        .push("select from tag_span t where t.account_id = ")
        .push(of)
        .push(".account_id and t.resource_id = ")
        .push(of);
    query.push(".resource_id and t.key = ").push_bind(key.to_owned()).push(" and t.value ");
    query.push(if with_none { "<> all (" } else { "= any (" }).push_bind(named).push(") and ").push(held).push(")");
}
