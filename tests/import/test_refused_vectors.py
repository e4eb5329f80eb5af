"""Refused: vector files that are cut or damaged, in every format. What their features may not be is in test_districts.py."""
from __future__ import annotations

from polygons import Polygons, entry, two
from refused import CUTS, Cases, is_slow_cut, version

case = Cases(base=lambda: Polygons(version=version()))


def cut(name: str, percent: int, part: str):
    """A case whose district file ends too early."""
    def change(t: Polygons):
        t.manifest["districts"]["files"] = [entry(name, **({"wkt": "wkt", "crs": "EPSG:4326"} if name == "d.csv" else {}))]
        t.layers[name] = (two(), {})

        def after(folder):
            whole = (folder / part).read_bytes()
            (folder / part).write_bytes(whole[:len(whole) * percent // 100])
        t.after = after
    case(f"{part}-cut-at-{percent}-percent", rf"{name}|{part}", is_slow=is_slow_cut(percent))(change)


for percent in CUTS:
    for name, part in (("d.geojson", "d.geojson"), ("d.gpkg", "d.gpkg"), ("d.fgb", "d.fgb"), ("d.shp", "d.shp"), ("d.shp", "d.dbf"),
                       ("d.csv", "d.csv")):
        cut(name, percent, part)


# --- the tests -----------------------------------------------------------------------------------

def test_the_unbroken_files_are_accepted(tiny_database, folder, run_fluxgrid):
    for number, name in enumerate(("d.geojson", "d.gpkg", "d.fgb", "d.shp", "d.csv")):
        inventory = Polygons(version=version())
        inventory.manifest["districts"]["files"] = [entry(name, **({"wkt": "wkt", "crs": "EPSG:4326"} if name == "d.csv" else {}))]
        inventory.layers[name] = (two(), {})
        run_fluxgrid("import", inventory.write(folder / str(number)), "--dry-run", database=tiny_database, check=True)


@case.parametrize()
def test_refused(change, expected, refuse):
    refuse(change, expected, case.base())
