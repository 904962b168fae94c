//! What people hold open: notebook instances, Studio apps, HyperPod clusters.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{Tags, arn, tags};

/// How long a deleted app stays in the list.
const APP_SHOWN_AFTER_END: TimeDelta = TimeDelta::hours(24);

/// The kinds of thing people hold open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum HoldingKind {
    /// A notebook instance.
    Notebook,
    /// A Studio app in a space.
    App,
    /// A HyperPod cluster of one instance group.
    Cluster,
}

/// A stretch of time in which its instances ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// From, inclusive.
    pub from: DateTime<Utc>,
    /// To, exclusive; absent while nobody stops it.
    pub to: Option<DateTime<Utc>>,
}

/// One of them with its whole life.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Holding {
    /// What it is.
    pub kind: HoldingKind,
    /// Its name; of an app the name of its space.
    pub name: String,
    /// The full resource name.
    pub arn: String,
    /// When it was made.
    pub created: DateTime<Utc>,
    /// Such as `ml.t3.medium`.
    pub instance_type: String,
    /// Instances side by side.
    pub instance_count: u32,
    /// When it ran, oldest first.
    pub sessions: Vec<Session>,
    /// Tags.
    pub tags: Tags,
}

/// What AWS would say about one at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HoldingSeen {
    /// Of an app the begin of its session: an app is made anew each time.
    pub created: DateTime<Utc>,
    /// The last start or stop.
    pub last_modified: DateTime<Utc>,
    /// Whether its instances run.
    pub is_running: bool,
}

impl Holding {
    /// One that has not run yet.
    #[must_use]
    pub fn new(kind: HoldingKind, account: &str, region: &str, name: &str, created: DateTime<Utc>) -> Self {
        let arn = match kind {
            HoldingKind::Notebook => arn(region, account, "notebook-instance", name),
            HoldingKind::App => arn(region, account, "app", &format!("{DOMAIN}/{name}/jupyterlab/default")),
            HoldingKind::Cluster => arn(region, account, "cluster", name),
        };
        Self {
            kind,
            name: name.to_owned(),
            arn,
            created,
            instance_type: "ml.t3.medium".to_owned(),
            instance_count: 1,
            sessions: Vec::new(),
            tags: Tags::new(),
        }
    }

    /// Sets the instances.
    #[must_use]
    pub fn on(mut self, instance_type: &str, instance_count: u32) -> Self {
        instance_type.clone_into(&mut self.instance_type);
        self.instance_count = instance_count;
        self
    }

    /// Sets the tags.
    #[must_use]
    pub fn tagged(mut self, pairs: &[(&str, &str)]) -> Self {
        self.tags = tags(pairs);
        self
    }

    /// Adds a stretch in which it ran.
    #[must_use]
    pub fn ran(mut self, from: DateTime<Utc>, to: Option<DateTime<Utc>>) -> Self {
        self.sessions.push(Session { from, to });
        self
    }

    /// As AWS would describe it at `now`; nothing before it was made, and nothing of an app that ended a day ago.
    #[must_use]
    pub fn seen_at(&self, now: DateTime<Utc>) -> Option<HoldingSeen> {
        if self.created > now {
            return None;
        }
        let last = self.sessions.iter().rev().find(|session| session.from <= now);
        let ended = last.and_then(|session| session.to).filter(|to| *to <= now);
        let is_running = last.is_some() && ended.is_none();
        let started = last.map_or(self.created, |session| session.from);
        let seen = HoldingSeen {
            created: if self.kind == HoldingKind::App { started } else { self.created },
            last_modified: ended.unwrap_or(started),
            is_running,
        };
        let is_forgotten = self.kind == HoldingKind::App
            && (last.is_none() || ended.is_some_and(|ended| ended + APP_SHOWN_AFTER_END <= now));
        (!is_forgotten).then_some(seen)
    }
}

/// The only Studio domain.
pub(crate) const DOMAIN: &str = "d-simulated0001";

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn a_notebook_stays_and_an_app_is_forgotten() {
        let (from, to) = (at("2026-11-20T08:00:00Z"), at("2026-11-20T17:00:00Z"));
        let of =
            |kind| Holding::new(kind, "111122223333", "us-east-1", "n", at("2026-11-01T00:00:00Z")).ran(from, Some(to));
        let (notebook, app) = (of(HoldingKind::Notebook), of(HoldingKind::App));
        assert!(notebook.seen_at(at("2026-11-20T12:00:00Z")).unwrap().is_running);
        let stopped = notebook.seen_at(at("2026-11-25T12:00:00Z")).unwrap();
        assert_eq!((stopped.is_running, stopped.last_modified), (false, to));
        assert_eq!(app.seen_at(at("2026-11-20T12:00:00Z")).unwrap().created, from);
        assert!(!app.seen_at(at("2026-11-21T16:00:00Z")).unwrap().is_running);
        assert_eq!(app.seen_at(at("2026-11-21T17:00:00Z")), None);
        assert_eq!(app.seen_at(at("2026-11-10T00:00:00Z")), None, "no session yet");
    }
}
