"""A release of a few cells on grids of its own, beside the demonstration: small enough to be counted on one's fingers."""
import contextlib

# Grids over Jizzakh: fine cells of 0.1 degree from 67 E, 40.5 N; coarse ones of 0.2 from 66.9 E (they nest) and of 0.15 (they do not); and one of six
# million cells far from any district.
RELEASE = """
SET search_path = fluxgrid, public;
INSERT INTO grid (x0, y0, dx, dy, nx, ny) VALUES (67, 40.5, 0.1, 0.1, 10, 4), (66.9, 40.5, 0.2, 0.2, 4, 2), (67, 40.5, 0.15, 0.1, 4, 4), (5, 10, 0.005, 0.005, 3000, 2000);
CREATE TEMP TABLE made (name text, dx float8, at int[], v float8[]);
INSERT INTO made VALUES
    ('tied',   0.1,  '{0,1,2,64,65,66,67,130}', '{5,3,3,3,1,1,0,4}'),
    ('sinks',  0.1,  '{0,1,2,3}',               '{1,6,3,2}'),
    ('fine',   0.1,  '{0,1,2,9,64}',            '{1,2,3,0.5,4}'),
    ('coarse', 0.2,  '{0,3}',                   '{10,7}'),
    ('aslant', 0.15, '{0,1}',                   '{6,3}'),
    ('large',  0.005, '{0,1}',                  '{2,1}');
INSERT INTO field (grid, name, sha256, kind, total, sum_sq, cells)
    SELECT g.id, m.name, md5(m.name) || md5(m.name), 'raster', t.total, t.sum_sq, cardinality(m.v)
    FROM made m CROSS JOIN LATERAL (SELECT sum(x) AS total, sum(x * x) AS sum_sq FROM unnest(m.v) x) t
    JOIN grid g ON (g.x0, g.y0) IN ((67, 40.5), (66.9, 40.5), (5, 10)) AND g.dx = m.dx;
INSERT INTO block (field, level, bx, by, cells, count, sum, min, max)
    SELECT f.id, 0, 0, 0, block_pack(m.at, m.v), cardinality(m.v), f.total, (SELECT min(x) FROM unnest(m.v) x), (SELECT max(x) FROM unnest(m.v) x)
    FROM made m JOIN field f ON f.name = m.name AND f.sha256 = md5(m.name) || md5(m.name);
SELECT block_overviews(f.id), district_cell_refresh(f.grid), district_field_refresh(f.id) FROM made m JOIN field f ON f.sha256 = md5(m.name) || md5(m.name);
INSERT INTO release (slug, version, title_en, title_ru, title_uz, title_ko, publisher, licence, attribution, citation, method, sha256)
    VALUES ('made', '0.1.0', 'Made', 'Made', 'Made', 'Made', 'nobody', 'CC0', 'nobody', 'none', 'made up', repeat('ba', 32));
INSERT INTO slice (release, sector, gas, flow, origin, fuel, year, field, factor, mass_t, uncertainty_pct, method)
    SELECT r.id, s.sector, 'CO2', s.flow, 'fossil', '', s.year, f.id, 1, f.total, 10, 'reported'
    FROM release r, made m JOIN field f ON f.sha256 = md5(m.name) || md5(m.name) JOIN (VALUES
        ('tied', 2020, 'IPCC2006:1.A.1', 'emission'),
        ('tied', 2021, 'IPCC2006:1.A.1', 'emission'), ('sinks', 2021, 'IPCC2006:3.B.1', 'removal'),
        ('fine', 2022, 'IPCC2006:1.A.1', 'emission'), ('coarse', 2022, 'IPCC2006:1.A.3', 'emission'),
        ('fine', 2023, 'IPCC2006:1.A.1', 'emission'), ('aslant', 2023, 'IPCC2006:1.A.3', 'emission'),
        ('large', 2024, 'IPCC2006:1.A.1', 'emission')) AS s (name, year, sector, flow) ON s.name = m.name
    WHERE r.slug = 'made';
INSERT INTO slice (release, sector, gas, flow, origin, year, mass_t, uncertainty_pct, method)
    SELECT id, 'IPCC2006:2.A.1', 'CO2', 'emission', 'fossil', 2020, 100, 5, 'reported' FROM release WHERE slug = 'made';
SELECT release_publish(id) FROM release WHERE slug = 'made';
"""


def made_release(cluster, name):
    """@return a copy of the demonstration's database that has it."""
    copy = cluster.create_database(name, "template_loaded")
    with contextlib.closing(copy.connect()) as connection, connection.cursor() as cursor:
        cursor.execute(RELEASE)
    return copy
