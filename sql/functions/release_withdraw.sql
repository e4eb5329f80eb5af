-- release_withdraw: takes a published release back; its addresses answer 410, the one before it is the latest again.
CREATE OR REPLACE FUNCTION release_withdraw(of_release bigint, because text DEFAULT '')
RETURNS bigint
LANGUAGE sql VOLATILE STRICT
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT release_set_state(ARRAY[of_release], 'withdrawn', because)
$$;
COMMENT ON FUNCTION release_withdraw(bigint, text) IS
    'Withdraws a published release: state, history with the reason, catalog revision and NOTIFY fluxgrid in this transaction. Answers the catalog revision.';
