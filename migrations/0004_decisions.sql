-- What people decide: findings with their workflow, reviews with their frozen numbers, actions, sign-offs and the audit trail.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

-- A finding is (rule, subject). Its workflow is decided by people; its verdict by the day's evaluation.
create table finding (
    account_id          int not null references account,
    finding_id          bigint not null, -- eight bytes of SHA-256 of (rule, subject kind, subject key)
    rule_id             text not null,
    subject_kind        text not null check (subject_kind in ('resource', 'entity', 'family', 'team', 'account', 'set')),
    subject_key         text not null,
    subject_name        text not null,
    resource_id         bigint, -- where the subject is or belongs to one resource
    region              text not null default '',
    team                text not null default '',
    workflow            text not null default 'open' check (workflow in
        ('open', 'accepted', 'in_progress', 'done', 'verified', 'partially_verified', 'not_observed', 'dismissed', 'reopened')),
    owner               text not null default '',
    dismiss_reason      text,
    dismiss_note        text,
    dismiss_expires_on  date,
    first_seen_on       date not null,
    last_seen_on        date not null,
    version             int not null default 1, -- counts transitions, so that two people cannot decide at once unseen
    primary key (account_id, finding_id),
    unique (account_id, rule_id, subject_kind, subject_key)
);

create table evaluation (
    account_id    int not null,
    finding_id    bigint not null,
    day           date not null,
    verdict       text not null check (verdict in ('fires', 'does_not_fire', 'not_evaluated', 'too_new')),
    rule_version  text not null,
    estimate_id   int not null references estimate,
    evaluation    jsonb not null, -- stage, confidence, coverage, reason, evidence, savings
    evaluated_at  timestamptz not null,
    primary key (account_id, finding_id, day),
    foreign key (account_id, finding_id) references finding (account_id, finding_id)
);

create table finding_event (
    account_id   int not null,
    finding_id   bigint not null,
    version      int not null,
    at           timestamptz not null default now(),
    actor        text not null,
    from_state   text not null,
    to_state     text not null,
    reason       text,
    note         text,
    primary key (account_id, finding_id, version)
);

-- A review is the organisation's. Demo and real accounts never share one, hence the origin in the key.
create table review (
    origin        text not null check (origin in ('aws', 'demo', 'upload')),
    review_id     text not null, -- 2026-W47
    revision      int not null default 1,
    period_from   date not null,
    period_to     date not null, -- exclusive
    compare_id    text,
    compare_revision int,
    created_by    text not null,
    created_at    timestamptz not null default now(),
    reason        text not null default '',
    primary key (origin, review_id, revision)
);

-- The frozen numbers: the canonical text, its hash, and nothing that points at anything that can change.
create table review_snapshot (
    origin             text not null,
    review_id          text not null,
    revision           int not null,
    canonical_version  int not null,
    canonical          text not null,
    sha256             char(64) not null,
    factor_set_label   text not null,
    factor_set_sha256  char(64) not null,
    method_version     text not null,
    taken_at           timestamptz not null default now(),
    primary key (origin, review_id, revision)
);

create table review_snapshot_row (
    account_id  int not null,
    origin      text not null,
    review_id   text not null,
    revision    int not null,
    section     text not null check (section in ('kpi', 'job', 'endpoint', 'finding', 'coverage')),
    ordinal     int not null,
    row         jsonb not null,
    primary key (account_id, origin, review_id, revision, section, ordinal)
);

create table review_action (
    action_id    uuid primary key,
    origin       text not null,
    review_id    text not null,
    revision     int not null,
    title        text not null check (title <> ''),
    owner        text not null check (owner <> ''),
    due_on       date not null,
    status       text not null default 'todo' check (status in ('todo', 'doing', 'done', 'dropped')),
    account_id   int,
    finding_id   bigint,
    created_by   text not null,
    created_at   timestamptz not null default now(),
    closed_at    timestamptz,
    foreign key (origin, review_id, revision) references review (origin, review_id, revision)
);

create table review_sign_off (
    origin           text not null,
    review_id        text not null,
    revision         int not null,
    signed_by        text not null check (signed_by <> ''),
    signed_at        timestamptz not null default now(),
    snapshot_sha256  char(64) not null,
    actions_sha256   char(64) not null,
    primary key (origin, review_id, revision, signed_by)
);

create table audit_event (
    event_id  uuid primary key,
    at        timestamptz not null default now(),
    actor     text not null,
    action    text not null,
    subject   text not null,
    detail    jsonb not null default '{}'
);

reset role;
