//! What was found, narrowed by what it is about.

use sqlx::{Postgres, QueryBuilder};

use super::{facet, facets_about};
use crate::store::selection::{Attribute, Filter};

/// Which findings are listed.
#[derive(Debug, Clone, Copy)]
pub enum Narrowing<'a> {
    /// All of the scope.
    Nothing,
    /// Those about one resource.
    Resource(i64),
    /// What a filter leaves. Its period does not narrow: a finding stands until it is decided.
    Filter {
        /// The filter; its text is looked for in the subject's name.
        filter: &'a Filter,
        /// The estimate whose days tell what a resource was.
        estimate_id: Option<i32>,
        /// Only those that fire and wait for a decision.
        only_open: bool,
    },
}

/// Findings with their latest verdicts, in a stable order.
pub fn findings(narrowing: Narrowing<'_>) -> QueryBuilder<Postgres> {
    let mut query = QueryBuilder::new(FINDINGS);
    match narrowing {
        Narrowing::Nothing => {}
        Narrowing::Resource(resource_id) => {
            query.push(" and f.resource_id = ").push_bind(resource_id);
        }
        Narrowing::Filter { filter, estimate_id, only_open } => {
            if only_open {
                query.push(" and f.workflow in ('open', 'reopened') and f.verdict = 'fires'");
            }
            facet(&mut query, "f.account_id", &filter.accounts);
            facets_about(&mut query, filter, estimate_id, "f", column);
            if let Some(text) = &filter.search {
                query.push(" and strpos(lower(f.subject_name), lower(").push_bind(text.clone()).push(")) > 0");
            }
        }
    }
    query.push(" order by f.account_id, f.rule_id, f.subject_key");
    query
}

/// What an attribute is of a finding itself, or of the resource that it is about.
const fn column(attribute: Attribute) -> Option<&'static str> {
    match attribute {
        Attribute::Region => Some("f.region"),
        Attribute::Team => Some("f.team"),
        Attribute::Phase => Some("r.phase"),
        Attribute::Kind => Some("r.kind"),
        Attribute::Project
        | Attribute::Environment
        | Attribute::InstanceFamily
        | Attribute::InstanceType
        | Attribute::Framework => None,
    }
}

const FINDINGS: &str = "
select
    f.account_id,
    f.finding_id,
    a.name as account_name,
    f.rule_id,
    f.subject_name,
    f.resource_id,
    r.kind as resource_kind,
    r.name as resource_name,
    f.region,
    f.team,
    f.workflow,
    f.owner,
    f.first_seen_on,
    f.last_seen_on,
    e.verdict,
    e.day,
    e.headline
from finding f
join account a on a.account_id = f.account_id
join lateral (
    select
        verdict,
        day,
        evaluation - 'evidence' as headline
    from evaluation
    where evaluation.account_id = f.account_id
      and evaluation.finding_id = f.finding_id
    order by day desc
    limit 1
) e on true
left join resource r on r.account_id = f.account_id and r.resource_id = f.resource_id
where true";
