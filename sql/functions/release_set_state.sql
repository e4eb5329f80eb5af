-- release_set_state: shared by release_publish and release_withdraw.
CREATE OR REPLACE FUNCTION release_set_state(of_release bigint, wanted text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    was text;
    new_revision bigint;
BEGIN
    SELECT state INTO was FROM release WHERE id = of_release FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no release with id %', of_release USING ERRCODE = 'no_data_found';
    END IF;
    IF was = wanted THEN
        RETURN (SELECT catalog FROM revision);
    END IF;
    IF wanted = 'withdrawn' AND was <> 'published' THEN
        RAISE EXCEPTION 'release % is %, only a published one can be withdrawn', of_release, was;
    END IF;
    IF wanted = 'published' AND NOT EXISTS (SELECT FROM slice WHERE release = of_release) THEN
        RAISE EXCEPTION 'release % holds no slice and cannot be published', of_release;
    END IF;
    UPDATE release SET state = wanted,
                       published = CASE WHEN wanted = 'published' THEN coalesce(published, clock_timestamp()) ELSE published END
    WHERE id = of_release;
    UPDATE revision SET catalog = catalog + 1 RETURNING catalog INTO new_revision;
    PERFORM pg_notify('fluxgrid', new_revision::text);
    RETURN new_revision;
END $$;
COMMENT ON FUNCTION release_set_state(bigint, text) IS 'Used by release_publish and release_withdraw.';
