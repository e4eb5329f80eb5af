"""Bytes of the same pictures from the peers' PNG encoders: picture_bytes.py FOLDER_OF_PNGS [--sample N]

Takes fluxgrid's finished tiles, decodes them, has every peer encode exactly these pixels at its palette settings, and
decodes the answer again: each colour of ours must have become one colour of theirs, no two the same (MapServer rounds
half-transparent colours by a step). Where Mapnik gives a colour of one pixel to another, that is told beside its figure;
it stays in the race as long as this is rare. A tile of one colour only counts as empty and is left out.

Ours carry text (title, unit, licence, mass) that no peer's picture has; they are counted with and without it. Zooms are
read from names like 7-85-46.png.
"""
import argparse
import collections
import io
import itertools
import pathlib
import random
import struct

import numpy as np
from osgeo import gdal
from PIL import Image

gdal.UseExceptions()
RARE = 0.01  # of the pictures
TEXT = (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf")
OURS, BARE = "fluxgrid, as served", "fluxgrid, without its texts"
MAPNIK = ("png8", "png8:m=h:z=9", "png8:m=o:z=9", "png8:m=o:z=9:s=filtered")
MAPSERVER = ("", "QUANTIZE_FORCE=ON QUANTIZE_COLORS=256 COMPRESSION=9")
MAPFILE = pathlib.Path(__file__).parents[1] / "conf" / "picture.map"
names = itertools.count()


def without_text(png):
    """The picture without its chunks of text."""
    kept, at = [png[:8]], 8
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind not in TEXT:
            kept.append(png[at:at + 12 + length])
        at += 12 + length
    return b"".join(kept)


def pixels(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA"))


def packed(rgba):
    return np.ascontiguousarray(rgba).view(np.uint32)[..., 0]


def is_same(ours, theirs, step=2):
    """One colour for one colour, none farther than a step; what is invisible may have any colour."""
    if ours.shape != theirs.shape:
        return False
    pairs = np.unique(packed(ours).astype(np.uint64) << 32 | packed(theirs)).reshape(-1, 1)
    b, a = (half.view(np.uint8).reshape(-1, 4).astype(int) for half in (pairs.astype(np.uint32), (pairs >> 32).astype(np.uint32)))
    near = np.abs(a - b)[a[:, 3] > 0].max(initial=0) <= step
    return near and len(np.unique(a, axis=0)) == len(pairs) == len(np.unique(b, axis=0))


# ---- the encoders: {name: function(png of ours, its RGBA pixels) -> bytes} ----

def mapnik_encoders():
    import mapnik
    return {f"Mapnik {form}": lambda png, rgba, form=form: mapnik.Image.fromstring(png).tostring(form) for form in MAPNIK}


def mapserver_encoder(options):
    import mapscript
    formats = "\n".join(f'FORMATOPTION "{option}"' for option in options.split())

    def encode(png, rgba):
        side = rgba.shape[0]
        path = f"/vsimem/picture{next(names)}.tif"  # a new name each time: MapServer keeps datasets open
        made = gdal.GetDriverByName("GTiff").Create(path, side, side, 4, gdal.GDT_Byte, ["PHOTOMETRIC=RGB", "ALPHA=YES"])
        made.SetGeoTransform((0, 1, 0, side, 0, -1))
        for band in range(4):
            made.GetRasterBand(band + 1).WriteArray(np.ascontiguousarray(rgba[..., band]))
        made = None
        text = MAPFILE.read_text()
        for word, value in (("SIDE", side), ("INSIDE", side - 0.5), ("DATA", path), ("OPTIONS", formats)):
            text = text.replace(f"@{word}@", str(value))
        world = mapscript.fromstring(text[text.index("\nMAP"):])
        world.selectOutputFormat("palette")
        drawn = world.draw().getBytes()
        gdal.Unlink(path)
        return drawn
    return encode


def gdal_encoder(*options):
    """A band of indices with a colour table of the colours that occur."""
    def encode(png, rgba):
        colours, indices = np.unique(packed(rgba), return_inverse=True)
        side = rgba.shape[0]
        made = gdal.GetDriverByName("MEM").Create("", side, side, 1, gdal.GDT_Byte)
        table = gdal.ColorTable()
        for n, colour in enumerate(colours.view(np.uint8).reshape(-1, 4)):
            table.SetColorEntry(n, tuple(int(part) for part in colour))
        band = made.GetRasterBand(1)
        band.SetColorTable(table)
        band.WriteArray(indices.reshape(side, side).astype(np.uint8))
        path = f"/vsimem/picture{next(names)}.png"
        gdal.GetDriverByName("PNG").CreateCopy(path, made, options=list(options))
        size = gdal.VSIStatL(path).size
        file = gdal.VSIFOpenL(path, "rb")
        body = bytes(gdal.VSIFReadL(1, size, file))
        gdal.VSIFCloseL(file)
        gdal.Unlink(path)
        return body
    return encode


def pil_encode(png, rgba):
    """Not a peer: what a tool for shrinking pictures makes of it."""
    out = io.BytesIO()
    Image.open(io.BytesIO(without_text(png))).save(out, "PNG", optimize=True)
    return out.getvalue()


def encoders():
    return {**mapnik_encoders(),
            **{f"MapServer AGG/PNG8 {o or '(defaults)'}": mapserver_encoder(o) for o in MAPSERVER},
            "GDAL PNG ZLEVEL=9": gdal_encoder("ZLEVEL=9"),
            "GDAL PNG ZLEVEL=9 NBITS=4": gdal_encoder("ZLEVEL=9", "NBITS=4"),
            "(Pillow optimize)": pil_encode}


# ---- counting ----

def measure(pictures):
    """@param pictures  [(zoom, png)]; @return the report's figures"""
    made = encoders()
    sizes = collections.defaultdict(lambda: collections.Counter())
    best, tiles, wrong = collections.Counter(), collections.Counter(), collections.Counter()
    for zoom, png in pictures:
        rgba = pixels(png)
        tiles[zoom] += 1
        sizes[OURS][zoom] += len(png)
        sizes[BARE][zoom] += len(without_text(png))
        theirs = {}
        for name, encode in made.items():
            body = encode(png, rgba)
            wrong[name] += not is_same(rgba, pixels(body))
            theirs[name] = len(body)
            sizes[name][zoom] += len(body)
        best[zoom] += min(size for name, size in theirs.items() if not name.startswith("("))
    total = {name: sum(by_zoom.values()) for name, by_zoom in sizes.items()}
    peers = [name for name in made if not name.startswith("(") and wrong[name] <= RARE * sum(tiles.values())]
    smallest = min(peers, key=total.get)
    return {"pictures": sum(tiles.values()), "by_zoom": dict(sorted(tiles.items())), "bytes": total,
            "bytes_by_zoom": {name: dict(sorted(by_zoom.items())) for name, by_zoom in sizes.items()},
            "other_pixels": {name: n for name, n in wrong.items() if n}, "smallest_peer": smallest,
            "best_of_each_bytes": sum(best.values()), "ratio_as_served": total[OURS] / total[smallest],
            "ratio_without_texts": total[BARE] / total[smallest]}


def table(figures):
    zooms = figures["by_zoom"]
    rows = ["| mean bytes a picture | all | " + " | ".join(f"z {zoom}" for zoom in zooms) + " |", "|---" * (len(zooms) + 2) + "|"]
    rows.append(f"| pictures | {figures['pictures']} | " + " | ".join(map(str, zooms.values())) + " |")
    for name, by_zoom in sorted(figures["bytes_by_zoom"].items(), key=lambda item: figures["bytes"][item[0]]):
        note = f" ({figures['other_pixels'][name]} with other pixels)" if name in figures["other_pixels"] else ""
        rows.append(f"| {name}{note} | {figures['bytes'][name] / figures['pictures']:.1f} | "
                    + " | ".join(f"{by_zoom[zoom] / n:.0f}" for zoom, n in zooms.items()) + " |")
    return "\n".join(rows)


def words(figures):
    return (f"Smallest peer: {figures['smallest_peer']}. fluxgrid as served: {figures['ratio_as_served']:.3f} of its bytes, "
            f"without texts {figures['ratio_without_texts']:.3f}; the smallest peer of each single picture: "
            f"{figures['best_of_each_bytes'] / figures['bytes'][figures['smallest_peer']]:.3f}.")


def drawn(pictures, sample=None):
    """Those of [(zoom, png)] with more than one colour, or a sample of them, drawn with a fixed seed."""
    shuffled = list(pictures)
    random.Random(1).shuffle(shuffled)
    some = (picture for picture in shuffled if len(np.unique(packed(pixels(picture[1])))) > 1)
    return list(itertools.islice(some, sample))


def of_folder(folder):
    paths = sorted(pathlib.Path(folder).glob("*.png"))
    zooms = [path.stem.split("-")[0] for path in paths]
    return [(int(zoom) if zoom.isdigit() else 0, path.read_bytes()) for zoom, path in zip(zooms, paths)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder")
    parser.add_argument("--sample", type=int, help="so many of them only")
    options = parser.parse_args()
    figures = measure(drawn(of_folder(options.folder), options.sample))
    print(table(figures), words(figures), sep="\n\n")


if __name__ == "__main__":
    main()
