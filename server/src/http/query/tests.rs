use super::*;

const ALLOWED: Allowed = Allowed { sorts: &["cost", "name"], search: true, own: &["state"] };

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn read(query: &str) -> Result<Query, Problem> {
    Query::read(&format!("/jobs?{query}").parse().unwrap(), ALLOWED)
}

#[test]
fn one_page_has_one_address() {
    let today = day("2026-11-16");
    for (sent, canonical) in [
        ("", "/jobs?from=2026-11-09&to=2026-11-15"),
        ("team=b&to=2026-11-15&team=a&team=a", "/jobs?from=2026-11-09&to=2026-11-15&team=a&team=b"),
        ("from=2026-11-14", "/jobs?from=2026-11-14&to=2026-11-15"),
        ("from=2026-11-20", "/jobs?from=2026-11-20&to=2026-11-20"),
        ("team=!b&region=eu-west-1", "/jobs?from=2026-11-09&to=2026-11-15&region=eu-west-1&team=%21b"),
        ("team=(none)&q=a%26b+c", "/jobs?from=2026-11-09&to=2026-11-15&team=%28none%29&q=a%26b%20c"),
        (
            "page=3&sort=-cost&per=10&state=open",
            "/jobs?from=2026-11-09&to=2026-11-15&state=open&sort=-cost&page=3&per=10",
        ),
        (
            "framework=XGBoost&framework=!Spark&team=a&team=!",
            "/jobs?from=2026-11-09&to=2026-11-15&team=a&framework=XGBoost&framework=%21Spark",
        ),
        (
            "family=p4d&kind=training&phase=train&environment=!prod&project=(none)",
            "/jobs?from=2026-11-09&to=2026-11-15&project=%28none%29&environment=%21prod&phase=train&kind=training&family=p4d",
        ),
        ("team=&account=+&q=&kind=!", "/jobs?from=2026-11-09&to=2026-11-15"),
        ("metric=co2e&team=a", "/jobs?from=2026-11-09&to=2026-11-15&team=a&metric=co2e"),
        ("metric=cost", "/jobs?from=2026-11-09&to=2026-11-15"),
        (
            "cmp=yoy&metric=co2e&state=open&q=x&team=a",
            "/jobs?from=2026-11-09&to=2026-11-15&team=a&metric=co2e&state=open&cmp=yoy&q=x",
        ),
        (
            "emb=0&cost=effective&method=mb&cost=billed",
            "/jobs?from=2026-11-09&to=2026-11-15&cost=billed&method=mb&emb=0",
        ),
        ("unit=kg&emb=0", "/jobs?from=2026-11-09&to=2026-11-15&emb=0&unit=kg"),
        ("cost=list&method=lb&emb=1&unit=auto", "/jobs?from=2026-11-09&to=2026-11-15"),
        ("cmp=prev", "/jobs?from=2026-11-09&to=2026-11-15"),
        ("cmp=none", "/jobs?from=2026-11-09&to=2026-11-15&cmp=none"),
        ("cmp=review:2026-W45-r2", "/jobs?from=2026-11-09&to=2026-11-15&cmp=review%3A2026-W45-r2"),
        ("team=M%C3%BCnchen", "/jobs?from=2026-11-09&to=2026-11-15&team=M%C3%BCnchen"),
        (
            "tag.b=!x&metric=co2e&tag.b=y&tag.a=(none)&framework=Spark&tag.b=!&tag.c=",
            "/jobs?from=2026-11-09&to=2026-11-15&framework=Spark&tag.a=%28none%29&tag.b=y&tag.b=%21x&metric=co2e",
        ),
        (
            "tag.acme%3Acost%2Fcentre%3D%26=a%26b%3Dc",
            "/jobs?from=2026-11-09&to=2026-11-15&tag.acme%3Acost%2Fcentre%3D%26=a%26b%3Dc",
        ),
        ("tag.Team=a&tag.team=+a+", "/jobs?from=2026-11-09&to=2026-11-15&tag.Team=a&tag.team=%20a%20"),
        // What somebody types into one field.
        ("tag=", "/jobs?from=2026-11-09&to=2026-11-15"),
        (
            "tag=cost+centre+%3D+4100%3D7&tag=stage%3D!prod",
            "/jobs?from=2026-11-09&to=2026-11-15&tag.cost%20centre=4100%3D7&tag.stage=%21prod",
        ),
    ] {
        let query = read(sent).unwrap();
        let link = query.permalink(query.period(today));
        assert_eq!(link, canonical, "{sent}");
        let again = Query::read(&link.parse().unwrap(), ALLOWED).unwrap();
        assert_eq!(again.permalink(again.period(today)), canonical, "the canonical address is its own");
        assert!(query.ignored.is_empty(), "{sent}: {:?}", query.ignored);
    }
}

