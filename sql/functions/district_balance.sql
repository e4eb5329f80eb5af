-- district_balance: after districts changed, does every field still add up at every level? Raises when not: the
-- transaction that would have changed published numbers then leaves them as they were.
CREATE OR REPLACE FUNCTION district_balance()
RETURNS bigint
LANGUAGE plpgsql STABLE
    SET search_path = fluxgrid, public, pg_temp AS $$
DECLARE
    bad record;
BEGIN
    SELECT f.name, f.total, o.level, coalesce(m.mass, 0) AS inside, o.mass AS outside INTO bad
    FROM field f JOIN field_outside o ON o.field = f.id
    LEFT JOIN (SELECT df.field, d.level, sum(df.mass) AS mass FROM district_field df JOIN district d ON d.id = df.district
               GROUP BY df.field, d.level) m ON m.field = f.id AND m.level = o.level
    WHERE abs(coalesce(m.mass, 0) + o.mass - f.total) > 1e-9 * abs(f.total)
    ORDER BY abs(coalesce(m.mass, 0) + o.mass - f.total) / abs(f.total) DESC LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'districts of level %: they hold % and leave % outside of the % that field % has; mend where they overlap',
            bad.level, bad.inside, bad.outside, bad.total, bad.name USING ERRCODE = 'data_exception';
    END IF;
    RETURN (SELECT count(*) FROM field_outside);
END $$;
COMMENT ON FUNCTION district_balance() IS
    'Raises when a field''s districts of a level and what lies outside them do not make its total to 1e-9; answers the number of balances.';
