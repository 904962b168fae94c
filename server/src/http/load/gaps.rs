//! Which days of metrics are missing, in a row where they miss the same, and what somebody said of them.

use app::parts::number;
use app::view::{FormState, Gap, GapDay, GapNote, GapRegion, GapState, GapsView};
use chrono::{Days, NaiveDate, NaiveTime};

use crate::http::Problem;
use crate::http::desk::Desk;
use crate::store::gap::{self, Calendar, Day, Note, Silence};
use crate::store::request;

/// How far back the calendar goes.
const DAYS_BACK: u64 = 89;

/// Loads the page of gaps; `refused` brings back a form with the prefix of its gap.
///
/// # Errors
/// When the database refuses.
pub async fn load(desk: &mut Desk, refused: (FormState, String)) -> Result<GapsView, Problem> {
    let regions = regions(desk).await?;
    let origin = desk.scope.origin();
    let can_read = request::readers(desk.connection(), origin).await?.is_there;
    let (form, refused_prefix) = refused;
    Ok(GapsView { regions, can_read, form, refused_prefix })
}

/// The calendar of every region.
///
/// # Errors
/// When the database refuses.
pub(super) async fn regions(desk: &mut Desk) -> Result<Vec<GapRegion>, Problem> {
    let (today, now) = (desk.today(), desk.now);
    let from = (today - Days::new(DAYS_BACK)).and_time(NaiveTime::MIN).and_utc();
    let Calendar { days, silences, notes } = gap::calendar(desk.connection(), from, now).await?;
    let together = days.chunk_by(|a, b| (a.account_id, &a.region) == (b.account_id, &b.region));
    let regions = together.filter_map(|own| {
        let account = desk.account_name(own.first()?.account_id);
        Some(region(account, own, (&notes, &silences), today))
    });
    Ok(regions.collect())
}

/// How many gaps nobody has explained.
pub(super) fn unexplained(regions: &[GapRegion]) -> usize {
    regions.iter().flat_map(|region| &region.gaps).filter(|gap| gap.note.is_none()).count()
}

fn region(account: String, own: &[Day], (notes, silences): (&[Note], &[Silence]), today: NaiveDate) -> GapRegion {
    let mut region = GapRegion { account, ..GapRegion::default() };
    let Some((first, last)) = own.first().zip(own.last()) else { return region };
    region.account_id = first.account_id;
    region.region.clone_from(&first.region);
    let mut gaps: Vec<(Gap, Missed)> = Vec::new();
    let yesterday = today - Days::new(1);
    for day in first.day.iter_days().take_while(|day| *day <= last.day.max(yesterday)) {
        let known = own.iter().find(|each| each.day == day);
        // A run may begin in the middle of its first day, and today is planned hour by hour.
        let expected = match known {
            Some(known) if day == first.day || day == today => known.hours,
            _ => 24,
        };
        let is_here =
            |each: &&Silence| (each.account_id, &each.region, each.day) == (first.account_id, &first.region, day);
        let silent = silences.iter().find(is_here).map_or(0, |silence| silence.hours);
        let missed = missed(known, expected, silent);
        let note = missed.as_ref().and_then(|_| note_of(notes, first, day));
        let state = match (&missed, &note) {
            (None, _) => GapState::Complete,
            (Some(_), Some(_)) => GapState::Explained,
            (Some(missed), None) => missed.state,
        };
        region.days.push(GapDay { day, state });
        let Some(missed) = missed else { continue };
        match gaps.last_mut() {
            Some((gap, sum))
                if gap.last + Days::new(1) == day
                    && (gap.state, &sum.cause, &gap.note) == (state, &missed.cause, &note) =>
            {
                gap.last = day;
                sum.hours += missed.hours;
                sum.of += missed.of;
                sum.series += missed.series;
                sum.silent += missed.silent;
            }
            _ => gaps.push((Gap { first: day, last: day, state, note, ..Gap::default() }, missed)),
        }
    }
    // What somebody is looking for is most likely the latest.
    region.gaps = gaps.into_iter().rev().map(|(gap, missed)| told(gap, missed)).collect();
    region
}

/// What a day misses.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Missed {
    state: GapState,
    hours: i64,
    of: i64,
    series: i64,
    silent: i64,
    cause: String,
    remedy: String,
}

