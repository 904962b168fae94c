//! The list of notebooks, Studio apps and clusters, and one of them.

use app::view::{NotebookView, NotebooksView};

use super::{job, lists, studio, week};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::query::Query;
use crate::kind::Section;
use crate::store::filter::Whose;
use crate::store::held::{self, Asked};

/// Where the hours of the week are a file.
pub const HOURS_PATH: &str = "/notebooks/hours.csv";

/// Loads the list with what stops each row and when in the week they ran.
///
/// # Errors
/// When the database refuses.
pub async fn list(desk: &mut Desk, query: &Query) -> Result<NotebooksView, Problem> {
    let (list, keys) = lists::notebooks(desk, query).await?;
    if list.rows.is_empty() {
        return Ok(NotebooksView { list, ..NotebooksView::default() });
    }
    let mut asked = Asked::default();
    keys.iter().for_each(|(arn, name)| studio::ask(&mut asked, arn, name));
    let set_ups = held::set_ups(desk.connection(), &asked).await?;
    let filter = desk.filter(query);
    let hours = week::hours(desk, &filter, Whose::Of(Section::Notebooks)).await?;
    let csv_href = format!("{HOURS_PATH}?{}", query.own_string(filter.period));
    Ok(NotebooksView {
        auto_stop: keys.iter().map(|(arn, name)| studio::auto_stop(&set_ups, arn, name)).collect(),
        week: week::view(&desk.factors, &hours, filter.period, Some(csv_href)),
        list,
    })
}

/// Loads one by the last segment of its address.
///
/// # Errors
/// [`Problem::NoSuchThing`] for what is not there or lies outside the scope, by the same way.
pub async fn one(desk: &mut Desk, slug: &str, query: &Query) -> Result<NotebookView, Problem> {
    let (resource, view) = job::with_resource(desk, Section::Notebooks, slug, query).await?;
    let mut asked = Asked::default();
    studio::ask(&mut asked, &resource.arn, &resource.name);
    let set_ups = held::set_ups(desk.connection(), &asked).await?;
    let filter = desk.filter(query).only_period();
    let whose = Whose::One { account_id: resource.account_id, resource_id: resource.resource_id };
    let hours = week::hours(desk, &filter, whose).await?;
    let document = studio::document(&set_ups, &resource.arn, &resource.name);
    Ok(NotebookView {
        auto_stop: studio::auto_stop(&set_ups, &resource.arn, &resource.name),
        set_up: document.map(studio::set_up).unwrap_or_default(),
        week: week::view(&desk.factors, &hours, filter.period, None),
        job: view,
    })
}
