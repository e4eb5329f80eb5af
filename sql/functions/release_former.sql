-- release_former: the published release of the same slug that a release follows: the highest version below its own.
CREATE OR REPLACE FUNCTION release_former(of_release bigint)
RETURNS bigint
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    SELECT f.id FROM release r JOIN release f ON f.slug = r.slug AND f.state = 'published'
        AND string_to_array(f.version, '.')::bigint[] < string_to_array(r.version, '.')::bigint[]
    WHERE r.id = of_release
    ORDER BY string_to_array(f.version, '.')::bigint[] DESC LIMIT 1
$$;
COMMENT ON FUNCTION release_former(bigint) IS 'The published release that this one follows (highest lower version of its slug), or null.';
