//! ListMetrics: every series that had a datapoint lately.

use ciborium::Value;

use crate::caller::Site;
use crate::fleet::{Endpoint, Hardware, Job};
use crate::truth::{Metric, NAMESPACE_ENDPOINTS, NAMESPACE_INVOCATIONS, namespace_of};
use crate::wire::AwsError;
use crate::wire::cbor::{Writer, list, text};

const PAGE: usize = 500;
const TOKEN_PREFIX: &str = "simulated-metric-";
/// Metrics that were silent for two weeks disappear.
const SILENT_AFTER_S: i64 = 14 * 86_400;
const RECENTLY_ACTIVE_S: i64 = 3 * 3600;

/// One metric with its dimensions.
struct Listed {
    namespace: &'static str,
    metric: Metric,
    dimensions: Vec<(&'static str, String)>,
}

pub(super) fn list_metrics(body: &Value, site: Site<'_>) -> Result<Vec<u8>, AwsError> {
    let offset: usize = match text(body, "NextToken") {
        None => 0,
        Some(token) => token
            .strip_prefix(TOKEN_PREFIX)
            .and_then(|offset| offset.parse().ok())
            .ok_or_else(|| AwsError::invalid("Request parameter NextToken is invalid"))?,
    };
    let silent = if text(body, "RecentlyActive") == Some("PT3H") { RECENTLY_ACTIVE_S } else { SILENT_AFTER_S };
    let since = site.fleet.now.timestamp() - silent;
    let mut all = Vec::new();
    if let Some(region) = site.region {
        region.jobs.iter().for_each(|job| list_job(&mut all, job, site, since));
        region.endpoints.iter().for_each(|endpoint| list_endpoint(&mut all, endpoint, site, since));
    }
    all.retain(|listed| is_wanted(listed, body));
    let page = all.get(offset..).unwrap_or_default();
    let next = (page.len() > PAGE).then(|| offset + PAGE);
    Ok(encode(page.get(..PAGE).unwrap_or(page), next))
}

fn list_job(all: &mut Vec<Listed>, job: &Job, site: Site<'_>, since: i64) {
    let now = site.fleet.now.timestamp();
    let Some(started) = job.started.map(|at| at.timestamp()) else { return };
    let ended = job.ended.map_or(now, |at| at.timestamp()).min(now);
    // Collection takes two minutes to show a first datapoint.
    if ended - started < 120 || ended < since {
        return;
    }
    let hardware = Hardware::of(&job.instance_type);
    for host in 1..=job.instance_count {
        for metric in Metric::ALL.into_iter().filter(|m| m.is_utilisation() && m.is_published_by(hardware)) {
            let dimensions = vec![("Host", format!("{}/{}", job.name, job.host_name(host)))];
            all.push(Listed { namespace: namespace_of(job.kind), metric, dimensions });
        }
    }
}

fn list_endpoint(all: &mut Vec<Listed>, endpoint: &Endpoint, site: Site<'_>, since: i64) {
    let now = site.fleet.now;
    let last = endpoint.deleted.unwrap_or(now).min(now).timestamp();
    let Some(config) = endpoint.config_at(now) else { return };
    if endpoint.in_service() > now || last < since {
        return;
    }
    let recently_called = (since / 60..last / 60).step_by(30).any(|minute| endpoint.traffic.mean_at(minute) > 0.0);
    for variant in &config.variants {
        let hardware = Hardware::of(&variant.instance_type);
        for metric in Metric::ALL.into_iter().filter(|m| m.is_published_by(hardware)) {
            if metric.is_utilisation() || recently_called {
                let namespace = if metric.is_utilisation() { NAMESPACE_ENDPOINTS } else { NAMESPACE_INVOCATIONS };
                let dimensions = vec![("EndpointName", endpoint.name.clone()), ("VariantName", variant.name.clone())];
                all.push(Listed { namespace, metric, dimensions });
            }
        }
    }
}

fn is_wanted(listed: &Listed, body: &Value) -> bool {
    text(body, "Namespace").is_none_or(|namespace| namespace == listed.namespace)
        && text(body, "MetricName").is_none_or(|name| name == listed.metric.name())
        && list(body, "Dimensions").iter().all(|wanted| {
            let value = text(wanted, "Value");
            listed
                .dimensions
                .iter()
                .any(|(name, given)| text(wanted, "Name") == Some(*name) && value.is_none_or(|value| value == given))
        })
}

fn encode(page: &[Listed], next: Option<usize>) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.map(if next.is_some() { 2 } else { 1 });
    writer.text("Metrics").list(page.len());
    for listed in page {
        writer.map(3);
        writer.text("Namespace").text(listed.namespace);
        writer.text("MetricName").text(listed.metric.name());
        writer.text("Dimensions").list(listed.dimensions.len());
        for (name, value) in &listed.dimensions {
            writer.map(2).text("Name").text(name).text("Value").text(value);
        }
    }
    if let Some(offset) = next {
        writer.text("NextToken").text(&format!("{TOKEN_PREFIX}{offset}"));
    }
    writer.into_bytes()
}
