//! Which accounts a transaction may see.

use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::StoreError;

/// Where an account's facts come from; the three never share a scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Origin {
    /// Read from the user's AWS account.
    Aws,
    /// Read from the simulator.
    Demo,
    /// Read from uploaded files.
    Upload,
}

impl Origin {
    /// The word stored in `account.origin`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::Demo => "demo",
            Self::Upload => "upload",
        }
    }
}

/// The accounts of one origin that a request or a job may touch; every store function takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountScope {
    origin: Origin,
    accounts: Vec<i32>,
}

impl AccountScope {
    /// A scope of `accounts`, which must all be of `origin` (row-level security shows others as absent).
    pub fn new(origin: Origin, mut accounts: Vec<i32>) -> Self {
        accounts.sort_unstable();
        accounts.dedup();
        Self { origin, accounts }
    }

    /// Where these accounts come from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// The account ids, ascending and without repeats.
    pub fn ids(&self) -> &[i32] {
        &self.accounts
    }

    /// The same scope without the accounts that are not in `wanted`.
    pub fn narrowed(&self, wanted: &[i32]) -> Self {
        let accounts = self.accounts.iter().copied().filter(|id| wanted.contains(id)).collect();
        Self { origin: self.origin, accounts }
    }

    /// Begins a transaction in which row-level security shows these accounts and no others.
    pub async fn begin(&self, pool: &PgPool) -> Result<Transaction<'static, Postgres>, StoreError> {
        let mut transaction = pool.begin().await.map_err(StoreError::on("begin a transaction"))?;
        self.apply(&mut transaction).await?;
        Ok(transaction)
    }

    /// Lets a transaction that has begun already see these accounts and no others from now on.
    pub async fn apply(&self, connection: &mut PgConnection) -> Result<(), StoreError> {
        let accounts = self.accounts.iter().map(i32::to_string).collect::<Vec<_>>().join(",");
        // Rows are written by their keys, and what is looked for lies in memory or on a disk that does not seek: a walk
        // through an index costs little more there than one through the table.
        sqlx::query!(
            "select set_config('wattledger.accounts', $1, true) as accounts, set_config('random_page_cost', '1.1', true) as cost",
            accounts
        )
        .fetch_one(connection)
        .await
        .map_err(StoreError::on("set the account scope"))?;
        Ok(())
    }
}
