//! Notebooks with their hours of the week, and the accounts of an installation.

use crate::sample::{self, at, grams, hours, kwh, unknown, usd};
use app::view::*;

/// Rows that are stopped by what sets it, by a script, by nothing and by nobody knows what.
pub fn list() -> NotebooksView {
    NotebooksView {
        list: sample::notebooks(),
        auto_stop: vec![AutoStop::Never, AutoStop::AfterIdle { minutes: Some(120), set_by: "its domain".into() }],
        week: Some(week(Some("/notebooks/hours.csv?from=2026-11-09&to=2026-11-15"))),
    }
}

pub fn one() -> NotebookView {
    let set_up = [("Volume", "50 GB"), ("Root access", "yes"), ("Lifecycle configuration", "stop<b>it</b>")];
    NotebookView {
        job: JobView {
            name: "defects-explore".into(),
            kind: "Notebook instance".into(),
            owner: Some("grace".into()),
            status: JobStatus::InService,
            ..sample::job()
        },
        auto_stop: AutoStop::Script("stop<b>it</b>".into()),
        set_up: set_up.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        week: Some(week(None)),
    }
}

/// One of which nothing but its name is known.
pub fn bare() -> NotebookView {
    NotebookView {
        job: JobView { name: "bare".into(), ..JobView::default() },
        auto_stop: AutoStop::Unknown("its configuration was not read".into()),
        ..NotebookView::default()
    }
}

fn week(csv_href: Option<&str>) -> WeekView {
    let column = |hour: usize| BucketLabel {
        short: format!("{hour:02}"),
        long: format!("{hour:02}:00 to {:02}:00 UTC", hour + 1),
        ..BucketLabel::default()
    };
    let cell = |day: usize, hour: usize| match (day, hour) {
        (0..=4, 8..=17) => Some(2.5),
        (0..=4, _) => Some(1.0),
        _ => None,
    };
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let row = |(day, label): (usize, &&str)| HeatRow {
        label: (*label).to_owned(),
        values: (0..24).map(|hour| cell(day, hour)).collect(),
    };
    WeekView {
        chart: HeatChart {
            id: "week-hours".into(),
            title: "Instance-hours by hour of the week".into(),
            unit: Unit::Hours,
            row_head: "Weekday".into(),
            rows: days.iter().enumerate().map(row).collect(),
            columns: (0..24).map(column).collect(),
            total: hours(195.0),
            remark: "Where a cell is empty, nothing was seen to run.".into(),
        },
        inside: WeekPart {
            hours: hours(125.0),
            share: Shown::exact(64.1, Unit::Percent),
            cost: usd(92.0),
            energy: kwh(11.0),
            emissions: grams(4_100.0),
        },
        outside: WeekPart {
            hours: hours(70.0),
            share: Shown::exact(35.9, Unit::Percent),
            cost: usd(51.5),
            energy: unknown("ml.new is not in the factor tables"),
            emissions: unknown("ml.new is not in the factor tables"),
        },
        rule: "Working hours are Monday to Friday, 08:00 to 18:00 UTC.".into(),
        csv_href: csv_href.map(str::to_owned),
    }
}

/// Hours that were set twice, and a form that came back.
pub fn working_hours() -> WorkingHoursView {
    let set = |hours: &str, set_by: &str, minute| SetHours {
        hours: hours.into(),
        set_by: set_by.into(),
        set_at: Some(at(15, 9, minute)),
    };
    let choice = |value: String, label: String, selected| Choice { value, label, selected };
    let hour = |hour: u32, chosen| choice(hour.to_string(), format!("{hour:02}:00"), hour == chosen);
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    WorkingHoursView {
        in_force: "Monday to Thursday, 17:00 to 02:00 UTC on the next day".into(),
        set: vec![
            set("Monday to Thursday, 17:00 to 02:00 UTC on the next day", "Grace", 30),
            set("Monday to Friday, 07:00 to 16:00 UTC", "Ada", 0),
        ],
        weekdays: days.iter().map(|day| choice(day.to_lowercase(), (*day).into(), false)).collect(),
        from: (0..24).map(|each| hour(each, 9)).collect(),
        to: (1..=24).map(|each| hour(each, 17)).collect(),
        form: FormState {
            errors: vec![
                Field { name: "weekdays".into(), message: "Choose at least one day.".into() },
                Field { name: "by".into(), message: "Enter your name, at most 80 characters.".into() },
            ],
            ..FormState::default()
        },
    }
}

/// An account read through a role, one of files, one nobody has read, and the demo beside them.
pub fn accounts() -> AccountsView {
    let account = |name: &str, origin, read_as| AccountRow {
        name: name.into(),
        number: Some("111122223333".into()),
        origin,
        is_shown: true,
        regions: vec!["us-east-1".into(), "eu-west-1".into()],
        read_as,
        read_at: Some(at(15, 23, 0)),
        first_day: Some(at(1, 0, 0).date_naive()),
        resources: 412,
        teams: 5,
        cost: usd(2_728.4),
        href: "/?account=111122223333".into(),
        gaps: 0,
    };
    let role = "arn:aws:iam::111122223333:role/CarbonReader";
    AccountsView {
        period: "19 Oct – 15 Nov 2026".into(),
        rows: vec![
            AccountRow { gaps: 2, ..account("research<b>it</b>", AccountOrigin::Aws, ReadAs::Role(role.into())) },
            account("product", AccountOrigin::Aws, ReadAs::Credentials),
            account("old", AccountOrigin::Aws, ReadAs::Unknown),
            AccountRow {
                number: None,
                regions: Vec::new(),
                read_at: None,
                first_day: None,
                resources: 0,
                teams: 0,
                cost: unknown("nothing with a price ran in these days"),
                ..account("of files", AccountOrigin::Files, ReadAs::Nobody)
            },
            AccountRow { is_shown: false, ..account("demo-research", AccountOrigin::Demo, ReadAs::Nobody) },
        ],
        gaps: vec![PermissionGap {
            remedy: "Allow `sagemaker:DescribeSpace` to the role that reads this account.".into(),
            places: vec!["Studio spaces: research, us-east-1".into(), "Studio spaces: research, eu-west-1".into()],
        }],
    }
}