fn missed(known: Option<&Day>, expected: i64, silent: i64) -> Option<Missed> {
    let Some(day) = known else {
        return Some(Missed {
            state: GapState::Missing,
            hours: expected,
            of: expected,
            series: 0,
            silent: 0,
            cause: "No run has reached these days.".to_owned(),
            remedy: "Request them, or read a longer span.".to_owned(),
        });
    };
    let hours = (expected - day.complete).max(0);
    if hours == 0 && day.holes == 0 {
        return (silent > 0).then(|| Missed {
            state: GapState::Partial,
            hours,
            of: expected,
            series: 0,
            silent,
            cause: "CloudWatch held nothing of any endpoint, though instances stood.".to_owned(),
            remedy: "What ran and its cost are known; whether anybody called is not, so none of it counts as idle."
                .to_owned(),
        });
    }
    let cause = match (&day.error, &day.hole) {
        (Some(error), _) => error.clone(),
        (None, Some(reason)) => format!("CloudWatch did not answer some series: {reason}."),
        (None, None) => "Not read yet.".to_owned(),
    };
    let remedy = day.remedy.clone().unwrap_or_else(|| match hours {
        0 => "Request them again; a series that is refused for good stays a hole.".to_owned(),
        _ => "The next run over these days reads them.".to_owned(),
    });
    let state = if day.complete == 0 && day.points == 0 { GapState::Missing } else { GapState::Partial };
    Some(Missed { state, hours, of: expected, series: day.holes, silent, cause, remedy })
}

/// The latest note that holds for a day.
fn note_of(notes: &[Note], place: &Day, day: NaiveDate) -> Option<GapNote> {
    let own = |note: &&Note| {
        (note.account_id, &note.region) == (place.account_id, &place.region) && note.first <= day && day <= note.last
    };
    let note = notes.iter().find(own)?;
    Some(GapNote { text: note.text.clone(), author: note.author.clone(), at: note.at })
}

fn told(mut gap: Gap, missed: Missed) -> Gap {
    gap.what = match (missed.hours, missed.series) {
        (0, 0) if missed.silent == 1 => "1 hour of silence".to_owned(),
        (0, 0) => format!("{} hours of silence", number::count(missed.silent)),
        (0, 1) => "1 series was not answered".to_owned(),
        (0, series) => format!("{} series were not answered", number::count(series)),
        (hours, _) => format!("{} of {} hours are not read whole", number::count(hours), number::count(missed.of)),
    };
    gap.cause = missed.cause;
    gap.remedy = missed.remedy;
    gap
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
    }

    fn known(number: u32, hours: i64, complete: i64, holes: i64, error: Option<&str>) -> Day {
        Day {
            account_id: 1,
            region: "us-east-1".to_owned(),
            day: day(number),
            hours,
            complete,
            failing: 0,
            holes,
            points: complete,
            error: error.map(str::to_owned),
            hole: (holes > 0).then(|| "Forbidden".to_owned()),
            remedy: None,
        }
    }

    #[test]
    fn days_in_a_row_with_one_cause_are_one_gap() {
        let days = [
            known(1, 12, 12, 0, None),
            known(2, 24, 0, 0, Some("denied")),
            known(3, 24, 20, 0, Some("denied")),
            known(4, 24, 20, 0, Some("denied")),
            known(7, 24, 24, 3, None),
            known(8, 5, 5, 0, None),
        ];
        let note = Note {
            account_id: 1,
            region: "us-east-1".to_owned(),
            first: day(5),
            last: day(5),
            text: "moved".to_owned(),
            author: "Ada".to_owned(),
            at: day(8).and_time(NaiveTime::MIN).and_utc(),
        };
        let silence = Silence { account_id: 1, region: "us-east-1".to_owned(), day: day(8), hours: 4 };
        let region = region("one".to_owned(), &days, (&[note], &[silence]), day(8));
        let states: Vec<_> = region.days.iter().map(|day| day.state).collect();
        use GapState::{Complete, Explained, Missing, Partial};
        assert_eq!(states, [Complete, Missing, Partial, Partial, Explained, Missing, Partial, Partial]);
        let gaps: Vec<_> = region.gaps.iter().map(|gap| (gap.first, gap.last, gap.what.as_str())).collect();
        assert_eq!(
            gaps,
            [
                (day(8), day(8), "4 hours of silence"),
                (day(7), day(7), "3 series were not answered"),
                (day(6), day(6), "24 of 24 hours are not read whole"),
                (day(5), day(5), "24 of 24 hours are not read whole"),
                (day(3), day(4), "8 of 48 hours are not read whole"),
                (day(2), day(2), "24 of 24 hours are not read whole"),
            ]
        );
    }
}
