-- release_publish, release_withdraw: the only way a release changes its state. The servers hear of it
-- through NOTIFY fluxgrid, which PostgreSQL delivers when the transaction has committed.
CREATE OR REPLACE FUNCTION release_publish(of_release bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    RETURN release_set_state(of_release, 'published');
END $$;
COMMENT ON FUNCTION release_publish(bigint) IS
    'Publishes a release: state, time, catalog revision and NOTIFY fluxgrid in this transaction. Answers the catalog revision; publishing again changes nothing.';

CREATE OR REPLACE FUNCTION release_withdraw(of_release bigint)
RETURNS bigint
LANGUAGE plpgsql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
BEGIN
    RETURN release_set_state(of_release, 'withdrawn');
END $$;
COMMENT ON FUNCTION release_withdraw(bigint) IS
    'Withdraws a published release: state, catalog revision and NOTIFY fluxgrid in this transaction. Answers the catalog revision.';
