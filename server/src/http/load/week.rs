//! When in the week instances ran, and what of it fell outside working hours.

use app::view::{BucketLabel, HeatChart, HeatRow, Shown, Unit, WeekPart, WeekView};
use footprint::FactorSet;

use super::figures::{self, Sums};
use crate::http::Problem;
use crate::http::desk::Desk;
use crate::store::filter::Whose;
use crate::store::part::Part;
use crate::store::selection::{Filter, Period};
use crate::store::week::{self, WeekPart as Hour};

/// As pages and files name them, Monday first.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const RULE: &str = "Working hours are Monday to Friday, 08:00 to 18:00 UTC.";

/// Whether an hour of the week is a working hour; 1 is Monday, hours are UTC.
#[must_use]
pub const fn is_working(weekday: i32, hour: i32) -> bool {
    weekday <= 5 && 8 <= hour && hour < 18
}

/// The hours of the week of a selection; nothing before the first import.
///
/// # Errors
/// When the database refuses.
pub async fn hours(desk: &mut Desk, filter: &Filter, whose: Whose) -> Result<Vec<Hour>, Problem> {
    let Some(estimate_id) = desk.estimate.as_ref().map(|estimate| estimate.estimate_id) else {
        return Ok(Vec::new());
    };
    Ok(week::parts(desk.connection(), estimate_id, filter, whose).await?)
}

/// The hours as a page shows them; nothing where nothing ran.
pub(super) fn view(factors: &FactorSet, hours: &[Hour], period: Period, csv_href: Option<String>) -> Option<WeekView> {
    let whole = figures::sum_closed(factors, hours.iter().map(|hour| &hour.part));
    let seconds = whole.seconds.filter(|seconds| *seconds > 0.0)?;
    let side = |working: bool| {
        let of_side = |hour: &&Hour| is_working(hour.weekday, hour.hour) == working;
        let parts: Vec<&Part> = hours.iter().filter(of_side).map(|hour| &hour.part).collect();
        part(&figures::sum(factors, parts), seconds)
    };
    Some(WeekView {
        chart: chart(hours, period, whole.hours()),
        inside: side(true),
        outside: side(false),
        rule: RULE.to_owned(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nights_and_weekends_are_outside_working_hours() {
        let working = (1..=7).flat_map(|day| (0..24).map(move |hour| (day, hour)));
        assert_eq!(working.filter(|(day, hour)| is_working(*day, *hour)).count(), 50);
        for (weekday, hour, expected) in [(1, 7, false), (1, 8, true), (5, 17, true), (5, 18, false), (6, 12, false)] {
            assert_eq!(is_working(weekday, hour), expected, "{weekday} {hour}");
        }
    }
}
