-- release_rollback: the former published version of a slug becomes the latest again, by withdrawing what is above it.
-- to_version names that version; empty: one step. release_publish of what was withdrawn undoes it.
CREATE OR REPLACE FUNCTION release_rollback(of_slug text, to_version text DEFAULT '', because text DEFAULT '')
RETURNS TABLE (latest text, withdrawn text, revision bigint)
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    versions text[]; -- the published ones, newest first
    target text;
    away bigint[];
    told bigint;
BEGIN
    -- All rows of the slug first: of two roll-backs at once the second sees what the first has done.
    PERFORM r.id FROM release r WHERE r.slug = of_slug ORDER BY r.id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION '%: is no release that is known; fluxgrid releases lists them', of_slug;
    END IF;
    SELECT array_agg(r.version ORDER BY string_to_array(r.version, '.')::bigint[] DESC) INTO versions
    FROM release r WHERE r.slug = of_slug AND r.state = 'published';
    target := CASE WHEN to_version <> '' THEN to_version ELSE versions[2] END;
    IF target IS NULL THEN
        RAISE EXCEPTION '%: has no former published version to go back to; publish one, or take the latest back with: fluxgrid withdraw', of_slug;
    END IF;
    IF NOT target = ANY (coalesce(versions, '{}')) THEN
        RAISE EXCEPTION '%@%: is not published, so there is no going back to it; name one of: %', of_slug, target, array_to_string(versions, ', ');
    END IF;
    SELECT coalesce(array_agg(r.id), '{}') INTO away FROM release r
    WHERE r.slug = of_slug AND r.state = 'published' AND string_to_array(r.version, '.')::bigint[] > string_to_array(target, '.')::bigint[];
    IF away = '{}' THEN
        told := (SELECT v.catalog FROM revision v);
    ELSE
        told := release_set_state(away, 'withdrawn', CASE because WHEN '' THEN 'rolled back to ' || target ELSE because END);
    END IF;
    RETURN QUERY SELECT of_slug || '@' || target, string_agg(of_slug || '@' || r.version, ', ' ORDER BY r.id), told
        FROM release r WHERE r.id = ANY (away);
END $$;
COMMENT ON FUNCTION release_rollback(text, text, text) IS
    'Makes a former published version the latest again: withdraws those above it, with the reason, one revision, one NOTIFY. Answers the latest, what was withdrawn (null: nothing) and the revision.';
