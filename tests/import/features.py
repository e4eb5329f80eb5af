"""A small release of features only, written in every format; and its masses by shapely and pyproj."""
from __future__ import annotations

import pathlib

import numpy as np
import pyproj
from osgeo import gdal, ogr, osr
from shapely import wkb as shapely_wkb
from shapely import wkt as shapely_wkt
from shapely.affinity import translate
from shapely.geometry import LineString, Polygon, box
from shapely.ops import transform
from tiny import Tiny

gdal.UseExceptions()
ogr.UseExceptions()

GRID = {"west": 60, "north": 42, "step_lon": 0.1, "step_lat": 0.1, "columns": 12, "rows": 8}
GEOD = pyproj.Geod(ellps="WGS84")
EQUAL_AREA = pyproj.Transformer.from_crs(4326, 6933, always_xy=True).transform
DRIVERS = {"geojson": "GeoJSON", "gpkg": "GPKG", "shp": "ESRI Shapefile", "fgb": "FlatGeobuf"}


def write_layer(path: pathlib.Path, rows: list[dict], epsg: int = 4326) -> dict:
    """Rows are {"geometry": a shapely geometry in degrees, attribute: value ...}.
    @return what the manifest has to say of the file beside its name."""
    kind = path.suffix[1:]
    names = [name for name in rows[0] if name != "geometry"]
    if epsg != 4326:
        to = pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform
        rows = [{**row, "geometry": transform(to, row["geometry"])} for row in rows]
    if kind in ("xy", "csv"):
        is_points = kind == "csv" and rows[0]["geometry"].geom_type == "Point"
        lines = [",".join((["lon", "lat"] if is_points else ["wkt"]) + names)]
        for row in rows:
            g = row["geometry"]
            place = [repr(g.x), repr(g.y)] if is_points else ['"' + shapely_wkt.dumps(g, rounding_precision=17) + '"']
            lines.append(",".join(place + ["" if row[n] is None else f"{row[n]!r}".strip("'") for n in names]))
        path.write_text("\n".join(lines) + "\n")
        crs = {"crs": f"EPSG:{epsg}"}
        return {**crs, "x": "lon", "y": "lat"} if is_points else {**crs, "wkt": "wkt"}
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    made = ogr.GetDriverByName(DRIVERS[kind]).CreateDataSource(str(path))
    options = ["COORDINATE_PRECISION=15", "RFC7946=NO"] if kind == "geojson" else ["ENCODING=UTF-8"] if kind == "shp" else []
    layer = made.CreateLayer("features", reference, ogr.wkbUnknown if kind != "shp" else
                             {"Point": ogr.wkbPoint, "LineString": ogr.wkbLineString}.get(
                                 rows[0]["geometry"].geom_type, ogr.wkbPolygon), options)
    for name in names:
        value = next((row[name] for row in rows if row[name] is not None), "")
        field = ogr.FieldDefn(name, ogr.OFTInteger if isinstance(value, int) else
                              ogr.OFTReal if isinstance(value, float) else ogr.OFTString)
        if isinstance(value, float) and kind == "shp":
            field.SetWidth(24)
            field.SetPrecision(12)
        layer.CreateField(field)
    for row in rows:
        feature = ogr.Feature(layer.GetLayerDefn())
        for name in names:
            if row[name] is not None:
                feature.SetField(name, row[name])
        feature.SetGeometry(ogr.CreateGeometryFromWkb(row["geometry"].wkb))
        layer.CreateFeature(feature)
    del layer, made
    return {}


def inventory(**entry) -> Tiny:
    """A release whose only masses are one entry of "features"; its districts are Tiny's."""
    tiny = Tiny()
    for key in ("proxies", "points", "totals"):
        del tiny.manifest[key]
    tiny.manifest["grid"] = GRID
    tiny.manifest["features"] = [{"unit": "t", "provenance": "test", "sector": "1.A.3.b", "gas": "CO2",
                                  "flow": "emission", "origin": "fossil", "method": "calculated", **entry}]
    return tiny


def cells_of(line_or_area) -> np.ndarray:
    """The share of each cell, by clipping: lengths along the ellipsoid, areas in EPSG:6933. A line along a border
    belongs to the cell east or south of it, which a nudge of a tenth of a millimetre says to shapely."""
    line_or_area = translate(line_or_area, 1e-9, -1e-9)
    shares = np.zeros((GRID["rows"], GRID["columns"]))
    for row in range(GRID["rows"]):
        for col in range(GRID["columns"]):
            west, north = 60 + col * 0.1, 42 - row * 0.1
            part = line_or_area.intersection(box(west, 42 - (row + 1) * 0.1, 60 + (col + 1) * 0.1, north))
            shares[row, col] = measure(part)
    return shares / measure(line_or_area)


def as_drawn(geometry, epsg: int):
    """What a file in this projection holds: vertices moved there, edges straight there, seen in degrees."""
    if epsg == 4326:
        return geometry
    to = pyproj.Transformer.from_crs(4326, epsg, always_xy=True).transform
    back = pyproj.Transformer.from_crs(epsg, 4326, always_xy=True).transform
    drawn = transform(to, geometry)
    fine = ogr.CreateGeometryFromWkb(drawn.wkb)
    fine.Segmentize(50.0)
    return transform(back, shapely_wkb.loads(bytes(fine.ExportToWkb())))


def densify(coordinates, step=0.002):
    out = [coordinates[0]]
    for (x0, y0), (x1, y1) in zip(coordinates, coordinates[1:]):
        n = max(1, int(np.ceil(max(abs(x1 - x0), abs(y1 - y0)) / step)))
        out += [(x0 + (x1 - x0) * i / n, y0 + (y1 - y0) * i / n) for i in range(1, n + 1)]
    return out


def measure(g) -> float:
    if g.is_empty or g.geom_type in ("Point", "MultiPoint"):
        return 0.0
    if hasattr(g, "geoms"):
        return sum(measure(part) for part in g.geoms)
    if g.geom_type == "LineString":
        return GEOD.geometry_length(LineString(densify(list(g.coords))))
    if g.geom_type == "Polygon":
        rings = [densify(list(ring.coords)) for ring in (g.exterior, *g.interiors)]
        return transform(EQUAL_AREA, Polygon(rings[0], rings[1:])).area
    return 0.0


def stored_cells(database, year: int, sector="IPCC2006:1.A.3.b", gas="CO2") -> np.ndarray:
    cells = np.zeros((GRID["rows"], GRID["columns"]))
    for col, row, value in database.rows(
            "SELECT c.col, c.\"row\", s.factor * c.value FROM fluxgrid.slice s, fluxgrid.block_cells(s.field, 0) c "
            f"WHERE s.year = {year} AND s.sector = '{sector}' AND s.gas = '{gas}'"):
        cells[int(row), int(col)] += float(value)
    return cells
