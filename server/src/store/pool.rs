//! The database: its pools, one per role, and what can go wrong with it.

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgConnection, PgPool};

/// The schema, embedded: `wattledger migrate`, the first start and the tests apply the same files.
pub static MIGRATOR: sqlx::migrate::Migrator = sqlx::migrate!("../migrations");

/// Something the database refused, with what we were doing.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A statement failed.
    #[error("could not {doing}")]
    Query {
        /// The act, as the end of "could not ...".
        doing: &'static str,
        /// What the database said.
        #[source]
        source: sqlx::Error,
    },
    /// The address cannot be used.
    #[error("the database address is not valid: {reason}; expected postgres://user:password@host/database")]
    Address {
        /// What is wrong with it, without the password.
        reason: String,
    },
    /// The migrations could not be applied.
    #[error("could not bring the schema up to date")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The login may not create the four roles.
    #[error(
        "this login may not create the roles that Wattledger runs as. Ask an administrator to run:\n\n{sql}\n\n\
         or start with --single-role to do without them (every connection then has the login's own rights)"
    )]
    RolesMissing {
        /// The statements an administrator must run.
        sql: String,
    },
    /// The role could bypass row-level security.
    #[error("the role {role} is a superuser or bypasses row-level security; use another login or --single-role")]
    RoleTooStrong {
        /// The role that was found.
        role: String,
    },
    /// A stored value that the program cannot read.
    #[error("a stored value is not valid: {0}")]
    Corrupt(String),
    /// Another holder has taken over the window; what was fetched is dropped and the window read again by them.
    #[error("the lease on this window was lost to another process")]
    LeaseLost,
}

impl StoreError {
    /// Names the act that failed: `.map_err(StoreError::on("read the jobs"))`.
    pub fn on(doing: &'static str) -> impl FnOnce(sqlx::Error) -> Self {
        move |source| Self::Query { doing, source }
    }

    /// Whether the database cannot be reached at all, as opposed to having refused a statement.
    pub fn is_unreachable(&self) -> bool {
        matches!(
            self,
            Self::Query {
                source: sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Tls(_),
                ..
            }
        )
    }
}

impl StoreError {
    /// Whether the same request may well succeed in a moment.
    ///
    /// `40P01`: two waited for each other; `57014`: the statement ran into the time limit; `57P01` to `57P03`: the database is
    /// starting or stopping.
    pub fn is_passing(&self) -> bool {
        let Self::Query { source, .. } = self else { return false };
        let code = source.as_database_error().and_then(sqlx::error::DatabaseError::code);
        code.is_some_and(|code| matches!(code.as_ref(), "40P01" | "57014" | "57P01" | "57P02" | "57P03"))
    }
}

/// The pools of a running server, each connection wearing its role.
#[derive(Debug, Clone)]
pub struct Database {
    /// Writes facts, footprints and findings.
    pub ingest: PgPool,
    /// Reads, and writes decisions.
    pub web: PgPool,
    /// Whether the roles were left out (`--single-role`).
    pub single_role: bool,
}

const ROLES: [&str; 4] = ["wattledger_owner", "wattledger_ingest", "wattledger_web", "wattledger_audit"];

impl Database {
    /// Connects both pools; the schema must be current.
    ///
    /// # Errors
    /// When the address is not valid, nobody answers, or a role could bypass row-level security.
    pub async fn connect(url: &str, single_role: bool) -> Result<Self, StoreError> {
        // On a machine that is busy many windows wait for a few connections, which is no reason to give a run up.
        let patient = Duration::from_secs(30);
        let ingest = pool(url, (!single_role).then_some("wattledger_ingest"), 6, "60s", patient).await?;
        let web = pool(url, (!single_role).then_some("wattledger_web"), 10, "15s", Duration::from_secs(5)).await?;
        if !single_role {
            for each in [&ingest, &web] {
                refuse_strong_role(each).await?;
            }
        }
        Ok(Self { ingest, web, single_role })
    }
}

/// Applies the migrations, after checking that the four roles exist or can be created.
///
/// # Errors
/// [`StoreError::RolesMissing`] with the SQL to run, unless `single_role`.
pub async fn migrate(url: &str, single_role: bool) -> Result<(), StoreError> {
    let mut connection: PgConnection =
        options(url)?.connect().await.map_err(StoreError::on("connect to the database"))?;
    if !single_role {
        require_roles(&mut connection).await?;
    }
    MIGRATOR.run(&mut connection).await.map_err(StoreError::Migrate)?;
    connection.close().await.map_err(StoreError::on("close the connection"))
}

async fn require_roles(connection: &mut PgConnection) -> Result<(), StoreError> {
    let names: Vec<String> = ROLES.iter().map(ToString::to_string).collect();
    let missing = sqlx::query_scalar!(
        r#"
        select wanted as "wanted!"
        from unnest($1::text[]) as wanted
        where not exists (select from pg_roles where rolname = wanted)
           or not pg_has_role(current_user, wanted, 'member')
        "#,
        &names
    )
    .fetch_all(&mut *connection)
    .await
    .map_err(StoreError::on("look up the roles"))?;
    let may_create = sqlx::query_scalar!(
        r#"select (rolcreaterole or rolsuper) as "may!" from pg_roles where rolname = current_user"#
    )
    .fetch_one(&mut *connection)
    .await
    .map_err(StoreError::on("look up the login's rights"))?;
    if missing.is_empty() || may_create {
        return Ok(());
    }
    let login = sqlx::query_scalar!(r#"select quote_ident(current_user) as "login!""#)
        .fetch_one(&mut *connection)
        .await
        .map_err(StoreError::on("look up the login"))?;
    let sql = missing
        .iter()
        .map(|role| format!("create role {role} nologin;\ngrant {role} to {login};"))
        .collect::<Vec<_>>()
        .join("\n");
    Err(StoreError::RolesMissing { sql })
}

async fn refuse_strong_role(pool: &PgPool) -> Result<(), StoreError> {
    let role = sqlx::query!(
        r#"select rolname as "name!", (rolsuper or rolbypassrls) as "strong!" from pg_roles where rolname = current_user"#
    )
    .fetch_one(pool)
    .await
    .map_err(StoreError::on("check the connection's role"))?;
    if role.strong { Err(StoreError::RoleTooStrong { role: role.name }) } else { Ok(()) }
}

async fn pool(
    url: &str,
    role: Option<&'static str>,
    connections: u32,
    statement_timeout: &'static str,
    acquire_timeout: Duration,
) -> Result<PgPool, StoreError> {
    let mut options = options(url)?.options([
        ("statement_timeout", statement_timeout),
        ("timezone", "UTC"),
        // Statements are long and take milliseconds; compiling one takes up to seconds.
        ("jit", "off"),
    ]);
    if let Some(role) = role {
        options = options.options([("role", role)]);
    }
    PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(acquire_timeout)
        .connect_with(options)
        .await
        .map_err(StoreError::on("connect to the database"))
}

fn options(url: &str) -> Result<PgConnectOptions, StoreError> {
    PgConnectOptions::from_str(url).map_err(|error| StoreError::Address { reason: error.to_string() })
}
