//! Who asks, and where: both stand in the `Authorization` header of a signed request.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;

use crate::fleet::{Account, Endpoint, Fleet, Holding, HoldingKind, HoldingSeen, Job, JobKind, Region};
use crate::wire::AwsError;

const KEY_PREFIX: &str = "AKIADEMO";
const DEFAULT_REGION: &str = "us-east-1";

/// The credential of one request. Signatures are not checked: there is nothing to protect on loopback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Caller {
    pub(crate) access_key: String,
    pub(crate) region: String,
}

impl Caller {
    /// Reads `Credential=<key>/<date>/<region>/<service>/aws4_request`.
    pub(crate) fn of(headers: &HeaderMap) -> Self {
        let header = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let credential = header.split_once("Credential=").map_or("", |(_, rest)| rest);
        let mut parts = credential.split(['/', ',']);
        let access_key = parts.next().unwrap_or_default().to_owned();
        let region = parts.nth(1).filter(|region| !region.is_empty()).unwrap_or(DEFAULT_REGION).to_owned();
        Self { access_key, region }
    }

    /// The account of the key; any key that is not of the simulator's own form belongs to the first account.
    pub(crate) fn account<'a>(&self, fleet: &'a Fleet) -> Result<&'a Account, AwsError> {
        match self.access_key.strip_prefix(KEY_PREFIX) {
            Some(id) => fleet.account(id),
            None => fleet.accounts.first(),
        }
        .ok_or_else(AwsError::unknown_key)
    }

    /// Whether the caller's role may not call an operation where it asks.
    pub(crate) fn is_refused(&self, fleet: &Fleet, operation: &str) -> bool {
        let regions = self.account(fleet).map_or(&[][..], |account| &account.regions);
        let here = regions.iter().filter(|region| region.name == self.region);
        here.flat_map(|region| &region.refused).any(|refused| refused == operation)
    }
}

/// One account in one region at the simulated present.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) fleet: &'a Fleet,
    pub(crate) account: &'a Account,
    /// Absent where the account runs nothing.
    pub(crate) region: Option<&'a Region>,
}

impl<'a> Site<'a> {
    pub(crate) fn new(fleet: &'a Fleet, caller: &Caller) -> Result<Self, AwsError> {
        let account = caller.account(fleet)?;
        let region = account.regions.iter().find(|region| region.name == caller.region);
        Ok(Self { fleet, account, region })
    }

    /// Jobs of a kind, those of the future included.
    pub(crate) fn jobs(&self, kind: JobKind) -> impl Iterator<Item = &'a Job> {
        self.region.into_iter().flat_map(|region| &region.jobs).filter(move |job| job.kind == kind)
    }

    /// What people hold open, of one kind, as it is seen now.
    pub(crate) fn holdings(&self, kind: HoldingKind) -> impl Iterator<Item = (&'a Holding, HoldingSeen)> {
        let now = self.fleet.now;
        let all = self.region.into_iter().flat_map(|region| &region.holdings);
        all.filter(move |each| each.kind == kind).filter_map(move |each| Some((each, each.seen_at(now)?)))
    }

    /// Endpoints that AWS still knows.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = &'a Endpoint> + use<'a> {
        let now = self.fleet.now;
        self.region.into_iter().flat_map(|region| &region.endpoints).filter(move |endpoint| endpoint.exists_at(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_credential_names_account_and_region() {
        let header = "AWS4-HMAC-SHA256 Credential=AKIADEMO222233334444/20261123/eu-west-1/sagemaker/aws4_request, SignedHeaders=host, Signature=0";
        let rows = [
            (header, "AKIADEMO222233334444", "eu-west-1"),
            ("AWS4-HMAC-SHA256 Credential=testing", "testing", "us-east-1"),
            ("", "", "us-east-1"),
        ];
        for (header, key, region) in rows {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, header.parse().unwrap())]);
            assert_eq!(Caller::of(&headers), Caller { access_key: key.to_owned(), region: region.to_owned() });
        }
    }
}