#[test]
fn what_means_nothing_is_ignored_and_listed() {
    for (sent, ignored) in [
        ("colour=red", "colour=red"),
        ("sort=colour", "sort=colour"),
        ("metric=trees", "metric=trees"),
        ("cost=free", "cost=free"),
        ("method=green", "method=green"),
        ("emb=maybe", "emb=maybe"),
        ("unit=lb", "unit=lb"),
        ("range=0d", "range=0d"),
        ("range=decade", "range=decade"),
        ("cmp=tomorrow", "cmp=tomorrow"),
        ("cmp=review:2026-W99", "cmp=review:2026-W99"),
        ("page=0", "page=0"),
        ("page=-1", "page=-1"),
        ("per=many", "per=many"),
        ("tag.=a", "tag.=a"),
        ("tag=a", "tag=a"),
        ("tag==a", "tag==a"),
        ("tag.1=a&tag.2=a&tag.3=a&tag.4=a&tag.5=a&tag.6=a&tag.7=a&tag.8=a&tag.9=a&tag.8=b", "tag.9=a"),
    ] {
        assert_eq!(read(sent).unwrap().ignored, [ignored], "{sent}");
    }
    assert_eq!(read("per=5000").unwrap().per, 1_000);
}

#[test]
fn the_address_says_the_days_of_a_range_and_days_that_are_said_go_before_it() {
    let link = |sent: &str| read(sent).map(|query| query.permalink(query.period(day("2026-11-18")))).unwrap();
    assert_eq!(link("range=week&team=a"), "/jobs?from=2026-11-09&to=2026-11-15&team=a");
    assert_eq!(link("range=28d&to=2026-11-10"), "/jobs?from=2026-11-04&to=2026-11-10");
}

#[test]
fn a_value_that_a_page_does_not_know_is_ignored_and_listed() {
    let mut query = read("state=open&team=a").unwrap();
    query.allow("state", &["open", "closed"]);
    assert!(query.own.len() == 1 && query.ignored.is_empty());
    query.allow("state", &["closed"]);
    assert_eq!((query.own.len(), query.ignored.as_slice()), (0, ["state=open".to_owned()].as_slice()));
}

#[test]
fn a_period_that_is_none_is_refused_with_a_next_step() {
    for sent in [
        "from=yesterday",
        "from=2026-02-30",
        "from=2026-2-3",
        "to=0001-01-01",
        "to=99999-01-01",
        "from=2026-11-16&to=2026-11-15",
        "from=2010-01-01&to=2026-01-01",
        "q=a%00b",
        "tag.a%00b=c",
    ] {
        let problem = read(sent).unwrap_err();
        assert_eq!(problem.status(), 400, "{sent}");
        assert_eq!(problem.view().links[0].href, "/jobs", "{sent}");
    }
}

#[test]
fn periods_follow_each_other() {
    let period = Period { from: day("2026-11-09"), to: day("2026-11-15") };
    assert_eq!(period.days(), 7);
    assert_eq!(period.previous(), Period { from: day("2026-11-02"), to: day("2026-11-08") });
    assert_eq!(period.each_day().count(), 7);
    assert!(period.holds(period.from) && period.holds(period.to) && !period.holds(period.previous().to));
}
