-- sector_line: each sector with itself and every sector above it.
CREATE OR REPLACE FUNCTION sector_line()
RETURNS TABLE (code text, above text)
LANGUAGE sql STABLE PARALLEL SAFE
    SET search_path = fluxgrid, public, pg_temp AS $$
    WITH RECURSIVE line (code, above) AS (
        SELECT s.code, s.code FROM sector s
        UNION SELECT l.code, s.parent FROM line l JOIN sector s ON s.code = l.above WHERE s.parent IS NOT NULL
    ) SELECT l.code, l.above FROM line l
$$;
COMMENT ON FUNCTION sector_line() IS 'Pairs (sector, itself or a sector above it).';
