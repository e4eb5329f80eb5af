-- release_set_state: what release_publish, release_withdraw and release_rollback share. All of the releases or none;
-- one revision and one notification for them together, and a line of history each.
CREATE OR REPLACE FUNCTION release_set_state(of_releases bigint[], wanted text, because text)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    r record;
    is_changed boolean := false;
    new_revision bigint;
BEGIN
    IF char_length(because) > 500 OR because ~ '[[:cntrl:]]' THEN
        RAISE EXCEPTION 'reason: must be one line of at most 500 characters; shorten it';
    END IF;
    FOR r IN SELECT id, slug || '@' || version AS pinned, slug, version, state FROM release
             WHERE id = ANY (of_releases) ORDER BY id FOR UPDATE LOOP
        CONTINUE WHEN r.state = wanted;
        IF wanted = 'withdrawn' AND r.state <> 'published' THEN
            RAISE EXCEPTION '%: is a %, only a published one can be withdrawn; delete it with: fluxgrid discard %', r.pinned, r.state, r.pinned;
        END IF;
        IF wanted = 'published' AND NOT EXISTS (SELECT FROM slice WHERE release = r.id) THEN
            RAISE EXCEPTION '%: holds no slice and cannot be published; import it again', r.pinned;
        END IF;
        UPDATE release SET state = wanted,
                           published = CASE WHEN wanted = 'published' THEN coalesce(published, clock_timestamp()) ELSE published END
        WHERE id = r.id;
        INSERT INTO release_event (slug, version, event, reason) VALUES (r.slug, r.version, wanted, because);
        is_changed := true;
    END LOOP;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no release with id %; fluxgrid releases lists them', array_to_string(of_releases, ', ');
    END IF;
    IF NOT is_changed THEN
        RETURN (SELECT catalog FROM revision);
    END IF;
    UPDATE revision SET catalog = catalog + 1 RETURNING catalog INTO new_revision;
    PERFORM pg_notify('fluxgrid', new_revision::text);
    RETURN new_revision;
END $$;
COMMENT ON FUNCTION release_set_state(bigint[], text, text) IS 'Used by release_publish, release_withdraw and release_rollback.';
