-- bootstrap.sql: what must be there before the first migration: roles, PostGIS, the schema.
-- Idempotent. Run by migrate.sh as the connecting user, a superuser or the database's owner.
BEGIN;
SELECT pg_advisory_xact_lock(7305803, 1) \g /dev/null
DO $$
DECLARE
    is_super boolean := (SELECT rolsuper FROM pg_roles WHERE rolname = current_user);
    may_create_roles boolean := (SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user);
    wanted text;
BEGIN
    IF current_setting('server_version_num')::int < 140000 THEN
        RAISE EXCEPTION 'PostgreSQL % is too old, Fluxgrid needs 14 or newer', current_setting('server_version')
            USING HINT = 'point DATABASE_URL or PGHOST and PGPORT at a newer server';
    END IF;
    IF current_setting('server_encoding') <> 'UTF8' THEN
        RAISE EXCEPTION 'database % is encoded in %, Fluxgrid needs UTF8', current_database(), current_setting('server_encoding')
            USING HINT = 'create it with: createdb --encoding=UTF8 --template=template0 NAME';
    END IF;
    IF pg_is_in_recovery() THEN
        RAISE EXCEPTION 'this server is a standby and cannot be changed'
            USING HINT = 'connect to the primary';
    END IF;

    FOREACH wanted IN ARRAY ARRAY['fluxgrid_owner', 'fluxgrid_import', 'fluxgrid_server'] LOOP
        CONTINUE WHEN EXISTS (SELECT FROM pg_roles WHERE rolname = wanted);
        IF NOT may_create_roles THEN
            RAISE EXCEPTION 'user % may not create the role %', current_user, wanted
                USING HINT = 'connect as a superuser, or let one run: ALTER ROLE ' || quote_ident(current_user) || ' CREATEROLE';
        END IF;
        BEGIN
            EXECUTE format('CREATE ROLE %I NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT %s', wanted,
                           CASE wanted WHEN 'fluxgrid_owner' THEN 'NOLOGIN' ELSE 'LOGIN' END);
        EXCEPTION WHEN duplicate_object OR unique_violation THEN
            NULL; -- another database of this cluster was being migrated just now
        END;
    END LOOP;

    -- From 16 on a membership may lack the right to SET ROLE.
    IF NOT is_super AND NOT pg_has_role(current_user, 'fluxgrid_owner',
                                        CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END) THEN
        BEGIN
            EXECUTE format('GRANT fluxgrid_owner TO %I', current_user);
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE EXCEPTION 'user % is not a member of fluxgrid_owner', current_user
                USING HINT = 'let a superuser run: GRANT fluxgrid_owner TO ' || quote_ident(current_user);
        END;
    END IF;

    IF NOT EXISTS (SELECT FROM pg_extension WHERE extname = 'postgis') THEN
        IF NOT EXISTS (SELECT FROM pg_available_extensions WHERE name = 'postgis') THEN
            RAISE EXCEPTION 'PostGIS is not installed on the database server'
                USING HINT = format('install it there with: apt-get install postgresql-%s-postgis-3',
                                    current_setting('server_version_num')::int / 10000);
        END IF;
        BEGIN
            CREATE EXTENSION postgis SCHEMA public;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE EXCEPTION 'user % may not create the extension postgis', current_user
                USING HINT = 'let a superuser run in database ' || quote_ident(current_database()) || ': CREATE EXTENSION postgis';
        END;
    END IF;
    IF (SELECT extnamespace::regnamespace::text FROM pg_extension WHERE extname = 'postgis') <> 'public' THEN
        RAISE EXCEPTION 'PostGIS of this database does not live in schema public'
            USING HINT = 'give Fluxgrid a database of its own';
    END IF;
    IF (regexp_match(public.postgis_lib_version(), '^\d+'))[1]::int < 3 THEN
        RAISE EXCEPTION 'PostGIS % is too old, Fluxgrid needs 3.0 or newer', public.postgis_lib_version()
            USING HINT = 'upgrade PostGIS, then run: SELECT postgis_extensions_upgrade()';
    END IF;

    IF to_regnamespace('fluxgrid') IS NULL THEN
        BEGIN
            CREATE SCHEMA fluxgrid AUTHORIZATION fluxgrid_owner;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE EXCEPTION 'user % may not create a schema in database %', current_user, current_database()
                USING HINT = format('connect as the database''s owner, or let it run: GRANT CREATE ON DATABASE %I TO %I',
                                    current_database(), current_user);
        END;
    END IF;
    CREATE TABLE IF NOT EXISTS fluxgrid.schema_migration (
        version integer PRIMARY KEY,
        name text NOT NULL,
        sha256 text NOT NULL,
        applied timestamptz NOT NULL DEFAULT now()
    );
    ALTER TABLE fluxgrid.schema_migration OWNER TO fluxgrid_owner;

    -- Settings of the roles. They are a courtesy of the role to itself, it may unset them: grants are the wall.
    IF may_create_roles THEN
        BEGIN
            ALTER ROLE fluxgrid_owner SET search_path = fluxgrid, public;
            ALTER ROLE fluxgrid_import SET search_path = fluxgrid, public;
            ALTER ROLE fluxgrid_import SET lock_timeout = '30s';
            ALTER ROLE fluxgrid_import SET idle_in_transaction_session_timeout = '10min';
            ALTER ROLE fluxgrid_server SET search_path = fluxgrid, public;
            ALTER ROLE fluxgrid_server SET default_transaction_read_only = on;
            ALTER ROLE fluxgrid_server SET statement_timeout = '5s';
            ALTER ROLE fluxgrid_server SET lock_timeout = '500ms';
            ALTER ROLE fluxgrid_server SET idle_in_transaction_session_timeout = '5s';
            ALTER ROLE fluxgrid_server SET jit = off;
            ALTER ROLE fluxgrid_import SET jit = off;
            ALTER ROLE fluxgrid_server CONNECTION LIMIT 64;
        EXCEPTION WHEN insufficient_privilege THEN
            RAISE WARNING 'settings of the fluxgrid roles were left as they are: user % may not change them', current_user;
        END;
    END IF;
    IF is_super THEN
        ALTER ROLE fluxgrid_server SET temp_file_limit = '64MB';
    END IF;

    BEGIN
        EXECUTE format('REVOKE CREATE, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO fluxgrid_owner, fluxgrid_import, fluxgrid_server', current_database());
        EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO fluxgrid_owner, fluxgrid_import', current_database());
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
        GRANT USAGE ON SCHEMA public TO fluxgrid_owner, fluxgrid_import, fluxgrid_server;
    EXCEPTION WHEN insufficient_privilege THEN
        RAISE EXCEPTION 'user % may not grant rights on database %', current_user, current_database()
            USING HINT = 'connect as the owner of the database';
    END;
END $$;
COMMIT;
