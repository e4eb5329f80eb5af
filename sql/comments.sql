-- comments.sql: what every table and column holds, with its unit. Re-applied with the functions.

COMMENT ON TABLE gas IS 'Greenhouse gases.';
COMMENT ON COLUMN gas.code IS 'Code, upper case: CO2, CH4, HFC-134A';
COMMENT ON COLUMN gas.sort IS 'Order in lists';
COMMENT ON COLUMN gas.name_en IS 'Name, English';
COMMENT ON COLUMN gas.name_ru IS 'Name, Russian';
COMMENT ON COLUMN gas.name_uz IS 'Name, Uzbek (Latin)';
COMMENT ON COLUMN gas.name_ko IS 'Name, Korean';

COMMENT ON TABLE gwp_set IS 'Sets of global warming potentials; the first by sort is the default.';
COMMENT ON COLUMN gwp_set.code IS 'Assessment report and horizon: AR5-100';
COMMENT ON COLUMN gwp_set.horizon_years IS 'Time horizon, years';
COMMENT ON COLUMN gwp_set.sort IS 'Order in lists';

COMMENT ON TABLE gwp IS 'Global warming potentials.';
COMMENT ON COLUMN gwp.gwp_set IS 'Set';
COMMENT ON COLUMN gwp.gas IS 'Gas';
COMMENT ON COLUMN gwp.origin IS 'fossil, nonfossil, or na: any origin that has no row of its own';
COMMENT ON COLUMN gwp.value IS 't CO2e per t of the gas';
COMMENT ON COLUMN gwp.source IS 'Where the value is published';

COMMENT ON TABLE sector IS 'Sectors. Only leaves hold data; totals of parents are computed.';
COMMENT ON COLUMN sector.code IS 'scheme:code, IPCC2006:1.A.1';
COMMENT ON COLUMN sector.parent IS 'Sector above, null for a root';
COMMENT ON COLUMN sector.name_en IS 'Name, English';
COMMENT ON COLUMN sector.name_ru IS 'Name, Russian';
COMMENT ON COLUMN sector.name_uz IS 'Name, Uzbek (Latin)';
COMMENT ON COLUMN sector.name_ko IS 'Name, Korean';
COMMENT ON COLUMN sector.lulucf IS 'Belongs to land use, land-use change and forestry';
COMMENT ON COLUMN sector.memo IS 'Memo item: shown, but never in a total';

COMMENT ON TABLE scheme IS 'Schemes of sector codes: a code is always scheme:code.';
COMMENT ON COLUMN scheme.code IS 'What stands before the colon';
COMMENT ON COLUMN scheme.title_en IS 'Title, English';
COMMENT ON COLUMN scheme.title_ru IS 'Title, Russian';
COMMENT ON COLUMN scheme.title_uz IS 'Title, Uzbek in Latin script';
COMMENT ON COLUMN scheme.title_ko IS 'Title, Korean';
COMMENT ON COLUMN scheme.version IS 'Version or decision the codes are of';
COMMENT ON COLUMN scheme.source IS 'Where the codes are published';
COMMENT ON TABLE foreign_sector IS 'Every code of the other schemes that an inventory may use; sector_map says where it counts.';
COMMENT ON COLUMN foreign_sector.code IS 'scheme:code';
COMMENT ON COLUMN foreign_sector.scheme IS 'Its scheme';
COMMENT ON COLUMN foreign_sector.label IS 'What the scheme calls it, English; other languages: those of the sector it leads to';
COMMENT ON COLUMN foreign_sector.members IS 'Home codes it consists of, where it is several: kept whole, or shared out by the manifest';
COMMENT ON COLUMN foreign_sector.scope IS 'GPC: 1 emitted here, 2 grid energy, 3 elsewhere; only scope 1 is a territorial mass';
COMMENT ON COLUMN foreign_sector.levels IS 'GPC: reporting levels that hold the row: BASIC, BASIC+, territorial';
COMMENT ON COLUMN foreign_sector.memo IS 'Shown, never in a total';
COMMENT ON COLUMN foreign_sector.refusal IS 'Why its masses are not taken, with what to do; empty when they are';
COMMENT ON TABLE sector_map IS 'Crosswalk into the home scheme: the rows of a code and a gas share all of its mass.';
COMMENT ON COLUMN sector_map.from_code IS 'Code in the other scheme, scheme:code';
COMMENT ON COLUMN sector_map.to_code IS 'Code in the home scheme';
COMMENT ON COLUMN sector_map.gas IS 'Gas it holds for; empty for all';
COMMENT ON COLUMN sector_map.weight IS 'Share of from_code that counts in to_code, signed, 1 = all';
COMMENT ON COLUMN sector_map.note IS 'Disagreements and sources';

