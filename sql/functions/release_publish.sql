-- release_publish: shows a draft, or a withdrawn release again. The servers hear of it through NOTIFY fluxgrid,
-- which PostgreSQL delivers when the transaction has committed. A version below the latest may be published (a
-- correction of an older line): it is superseded from the start, and the latest stays the latest.
CREATE OR REPLACE FUNCTION release_publish(of_release bigint)
RETURNS bigint
LANGUAGE sql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT release_set_state(ARRAY[of_release], 'published', '')
$$;
COMMENT ON FUNCTION release_publish(bigint) IS
    'Publishes a release: state, time, history, catalog revision and NOTIFY fluxgrid in this transaction. Answers the catalog revision; publishing again changes nothing.';
