"""Metatiles of mod_tile: one file of 8 x 8 tiles, a table of offsets and sizes at its beginning, in folders by a hash of the address."""
import struct

PER_SIDE = 8


def corner(tile):
    """The metatile that holds a tile, by its north-west tile."""
    z, x, y = tile
    return z, x // PER_SIDE * PER_SIDE, y // PER_SIDE * PER_SIDE


def name(meta):
    z, x, y = meta
    folders = []
    for _ in range(5):
        folders.append((x & 15) << 4 | y & 15)
        x, y = x >> 4, y >> 4
    return "/".join(map(str, (z, *reversed(folders)))) + ".meta"


def made(meta, pictures):
    """The file's bytes. A place without a picture gets one of the others, so that the file has the size it would have.
    @param pictures  {(z, x, y): PNG}, at least one"""
    z, left, top = meta
    spare = list(pictures.values())
    bodies = [pictures.get((z, left + column, top + row), spare[(column * PER_SIDE + row) % len(spare)])
              for column in range(PER_SIDE) for row in range(PER_SIDE)]
    at = 4 + 4 * 4 + 8 * len(bodies)
    table = []
    for body in bodies:
        table += [at, len(body)]
        at += len(body)
    return b"".join([b"META", struct.pack(f"<4i{len(table)}i", len(bodies), left, top, z, *table), *bodies])
