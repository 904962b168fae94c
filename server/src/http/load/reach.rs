//! How far the reader got with some features.

use app::view::{Reach, Refused};

use crate::aws::facts::ItemKind;
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::store::probe;
use crate::store::selection::Filter;

/// Which lists of these kinds AWS gave, and which it refused inside the accounts and regions of the filter.
pub(super) async fn of(desk: &mut Desk, filter: &Filter, kinds: &[ItemKind]) -> Result<Reach, Problem> {
    let features: Vec<&str> = kinds.iter().map(|kind| kind.plural()).collect();
    let tried = probe::tried(desk.connection(), &features).await?;
    let was_read = tried.iter().any(|each| each.is_granted);
    let refused = tried
        .into_iter()
        .filter(|each| !each.is_granted)
        .filter(|each| filter.admits_place(each.account_id, &each.region))
        .map(|each| Refused {
            what: each.feature,
            account: desk.account_name(each.account_id),
            region: each.region,
            remedy: each.remedy,
        });
    Ok(Reach { was_read, refused: refused.collect() })
}