COMMENT ON TABLE district IS 'Administrative areas.';
COMMENT ON COLUMN district.id IS 'Surrogate key';
COMMENT ON COLUMN district.code IS 'Stable code of the area (SOATO in Uzbekistan)';
COMMENT ON COLUMN district.level IS '0 country, 1 region, 2 district';
COMMENT ON COLUMN district.parent IS 'Code of the area above; null for a country';
COMMENT ON COLUMN district.iso IS 'ISO 3166 code, or empty';
COMMENT ON COLUMN district.name_en IS 'Name, English';
COMMENT ON COLUMN district.name_ru IS 'Name, Russian';
COMMENT ON COLUMN district.name_uz IS 'Name, Uzbek (Latin)';
COMMENT ON COLUMN district.name_ko IS 'Name, Korean; empty when not known for certain';
COMMENT ON COLUMN district.name_uz_cyrl IS 'Name, Uzbek (Cyrillic); may be empty';
COMMENT ON COLUMN district.geom IS 'Area, EPSG:4326, degrees; edges are straight in longitude and latitude';
COMMENT ON COLUMN district.is_union IS 'geom is the union of the areas below it, whose fractions stand for its own';
COMMENT ON COLUMN district.area_km2 IS 'Geodesic area of geom, km2 (WGS 84), not the official one';
COMMENT ON COLUMN district.revision IS 'Of a country: grows when its districts or their statistics change; 0 for others';

COMMENT ON TABLE district_stat IS 'Yearly statistics of an area.';
COMMENT ON COLUMN district_stat.district IS 'Code of the area';
COMMENT ON COLUMN district_stat.year IS 'Calendar year';
COMMENT ON COLUMN district_stat.population IS 'Persons on 1 January';
COMMENT ON COLUMN district_stat.population_status IS 'official or estimated';
COMMENT ON COLUMN district_stat.gdp IS 'Gross domestic (regional) product, in gdp_unit';
COMMENT ON COLUMN district_stat.gdp_unit IS 'Currency, scale and price base of gdp';
COMMENT ON COLUMN district_stat.gdp_status IS 'official or estimated';

COMMENT ON TABLE provenance IS 'Where data came from.';
COMMENT ON COLUMN provenance.id IS 'Surrogate key';
COMMENT ON COLUMN provenance.dataset IS 'Data set or file';
COMMENT ON COLUMN provenance.document IS 'Document it was published in';
COMMENT ON COLUMN provenance.locator IS 'Page, table, row or URL';
COMMENT ON COLUMN provenance.retrieved IS 'Date of retrieval, ISO 8601, or empty';
COMMENT ON COLUMN provenance.checksum IS 'SHA-256 of the file, hex, or empty';
COMMENT ON COLUMN provenance.transformation IS 'What was done to it';

