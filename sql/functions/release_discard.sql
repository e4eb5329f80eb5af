-- release_discard: deletes a draft and what no other release uses of it: fields with their blocks, sources, grids,
-- provenance. What was once published stays for ever.
CREATE OR REPLACE FUNCTION release_discard(of_release bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    r release;
    its_fields bigint[];
    its_grids bigint[];
    its_sources bigint[];
    its_provenances bigint[];
    gone bigint;
BEGIN
    -- A running import may have found a field that would be deleted here.
    IF NOT pg_try_advisory_xact_lock(7305803, 2) THEN
        RAISE EXCEPTION 'an import is running; wait for it to end';
    END IF;
    SELECT * INTO r FROM release WHERE id = of_release FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no release with id %; fluxgrid releases lists them', of_release;
    END IF;
    IF r.published IS NOT NULL THEN
        RAISE EXCEPTION '%@%: was published, and what was published is kept; take it back with: fluxgrid withdraw %@%',
            r.slug, r.version, r.slug, r.version;
    END IF;
    SELECT coalesce(array_agg(DISTINCT s.field), '{}'), coalesce(array_agg(DISTINCT s.provenance), '{}')
        INTO its_fields, its_provenances FROM slice s WHERE s.release = of_release;
    DELETE FROM release WHERE id = of_release;
    SELECT array_agg(f.id), array_agg(DISTINCT f.grid) INTO its_fields, its_grids FROM field f
        WHERE f.id = ANY (its_fields) AND NOT EXISTS (SELECT FROM slice s WHERE s.field = f.id);
    SELECT array_agg(DISTINCT s.source) INTO its_sources FROM source_field s WHERE s.field = ANY (its_fields);
    DELETE FROM field f WHERE f.id = ANY (its_fields);
    GET DIAGNOSTICS gone = ROW_COUNT;
    DELETE FROM source s WHERE s.id = ANY (its_sources) AND NOT EXISTS (SELECT FROM source_field f WHERE f.source = s.id);
    DELETE FROM grid g WHERE g.id = ANY (its_grids) AND NOT EXISTS (SELECT FROM field f WHERE f.grid = g.id);
    DELETE FROM provenance p WHERE p.id = ANY (its_provenances) AND NOT EXISTS (SELECT FROM slice s WHERE s.provenance = p.id);
    INSERT INTO release_event (slug, version, event) VALUES (r.slug, r.version, 'discarded');
    RETURN gone;
END $$;
COMMENT ON FUNCTION release_discard(bigint) IS
    'Deletes a draft with everything that no other release uses; refuses what was ever published. Answers how many fields went.';
