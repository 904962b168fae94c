//! The verdict of every rule on every subject, day by day.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::PgConnection;
use sqlx::types::Json;

use super::StoreError;
use crate::advise::stored::StoredEvaluation;
use crate::advise::{FindingId, Subject, Verdict};

/// What is known of a finding before today's verdict.
#[derive(Debug, Clone)]
pub struct Known {
    /// Its subject.
    pub subject: Subject,
    /// First day it fired; before that, first day it was looked at.
    pub first_seen_on: NaiveDate,
    /// Last day it fired; before that, last day it was looked at.
    pub last_seen_on: NaiveDate,
    /// Whether it fired on an earlier day.
    pub has_fired: bool,
}

/// The findings of a rule, by address.
pub async fn known(
    connection: &mut PgConnection,
    rule_id: &str,
    day: NaiveDate,
) -> Result<HashMap<FindingId, Known>, StoreError> {
    let rows = sqlx::query!(
        r#"
        select
            f.account_id,
            f.finding_id,
            f.subject_kind,
            f.subject_key,
            f.subject_name,
            f.resource_id,
            f.region,
            f.team,
            f.first_seen_on,
            f.last_seen_on,
            exists (
                select
                from evaluation e
                where e.account_id = f.account_id
                  and e.finding_id = f.finding_id
                  and e.verdict = 'fires'
                  and e.day < $2
            ) as "has_fired!"
        from finding f
        where f.rule_id = $1
        "#,
        rule_id,
        day
    )
    .fetch_all(connection)
    .await
    .map_err(StoreError::on("read the known findings"))?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let known = Known {
                subject: Subject {
                    account_id: row.account_id,
                    kind: row.subject_kind,
                    key: row.subject_key,
                    name: row.subject_name,
                    resource_id: row.resource_id,
                    region: row.region,
                    team: row.team,
                },
                first_seen_on: row.first_seen_on,
                last_seen_on: row.last_seen_on,
                has_fired: row.has_fired,
            };
            (FindingId { account_id: row.account_id, finding_id: row.finding_id }, known)
        })
        .collect())
}

/// A verdict to be written, with the finding it belongs to.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The finding's address.
    pub id: FindingId,
    /// What it is about.
    pub subject: Subject,
    /// First day seen, as in [`Known`].
    pub first_seen_on: NaiveDate,
    /// Last day seen, as in [`Known`].
    pub last_seen_on: NaiveDate,
    /// The verdict with its evidence.
    pub stored: StoredEvaluation,
}