COMMENT ON TABLE release IS 'Versions of an inventory. A published one never changes.';
COMMENT ON COLUMN release.id IS 'Surrogate key';
COMMENT ON COLUMN release.slug IS 'Short name of the inventory, as in URLs';
COMMENT ON COLUMN release.version IS 'Semantic version';
COMMENT ON COLUMN release.state IS 'draft, published or withdrawn; superseded follows from the others of the slug (release_list)';
COMMENT ON COLUMN release.title_en IS 'Title, English';
COMMENT ON COLUMN release.title_ru IS 'Title, Russian';
COMMENT ON COLUMN release.title_uz IS 'Title, Uzbek (Latin)';
COMMENT ON COLUMN release.title_ko IS 'Title, Korean';
COMMENT ON COLUMN release.warning_en IS 'Sentence to print on every map, English; empty for none';
COMMENT ON COLUMN release.warning_ru IS 'The same, Russian';
COMMENT ON COLUMN release.warning_uz IS 'The same, Uzbek (Latin)';
COMMENT ON COLUMN release.warning_ko IS 'The same, Korean';
COMMENT ON COLUMN release.publisher IS 'Who publishes it';
COMMENT ON COLUMN release.licence IS 'Licence of the data';
COMMENT ON COLUMN release.attribution IS 'Line to print with every map and table';
COMMENT ON COLUMN release.citation IS 'How to cite it';
COMMENT ON COLUMN release.method IS 'How it was made';
COMMENT ON COLUMN release.sha256 IS 'SHA-256 of its content, hex';
COMMENT ON COLUMN release.report IS 'The import''s report: what was read and stored, mass balance';
COMMENT ON COLUMN release.countries IS 'District codes of level 0 it is about, sorted; empty = all there are';
COMMENT ON COLUMN release.created IS 'When the import ran';
COMMENT ON COLUMN release.published IS 'When it was first published; null before';

COMMENT ON TABLE release_event IS 'What happened to releases. Only added to; a discarded draft is remembered here alone.';
COMMENT ON COLUMN release_event.id IS 'Surrogate key, in the order of events';
COMMENT ON COLUMN release_event.slug IS 'Inventory';
COMMENT ON COLUMN release_event.version IS 'Version';
COMMENT ON COLUMN release_event.event IS 'published, withdrawn or discarded';
COMMENT ON COLUMN release_event.reason IS 'The operator''s words, one line, at most 500 characters; may be empty';
COMMENT ON COLUMN release_event.actor IS 'Login role';
COMMENT ON COLUMN release_event.at IS 'When';

COMMENT ON TABLE change_reason IS 'Why a release differs from the one before: a closed list.';
COMMENT ON COLUMN change_reason.code IS 'Code, as in manifests';
COMMENT ON COLUMN change_reason.sort IS 'Order in lists';
COMMENT ON COLUMN change_reason.name_en IS 'Label, English';
COMMENT ON COLUMN change_reason.name_ru IS 'Label, Russian';
COMMENT ON COLUMN change_reason.name_uz IS 'Label, Uzbek (Latin)';
COMMENT ON COLUMN change_reason.name_ko IS 'Label, Korean';
COMMENT ON COLUMN change_reason.meaning IS 'When to use it, one English sentence';

COMMENT ON TABLE release_change IS 'The changelog of a release against the one before.';
COMMENT ON COLUMN release_change.release IS 'Release';
COMMENT ON COLUMN release_change.sort IS 'Order, from 1';
COMMENT ON COLUMN release_change.reason IS 'Reason code';
COMMENT ON COLUMN release_change.text_en IS 'What changed, English';
COMMENT ON COLUMN release_change.text_ru IS 'The same, Russian';
COMMENT ON COLUMN release_change.text_uz IS 'The same, Uzbek (Latin)';
COMMENT ON COLUMN release_change.text_ko IS 'The same, Korean';
COMMENT ON COLUMN release_change.sectors IS 'Sectors (scheme:code) it is about, with all below them; empty = all';

COMMENT ON TABLE grid IS 'Regular longitude/latitude grids (WGS 84). Row 0 is in the north, column 0 in the west.';
COMMENT ON COLUMN grid.id IS 'Surrogate key';
COMMENT ON COLUMN grid.x0 IS 'West edge, degrees';
COMMENT ON COLUMN grid.y0 IS 'North edge, degrees';
COMMENT ON COLUMN grid.dx IS 'Width of a cell, degrees';
COMMENT ON COLUMN grid.dy IS 'Height of a cell, degrees';
COMMENT ON COLUMN grid.nx IS 'Columns';
COMMENT ON COLUMN grid.ny IS 'Rows';

