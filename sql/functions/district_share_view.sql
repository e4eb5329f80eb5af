-- district_share: district_cell for districts of every level; unions of children are summed on the way up.
CREATE OR REPLACE VIEW district_share AS
    WITH RECURSIVE up AS (
        SELECT d.id AS leaf, d.id AS district, d.parent FROM district d WHERE NOT d.is_union
        UNION ALL
        SELECT u.leaf, p.id, p.parent FROM up u JOIN district p ON p.code = u.parent AND p.is_union
    )
    SELECT c.grid, u.district, c.cell, least(sum(c.fraction), 1) AS fraction
    FROM district_cell c JOIN up u ON u.leaf = c.district
    GROUP BY c.grid, u.district, c.cell;
COMMENT ON VIEW district_share IS 'Share of each native cell''s ground area in each district, of every level.';
COMMENT ON COLUMN district_share.grid IS 'Grid of the cell';
COMMENT ON COLUMN district_share.district IS 'District';
COMMENT ON COLUMN district_share.cell IS 'row * nx + column at native level';
COMMENT ON COLUMN district_share.fraction IS 'Fraction of the cell''s ground area inside, 0..1';
