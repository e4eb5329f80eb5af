-- release_diff_changes: the entries of the changelog that lie between two releases: of one slug, those of each
-- published version above the lower and up to the higher one; of two slugs, those of the second.
CREATE OR REPLACE FUNCTION release_diff_changes(before bigint, after bigint)
RETURNS TABLE (pinned text, reason text, text_en text, text_ru text, text_uz text, text_ko text, sectors text[])
LANGUAGE sql STABLE STRICT PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH pair AS (
        SELECT a.slug = b.slug AS is_line, b.slug, b.id,
               least(string_to_array(a.version, '.')::bigint[], string_to_array(b.version, '.')::bigint[]) AS low,
               greatest(string_to_array(a.version, '.')::bigint[], string_to_array(b.version, '.')::bigint[]) AS high
        FROM release a, release b WHERE a.id = before AND b.id = after
    )
    SELECT r.slug || '@' || r.version, c.reason, c.text_en, c.text_ru, c.text_uz, c.text_ko, c.sectors
    FROM pair p
    JOIN release r ON CASE WHEN p.is_line THEN r.slug = p.slug AND (r.state = 'published' OR r.id IN (before, after))
                                AND string_to_array(r.version, '.')::bigint[] > p.low
                                AND string_to_array(r.version, '.')::bigint[] <= p.high
                           ELSE r.id = p.id END
    JOIN release_change c ON c.release = r.id
    ORDER BY string_to_array(r.version, '.')::bigint[], c.sort
$$;
COMMENT ON FUNCTION release_diff_changes(bigint, bigint) IS 'Entries of the changelog between two releases.';