COMMENT ON TABLE field IS 'Spatial patterns on a grid: a share or weight, or tonnes, per cell. Slices multiply them.';
COMMENT ON COLUMN field.id IS 'Surrogate key';
COMMENT ON COLUMN field.grid IS 'Grid of its cells';
COMMENT ON COLUMN field.name IS 'Proxy or band it was made from';
COMMENT ON COLUMN field.sha256 IS 'SHA-256 of grid, kind, cells and sources, hex: equal patterns are one field';
COMMENT ON COLUMN field.kind IS 'raster, or points: cells show the sources of source_field';
COMMENT ON COLUMN field.total IS 'Sum of its native cells as stored, in the field''s unit';
COMMENT ON COLUMN field.sum_sq IS 'Sum of the squares of its native cells, field''s unit squared';
COMMENT ON COLUMN field.cells IS 'Native cells with data';
COMMENT ON COLUMN field.cell_uncertainty_pct IS '95 % half-width of one cell''s weight, %; 0 = none stated';
COMMENT ON COLUMN field.is_cut IS 'True: a cell that a country''s border cuts holds only the mass inside the country';
COMMENT ON COLUMN field.countries IS 'District codes of level 0 it is shared out to, sorted; empty = all there are';

COMMENT ON TABLE block IS 'Packed cells of a field: 64 x 64 per row. Blocks without a cell do not exist.';
COMMENT ON COLUMN block.field IS 'Field';
COMMENT ON COLUMN block.level IS '0 = native; level k holds sums of 2^k x 2^k native cells';
COMMENT ON COLUMN block.bx IS 'Column of the block, 0 in the west; its first cell is column 64 bx of the level';
COMMENT ON COLUMN block.by IS 'Row of the block, 0 in the north';
COMMENT ON COLUMN block.cells IS '64 x 64 float4, big-endian, row by row from the north, in the field''s unit; NaN = no data; see block_unpack';
COMMENT ON COLUMN block.count IS 'Cells with data';
COMMENT ON COLUMN block.sum IS 'Sum of its cells, field''s unit';
COMMENT ON COLUMN block.min IS 'Smallest cell, field''s unit';
COMMENT ON COLUMN block.max IS 'Largest cell, field''s unit';

COMMENT ON TABLE slice IS 'Mass of one release, sector, gas, flow, origin, fuel and period: a field times a factor.';
COMMENT ON COLUMN slice.release IS 'Release';
COMMENT ON COLUMN slice.sector IS 'Sector, a leaf';
COMMENT ON COLUMN slice.gas IS 'Gas';
COMMENT ON COLUMN slice.flow IS 'emission or removal; both are positive';
COMMENT ON COLUMN slice.origin IS 'fossil, nonfossil or na: chooses the GWP of methane';
COMMENT ON COLUMN slice.fuel IS 'Fuel, empty when not split';
COMMENT ON COLUMN slice.year IS 'Calendar year';
COMMENT ON COLUMN slice.month IS '1..12, or 0 = the whole year';
COMMENT ON COLUMN slice.field IS 'Where the mass is; null = unallocated, mass without a place';
COMMENT ON COLUMN slice.factor IS 'Tonnes of the gas per unit of the field; null when unallocated';
COMMENT ON COLUMN slice.mass_t IS 'Tonnes of the gas in the period, as the inventory states it';
COMMENT ON COLUMN slice.uncertainty_pct IS '95 % half-width of mass_t, %; null = unknown';
COMMENT ON COLUMN slice.method IS 'reported, scaled, estimated ...';
COMMENT ON COLUMN slice.provenance IS 'Where the number came from';

COMMENT ON TABLE district_cell IS 'Share of native cells'' ground area in districts, for districts with polygons of their own; view district_share adds the others.';
COMMENT ON COLUMN district_cell.grid IS 'Grid';
COMMENT ON COLUMN district_cell.district IS 'District (id)';
COMMENT ON COLUMN district_cell.cell IS 'row * nx + column of the native cell';
COMMENT ON COLUMN district_cell.fraction IS 'Share of the cell''s ground area inside, 0..1, measured in EPSG:6933';

