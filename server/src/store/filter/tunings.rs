//! Tuning jobs whose life touches a period, by what their trials are.

use chrono::{DateTime, Days, Utc};
use sqlx::{Postgres, QueryBuilder};

use super::{facet, facets_about};
use crate::store::selection::{Attribute, Facet, Filter};

/// The tuning jobs that a filter leaves, newest first, at most `most`. What only jobs know is asked of the trials: one that
/// passes is enough.
pub fn tunings(estimate_id: Option<i32>, filter: &Filter, now: DateTime<Utc>, most: i64) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(
        "select
            c.account_id,
            c.identifier as arn,
            c.name,
            c.region,
            c.created_at,
            c.document
        from configuration_item c
        where c.kind = 'tuning_job'
          and c.valid_to is null
          and coalesce(c.created_at, c.valid_from) < ",
    );
    query.push_bind(filter.period.to + Days::new(1));
    query.push("::date and coalesce((c.document ->> 'ended_at')::timestamptz, ").push_bind(now);
    query.push(") >= ").push_bind(filter.period.from).push("::date");
    facet(&mut query, "c.account_id", &filter.accounts);
    if let Some(text) = &filter.search {
        query.push(" and strpos(lower(c.name), lower(").push_bind(text.clone()).push(")) > 0");
    }
    let of_trials = filter.clone().with(Attribute::Region, Facet::default());
    for (attribute, wanted) in filter.facets() {
        if attribute == Attribute::Region {
            facet(&mut query, "c.region", wanted);
        }
    }
    if of_trials.asks_for_more_than_place() {
        query.push(
            " and exists (
                select from jsonb_array_elements(c.document -> 'trials') as t
                join resource w on w.account_id = c.account_id and w.arn = t ->> 'job'
                where true",
        );
        facets_about(&mut query, &of_trials, estimate_id, "w", of_job);
        query.push(")");
    }
    query.push(" order by c.created_at desc nulls last, c.identifier limit ").push_bind(most);
    query
}

/// What a trial knows itself.
const fn of_job(attribute: Attribute) -> Option<&'static str> {
    match attribute {
        Attribute::Kind => Some("w.kind"),
        Attribute::Phase => Some("w.phase"),
        _ => None,
    }
}
