"""A large inventory for measuring imports: districts as wavy tiles of a mask, and masses on a grid.

Everything follows from a seed. Masses are lognormal inside the country, none outside; sums are known
exactly, so that whoever measures can check what was stored.
"""
import csv
import itertools
import json
import pathlib
import subprocess
import sys

import numpy as np
from osgeo import gdal, osr

gdal.UseExceptions()

SECTORS = ("1.A.1", "1.A.2", "1.A.3.b", "1.A.4", "2.A.1", "4.A")


def four(text):
    return {lang: text for lang in ("en", "ru", "uz", "ko")}


def mask_cells(nx, ny, box, across, down):
    """District numbers 1..across*down in the box (west, north, east, south, in cells), 0 outside."""
    west, north, east, south = box
    rows, cols = np.mgrid[0:ny, 0:nx].astype(np.float32)
    wavy_x = cols + 4 * np.sin(rows / 9)
    wavy_y = rows + 4 * np.sin(cols / 11)
    i = np.floor((wavy_x - west) / (east - west) * across)
    j = np.floor((wavy_y - north) / (south - north) * down)
    inside = (i >= 0) & (i < across) & (j >= 0) & (j < down)
    return np.where(inside, j * across + i + 1, 0).astype(np.uint16)


def write_tif(path, bands, nx, ny, grid, kind, nodata, interleave="BAND"):
    west, north, step = grid
    made = gdal.GetDriverByName("GTiff").Create(str(path), nx, ny, len(bands), kind,
                                                ["COMPRESS=DEFLATE", "ZLEVEL=1", f"INTERLEAVE={interleave}"])
    made.SetGeoTransform((west, step, 0, north, 0, -step))
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4326)
    made.SetProjection(reference.ExportToWkt())
    for number, (name, values) in enumerate(bands, 1):
        band = made.GetRasterBand(number)
        band.SetDescription(name)
        band.SetNoDataValue(nodata)
        band.WriteArray(values)
    made.FlushCache()


def write_csv(path, rows):
    with open(path, "w", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def write(folder, nx, ny, step, sectors, *, west=-180.0, north=90.0, box=None, across=14, down=14, everywhere=True,
          seed=1, version="1.0.0", slug="large", code="L", gases=("CO2",)):
    """@return (manifest's path, {sector: mass in t}); the districts lie in the box, masses everywhere or there only.
    With several gases each sector has a grid of its own for each, and the masses are those of "sector gas"."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    grid = (west, north, step)
    mask = mask_cells(nx, ny, box or (nx // 50, ny // 50, nx - nx // 50, ny - ny // 50), across, down)
    write_tif(folder / "mask.tif", [("mask_value", mask)], nx, ny, grid, gdal.GDT_UInt16, 0)
    area = {"iso3166_2": "", "name_uz_cyrl": "", "name_ko": "", "area_km2": ""}
    rows = [{"code": code, "level": 0, "parent": "", "mask_value": ""},
            *({"code": f"{code}{j}", "level": 1, "parent": code, "mask_value": ""} for j in range(down)),
            *({"code": f"{code}{j}-{i}", "level": 2, "parent": f"{code}{j}", "mask_value": j * across + i + 1}
              for j in range(down) for i in range(across))]
    write_csv(folder / "areas.csv", [{**area, **row, **{f"name_{lang}": row["code"] for lang in ("en", "uz", "ru")}}
                                     for row in rows])
    write_csv(folder / "population.csv", [{"code": code, "year": 2020, "population": 1, "status": "official"}])
    masses, grids = {}, []
    for number, (sector, gas) in enumerate(itertools.product(sectors, gases)):
        cells = np.random.default_rng(seed + number).lognormal(0, 2, (ny, nx)).astype(np.float32)
        if not everywhere:
            cells[mask == 0] = -1
        masses[sector if len(gases) == 1 else f"{sector} {gas}"] = float(cells[cells >= 0].astype(np.float64).sum())
        name = f"mass{number}.tif"
        write_tif(folder / name, [("mass", cells)], nx, ny, grid, gdal.GDT_Float32, -1)
        grids.append({"file": name, "band": "mass", "unit": "t", "sector": sector, "gas": gas, "flow": "emission",
                      "origin": "fossil", "year": 2020, "method": "measured", "provenance": "made"})
    manifest = {
        "fluxgrid": 1,
        "release": {"slug": slug, "version": version, "title": four("Large"), "warning": four("Made up"),
                    "publisher": "bench", "licence": "CC0-1.0", "attribution": "bench", "citation": "bench",
                    "method": "made up"},
        "provenance": [{"id": "made", "dataset": "made for measuring", "document": "inventory.py"}],
        "districts": {"mask": "mask.tif", "areas": "areas.csv", "population": ["population.csv"]},
        "grids": grids,
    }
    path = folder / "manifest.json"
    path.write_text(json.dumps(manifest, indent=1))
    return path, masses


def write_apart(folder, **shape):
    """write(), in a process of its own: a child's peak of memory would count that of its parent before it began."""
    done = subprocess.run([sys.executable, __file__, str(folder), json.dumps(shape)], check=True, capture_output=True, text=True)
    manifest, masses = json.loads(done.stdout)
    return pathlib.Path(manifest), masses


if __name__ == "__main__":
    made = write(sys.argv[1], **json.loads(sys.argv[2]))
    print(json.dumps([str(made[0]), made[1]]))
