-- roles.sql: who may do what, from nothing. Re-applied with the functions, as fluxgrid_owner.
ALTER DEFAULT PRIVILEGES FOR ROLE fluxgrid_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
REVOKE ALL ON SCHEMA fluxgrid FROM PUBLIC, fluxgrid_import, fluxgrid_server;
REVOKE ALL ON ALL TABLES IN SCHEMA fluxgrid FROM PUBLIC, fluxgrid_import, fluxgrid_server;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA fluxgrid FROM PUBLIC, fluxgrid_import, fluxgrid_server;
REVOKE ALL ON ALL ROUTINES IN SCHEMA fluxgrid FROM PUBLIC, fluxgrid_import, fluxgrid_server;

GRANT USAGE ON SCHEMA fluxgrid TO fluxgrid_import, fluxgrid_server;

-- The server reads.
GRANT SELECT ON ALL TABLES IN SCHEMA fluxgrid TO fluxgrid_server, fluxgrid_import;
GRANT EXECUTE ON FUNCTION audit(bigint), audit_cells(bigint), audit_measured(bigint, bigint[], integer[], double precision[],
    double precision[], double precision[], double precision[], bigint[], bigint[]), field_verify(bigint), block_cells(bigint, integer),
    block_unpack(bytea), cell_geom(grid, integer, integer, integer), grid_top_level(integer, integer),
    district_of_point(double precision, double precision, text[]), district_country(text), gwp_value(text, text, text),
    import_progress()
    TO fluxgrid_server;

-- The import writes, except what only a migration may: reference data and the list of migrations.
GRANT INSERT, UPDATE, DELETE ON district, district_stat, provenance, release, grid, field, block, slice,
    district_field, field_outside, source_field, release_change TO fluxgrid_import;
GRANT INSERT, DELETE ON source TO fluxgrid_import; -- rows of source never change
GRANT INSERT ON release_event TO fluxgrid_import;  -- history is only added to
GRANT UPDATE ON revision TO fluxgrid_import;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA fluxgrid TO fluxgrid_import;
