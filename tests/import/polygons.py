"""Districts as polygons, written in any format and coordinate system by GDAL's own Python."""
from __future__ import annotations

import json
import pathlib

import shapely.geometry as sg
from osgeo import ogr, osr

from tiny import NX, NY, STEP, X0, Y0, Tiny

ogr.UseExceptions()
osr.UseExceptions()
DRIVERS = {".geojson": "GeoJSON", ".gpkg": "GPKG", ".shp": "ESRI Shapefile", ".fgb": "FlatGeobuf"}
NAMES = {"en": "name_en", "ru": "name_ru", "uz": "name_uz"}
WEST, EAST, SOUTH, NORTH = X0 + STEP, X0 + NX * STEP, Y0 - NY * STEP, Y0 - STEP
MIDDLE = X0 + NX // 2 * STEP


def box(west, south, east, north) -> sg.Polygon:
    return sg.Polygon([(west, south), (east, south), (east, north), (west, north)])


def feature(code, geometry, parent="T1", **more) -> dict:
    return {"code": code, "parent": parent, "name_en": f"{code} district", "name_ru": f"Район {code}",
            "name_uz": f"{code} tumani", "geometry": geometry, **more}


def two() -> list[dict]:
    """The districts of the mask of tiny.py, as polygons."""
    return [feature("T11", box(WEST, SOUTH, MIDDLE, NORTH)), feature("T12", box(MIDDLE, SOUTH, EAST, NORTH))]


def crs(epsg: int) -> osr.SpatialReference:
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(epsg)
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def geometry_of(shape, epsg: int) -> ogr.Geometry | None:
    if shape is None:
        return None
    geometry = ogr.CreateGeometryFromWkb(shape.wkb)
    if epsg != 4326:
        geometry.Segmentize(0.01)  # so that the file's outline is the same line on the ground
        geometry.Transform(osr.CoordinateTransformation(crs(4326), crs(epsg)))
    return geometry


def write_layer(path: pathlib.Path, features: list[dict], *, epsg: int | None = 4326, layer="districts", mode="new") -> None:
    """epsg None: coordinates in degrees, and the file does not say so."""
    if path.suffix == ".csv":
        write_csv(path, features, epsg or 4326)
        return
    driver = ogr.GetDriverByName(DRIVERS[path.suffix])
    made = driver.CreateDataSource(str(path)) if mode == "new" else ogr.Open(str(path), 1)
    options = ["ENCODING=UTF-8"] if path.suffix == ".shp" else []
    to = made.CreateLayer(layer if path.suffix != ".shp" else path.stem, crs(epsg) if epsg else None,
                          ogr.wkbUnknown if path.suffix != ".shp" else ogr.wkbPolygon, options)
    for name in [key for key in features[0] if key != "geometry"]:
        to.CreateField(ogr.FieldDefn(name, ogr.OFTString))
    for one in features:
        made_feature = ogr.Feature(to.GetLayerDefn())
        for key, value in one.items():
            if key != "geometry" and value is not None:
                made_feature.SetField(key, value)
        geometry = geometry_of(one["geometry"], epsg or 4326)
        if geometry is not None:
            made_feature.SetGeometry(geometry)
        to.CreateFeature(made_feature)
    made.FlushCache()


def write_csv(path: pathlib.Path, features: list[dict], epsg: int) -> None:
    import csv
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        names = [key for key in features[0] if key != "geometry"]
        writer.writerow([*names, "wkt"])
        for one in features:
            geometry = geometry_of(one["geometry"], epsg)
            writer.writerow([one[name] for name in names] + [geometry.ExportToWkt() if geometry is not None else ""])


def geojson(features: list[dict]) -> bytes:
    """As text: for what no writer would write."""
    return json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {k: v for k, v in one.items() if k != "geometry"},
         "geometry": one["geometry"] if isinstance(one["geometry"], (dict, type(None))) else sg.mapping(one["geometry"])}
        for one in features]}, ensure_ascii=False).encode()


def entry(file="districts.geojson", level=2, **more) -> dict:
    """One of districts.files."""
    return {"file": file, "level": level, "code": "code", **({"parent": "parent"} if level else {}), "names": NAMES, **more}


class Polygons(Tiny):
    """tiny.py's inventory, its districts from vector files instead of the mask: put bytes into `raw`,
    or features into `layers` (file name -> features, and arguments of write_layer)."""

    def __init__(self, **options):
        super().__init__(**options)
        self.layers: dict[str, tuple[list[dict], dict]] = {}
        for area in self.areas:
            del area["mask_value"]
        del self.rasters["mask.tif"]
        self.manifest["districts"] = {"files": [entry()], "areas": "areas.csv", "population": ["population.csv"]}
        self.raw["districts.geojson"] = geojson(two())

    def only_boundaries(self) -> "Polygons":
        self.manifest = {"fluxgrid": 1, "districts": self.manifest["districts"]}
        return self

    def write(self, folder: pathlib.Path) -> pathlib.Path:
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o755)
        for name, (features, options) in self.layers.items():
            write_layer(folder / name, features, **options)
        return super().write(folder)