/// Writes findings that are new or have moved; tells how many are new.
pub async fn write_findings(
    connection: &mut PgConnection,
    now: DateTime<Utc>,
    judged: &[Judged],
) -> Result<u64, StoreError> {
    let account_ids: Vec<i32> = judged.iter().map(|each| each.id.account_id).collect();
    let finding_ids: Vec<i64> = judged.iter().map(|each| each.id.finding_id).collect();
    let rule_ids: Vec<String> = judged.iter().map(|each| each.stored.evaluation.rule_id.clone()).collect();
    let kinds: Vec<String> = judged.iter().map(|each| each.subject.kind.clone()).collect();
    let keys: Vec<String> = judged.iter().map(|each| each.subject.key.clone()).collect();
    let names: Vec<String> = judged.iter().map(|each| each.subject.name.clone()).collect();
    let resource_ids: Vec<Option<i64>> = judged.iter().map(|each| each.subject.resource_id).collect();
    let regions: Vec<String> = judged.iter().map(|each| each.subject.region.clone()).collect();
    let teams: Vec<String> = judged.iter().map(|each| each.subject.team.clone()).collect();
    let first: Vec<NaiveDate> = judged.iter().map(|each| each.first_seen_on).collect();
    let last: Vec<NaiveDate> = judged.iter().map(|each| each.last_seen_on).collect();
    let written = sqlx::query!(
        r#"
        with written as (
            insert into finding as f (
                account_id, finding_id, rule_id, subject_kind, subject_key, subject_name,
                resource_id, region, team, first_seen_on, last_seen_on
            )
            select
                account_id, finding_id, rule_id, subject_kind, subject_key, subject_name,
                resource_id, region, team, first_seen_on, last_seen_on
            from unnest(
                $1::int[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[],
                $7::bigint[], $8::text[], $9::text[], $10::date[], $11::date[]
            ) as judged (
                account_id, finding_id, rule_id, subject_kind, subject_key, subject_name,
                resource_id, region, team, first_seen_on, last_seen_on
            )
            on conflict (account_id, finding_id) do update
                set subject_name = excluded.subject_name,
                    resource_id = excluded.resource_id,
                    region = excluded.region,
                    team = excluded.team,
                    first_seen_on = excluded.first_seen_on,
                    last_seen_on = excluded.last_seen_on
                where (f.subject_name, f.resource_id, f.region, f.team, f.first_seen_on, f.last_seen_on)
                    is distinct from (
                        excluded.subject_name, excluded.resource_id, excluded.region, excluded.team,
                        excluded.first_seen_on, excluded.last_seen_on
                    )
            returning f.account_id, f.finding_id, f.rule_id, f.version
        )
        -- Version 1 is the finding's beginning; a row that only moved has its event already.
        insert into finding_event (account_id, finding_id, version, at, actor, from_state, to_state)
        select account_id, finding_id, 1, $12, 'rule ' || rule_id, '', 'open'
        from written
        on conflict (account_id, finding_id, version) do nothing
        "#,
        &account_ids,
        &finding_ids,
        &rule_ids,
        &kinds,
        &keys,
        &names,
        &resource_ids as &[Option<i64>],
        &regions,
        &teams,
        &first,
        &last,
        now
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("write the findings"))?;
    Ok(written.rows_affected())
}

/// Writes the day's verdicts; a verdict that says the same again is left as it is. Tells how many changed.
pub async fn write_verdicts(
    connection: &mut PgConnection,
    day: NaiveDate,
    estimate_id: i32,
    now: DateTime<Utc>,
    judged: &[Judged],
) -> Result<u64, StoreError> {
    let account_ids: Vec<i32> = judged.iter().map(|each| each.id.account_id).collect();
    let finding_ids: Vec<i64> = judged.iter().map(|each| each.id.finding_id).collect();
    let verdicts: Vec<String> = judged.iter().map(|each| each.stored.evaluation.verdict.as_str().to_owned()).collect();
    let versions: Vec<String> = judged.iter().map(|each| each.stored.evaluation.rule_version.to_string()).collect();
    let stored: Vec<Json<&StoredEvaluation>> = judged.iter().map(|each| Json(&each.stored)).collect();
    let written = sqlx::query!(
        r#"
        insert into evaluation as e (
            account_id, finding_id, day, verdict, rule_version, estimate_id, evaluation, evaluated_at
        )
        select account_id, finding_id, $1, verdict, rule_version, $2, evaluation, $3
        from unnest($4::int[], $5::bigint[], $6::text[], $7::text[], $8::jsonb[])
            as judged (account_id, finding_id, verdict, rule_version, evaluation)
        on conflict (account_id, finding_id, day) do update
            set verdict = excluded.verdict,
                rule_version = excluded.rule_version,
                estimate_id = excluded.estimate_id,
                evaluation = excluded.evaluation,
                evaluated_at = excluded.evaluated_at
            where (e.verdict, e.rule_version, e.estimate_id, e.evaluation)
                is distinct from (excluded.verdict, excluded.rule_version, excluded.estimate_id, excluded.evaluation)
        "#,
        day,
        estimate_id,
        now,
        &account_ids,
        &finding_ids,
        &verdicts,
        &versions,
        &stored as &[Json<&StoredEvaluation>]
    )
    .execute(&mut *connection)
    .await
    .map_err(StoreError::on("write the verdicts"))?;
    sqlx::query!(
        r#"
        update finding f
        set verdict = judged.verdict
        from unnest($2::int[], $3::bigint[], $4::text[]) as judged (account_id, finding_id, verdict)
        where f.account_id = judged.account_id
          and f.finding_id = judged.finding_id
          and f.verdict is distinct from judged.verdict
          and not exists (
              select
              from evaluation later
              where later.account_id = f.account_id
                and later.finding_id = f.finding_id
                and later.day > $1
          )
        "#,
        day,
        &account_ids,
        &finding_ids,
        &verdicts
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("note the latest verdicts"))?;
    Ok(written.rows_affected())
}

/// Opens again what still fires after its dismissal has run out; tells how many.
pub async fn reopen_expired(
    connection: &mut PgConnection,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let reopened = sqlx::query!(
        r#"
        with reopened as (
            update finding f
            set workflow = 'reopened',
                dismiss_reason = null,
                dismiss_note = null,
                dismiss_expires_on = null,
                version = f.version + 1
            from evaluation e
            where f.workflow = 'dismissed'
              and f.dismiss_expires_on <= $1
              and e.account_id = f.account_id
              and e.finding_id = f.finding_id
              and e.day = $1
              and e.verdict = 'fires'
            returning f.account_id, f.finding_id, f.version
        ),
        recorded as (
            insert into finding_event (account_id, finding_id, version, at, actor, from_state, to_state, note)
            select account_id, finding_id, version, $2, 'wattledger', 'dismissed', 'reopened',
                'Its dismissal ran out and it still fires.'
            from reopened
        )
        insert into audit_event (event_id, at, actor, action, subject, detail)
        select
            gen_random_uuid(),
            $2,
            'wattledger',
            'finding.transition',
            account_id || '-' || lpad(to_hex(finding_id), 16, '0'),
            jsonb_build_object('from', 'dismissed', 'to', 'reopened', 'version', version)
        from reopened
        "#,
        day,
        now
    )
    .execute(connection)
    .await
    .map_err(StoreError::on("open expired dismissals again"))?;
    Ok(reopened.rows_affected())
}

/// Reads the word of a stored verdict.
pub(super) fn verdict(text: &str) -> Result<Verdict, StoreError> {
    [Verdict::Fires, Verdict::DoesNotFire, Verdict::NotEvaluated, Verdict::TooNew]
        .into_iter()
        .find(|verdict| verdict.as_str() == text)
        .ok_or_else(|| StoreError::Corrupt(format!("verdict {text}")))
}
