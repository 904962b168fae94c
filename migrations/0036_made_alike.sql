-- What a job was made of, so that jobs that were made alike are found.
select set_config('role', coalesce((select rolname from pg_roles where rolname = 'wattledger_owner'), 'none'), true);

alter table resource
    -- image, data, volume, time limit and spot of a job; null where its image or its data is not told
    add column setup text generated always as (
        case
            when attributes #>> '{image,address}' is not null
                and jsonb_path_exists(attributes, '$.s3[*] ? (@.use like_regex "input$")')
            then md5(
                kind
                || ' ' || (attributes #>> '{image,address}')
                || ' ' || jsonb_path_query_array(attributes, '$.s3[*] ? (@.use like_regex "input$").uri')::text
                || ' ' || coalesce(attributes ->> 'volume_gb', '')
                || ' ' || coalesce(attributes ->> 'max_runtime_s', '')
                || ' ' || case when is_spot then 'spot' else '' end
            )
        end
    ) stored;

create index resource_by_setup on resource (account_id, setup, created_at) where setup is not null;

reset role;
