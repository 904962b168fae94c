//! When in the week instances ran, and what of it fell outside working hours.

use app::view::{BucketLabel, HeatChart, HeatRow, Shown, Unit, WeekPart, WeekView};

use super::figures::{self, Sums};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::http::lens::Lens;
use crate::store::filter::Whose;
use crate::store::part::Part;
use crate::store::selection::{Filter, Period};
use crate::store::week::{self, WeekPart as Hour};
use crate::working::{WEEKDAYS, WorkingHours};

/// What ran in each hour of the week, and which of these hours are working hours.
pub struct Week {
    /// Those in which anything ran.
    pub hours: Vec<Hour>,
    /// The working hours in force.
    pub working: WorkingHours,
}

/// The hours of the week of a selection; nothing before the first import.
///
/// # Errors
/// When the database refuses.
pub async fn hours(desk: &mut Desk, filter: &Filter, whose: Whose) -> Result<Week, Problem> {
    let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) else {
        return Ok(Week { hours: Vec::new(), working: WorkingHours::default() });
    };
    let of = (desk.scope.origin(), estimate_id);
    let (hours, working) = week::parts(desk.connection(), of, filter, whose).await?;
    Ok(Week { hours, working })
}

/// The hours as a page shows them; nothing where nothing ran.
pub(super) fn view(factors: &Lens, week: &Week, period: Period, csv_href: Option<String>) -> Option<WeekView> {
    let (hours, working) = (&week.hours, week.working);
    let whole = figures::sum_closed(factors, hours.iter().map(|hour| &hour.part));
    let seconds = whole.seconds.filter(|seconds| *seconds > 0.0)?;
    let side = |inside: bool| {
        let of_side = |hour: &&Hour| working.hold(hour.weekday, hour.hour) == inside;
        let parts: Vec<&Part> = hours.iter().filter(of_side).map(|hour| &hour.part).collect();
        part(&figures::sum(factors, parts), seconds)
    };
    Some(WeekView {
        chart: chart(hours, period, whole.hours()),
        inside: side(true),
        outside: side(false),
        rule: format!("Working hours are {}.", working.words()),
        csv_href,
    })
}

/// What ran on one side of the rule; where nothing did it is nothing, since the other side was read with it.
fn part(sums: &Sums, whole: f64) -> WeekPart {
    let Some(seconds) = sums.seconds else {
        return WeekPart {
            hours: Shown::exact(0.0, Unit::Hours),
            share: Shown::exact(0.0, Unit::Percent),
            cost: Shown::exact(0.0, Unit::Usd),
            energy: Shown::exact(0.0, Unit::KilowattHours),
            emissions: Shown::exact(0.0, Unit::GramsCo2e),
        };
    };
    WeekPart {
        hours: sums.hours(),
        share: Shown::exact(100.0 * seconds / whole, Unit::Percent),
        cost: sums.cost(),
        energy: sums.energy(),
        emissions: sums.emissions(),
    }
}

fn chart(hours: &[Hour], period: Period, total: Shown) -> HeatChart {
    let mut cells = vec![vec![None; 24]; 7];
    for each in hours {
        let (Ok(row), Ok(column)) = (usize::try_from(each.weekday - 1), usize::try_from(each.hour)) else { continue };
        let cell: Option<&mut Option<f64>> = cells.get_mut(row).and_then(|row| row.get_mut(column));
        if let (Some(cell), Some(seconds)) = (cell, each.part.instance_seconds) {
            *cell = Some(cell.unwrap_or_default() + seconds / 3600.0);
        }
    }
    let column = |hour: usize| BucketLabel {
        short: format!("{hour:02}"),
        long: format!("{hour:02}:00 to {:02}:00 UTC", hour + 1),
        ..BucketLabel::default()
    };
    let whole_weeks = if period.days().is_multiple_of(7) {
        ""
    } else {
        " The period is not made of whole weeks, so some weekdays are in it more often than others."
    };
    HeatChart {
        id: "week-hours".to_owned(),
        title: "Instance-hours by hour of the week".to_owned(),
        unit: Unit::Hours,
        row_head: "Weekday".to_owned(),
        rows: WEEKDAYS
            .into_iter()
            .zip(cells)
            .map(|(label, values)| HeatRow { label: label.to_owned(), values })
            .collect(),
        columns: (0..24).map(column).collect(),
        total,
        remark: format!("Where a cell is empty, nothing was seen to run.{whole_weeks}"),
    }
}
