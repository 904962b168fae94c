-- AWS writes an ARN in capitals in one place and without them in another; names differ in more than that.
create index resource_by_folded_arn on resource (account_id, lower(arn), created_at);