COMMENT ON TABLE district_field IS 'Mass of a field in a district: what makes answers for districts instant.';
COMMENT ON COLUMN district_field.field IS 'Field';
COMMENT ON COLUMN district_field.district IS 'District (id)';
COMMENT ON COLUMN district_field.mass IS 'Sum over cells of value x fraction, or of sources inside; in the field''s unit';
COMMENT ON COLUMN district_field.sum_sq IS 'Sum of the squares of these, field''s unit squared';

COMMENT ON TABLE field_outside IS 'Mass of a field that lies in no district of a level, measured from the cells.';
COMMENT ON COLUMN field_outside.field IS 'Field';
COMMENT ON COLUMN field_outside.level IS 'Level of the districts';
COMMENT ON COLUMN field_outside.mass IS 'In the field''s unit';

COMMENT ON TABLE source IS 'Point sources: what stands where. Rows never change; a source that is described anew is a new row of the same code.';
COMMENT ON COLUMN source.id IS 'Surrogate key';
COMMENT ON COLUMN source.code IS 'Id in its data set';
COMMENT ON COLUMN source.name IS 'Name';
COMMENT ON COLUMN source.sector IS 'Sector';
COMMENT ON COLUMN source.gas IS 'Gas';
COMMENT ON COLUMN source.fuel IS 'Fuel, or empty';
COMMENT ON COLUMN source.operator IS 'Operator, or empty';
COMMENT ON COLUMN source.status IS 'Operating status, or empty';
COMMENT ON COLUMN source.capacity IS 'Capacity, in capacity_unit; null = unknown';
COMMENT ON COLUMN source.capacity_unit IS 'Unit of capacity: MW, t/yr ...';
COMMENT ON COLUMN source.commissioned_year IS 'Year of commissioning; null = unknown';
COMMENT ON COLUMN source.commissioned IS 'The same as far as it is known: 1990, 1990-05 or 1990-05-01 (ISO 8601); empty = only the year, or unknown';
COMMENT ON COLUMN source.retired IS 'When it was closed, likewise';
COMMENT ON COLUMN source.retired_year IS 'Year it was closed; null = unknown, or it is not';
COMMENT ON COLUMN source.method IS 'How its masses were found: measured, calculated, estimated ...; or empty';
COMMENT ON COLUMN source.geom IS 'Where it stands, EPSG:4326, degrees';
COMMENT ON COLUMN source.location_quality IS 'exact, verified or approximate';
COMMENT ON COLUMN source.licence IS 'Licence of the record';
COMMENT ON COLUMN source.origin_dataset IS 'Data set of the record';
COMMENT ON COLUMN source.note IS 'Remarks';
COMMENT ON COLUMN source.external_ids IS 'Ids elsewhere: {"scheme": "id"}';
COMMENT ON COLUMN source.content_md5 IS 'Digest of the description: equal descriptions are one row';

COMMENT ON TABLE source_field IS 'Which sources a field of kind points is made of.';
COMMENT ON COLUMN source_field.field IS 'Field';
COMMENT ON COLUMN source_field.source IS 'Source';
COMMENT ON COLUMN source_field.cell IS 'row * nx + column of the native cell that shows its mass on tiles';
COMMENT ON COLUMN source_field.district IS 'Finest district it counts in, whole; null = outside all';
COMMENT ON COLUMN source_field.weight IS 'Its part of the field''s total, in the field''s unit';

COMMENT ON TABLE revision IS 'One row of counters that tell caches what has changed.';
COMMENT ON COLUMN revision.only_row IS 'Keeps this table at one row';
COMMENT ON COLUMN revision.catalog IS 'Grows with every publication or withdrawal';
COMMENT ON COLUMN revision.boundary IS 'Grows when a district changes';

COMMENT ON TABLE schema_migration IS 'Migrations that have run.';
COMMENT ON COLUMN schema_migration.version IS 'Number of the migration; 0 = functions, grants and reference data';
COMMENT ON COLUMN schema_migration.name IS 'File name';
COMMENT ON COLUMN schema_migration.sha256 IS 'SHA-256 of the file(s), hex';
COMMENT ON COLUMN schema_migration.applied IS 'When it ran';
