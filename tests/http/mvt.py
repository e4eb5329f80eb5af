"""Mapbox Vector Tile 2.1, decoded from its specification: exact integers, nothing of GDAL or PostGIS."""
from __future__ import annotations

import dataclasses
import math
import struct


@dataclasses.dataclass
class Feature:
    kind: int  # 1 point, 3 polygon
    rings: list  # lists of (x, y) in units of the tile, y down; rings without the repeated last point
    tags: dict


@dataclasses.dataclass
class Layer:
    name: str
    version: int
    extent: int
    features: list


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at


def _fields(data: bytes):
    """(number, value): an integer, or bytes."""
    at = 0
    while at < len(data):
        key, at = _varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = _varint(data, at)
        else:
            size, at = _varint(data, at) if kind == 2 else ({1: 8, 5: 4}[kind], at)
            assert at + size <= len(data)
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def _numbers(data: bytes) -> list[int]:
    out, at = [], 0
    while at < len(data):
        value, at = _varint(data, at)
        out.append(value)
    return out


def _signed(n: int) -> int:
    return n >> 1 ^ -(n & 1)


def _value(data: bytes):
    (number, value), = _fields(data)
    return {1: lambda: value.decode(), 2: lambda: struct.unpack("<f", value)[0], 3: lambda: struct.unpack("<d", value)[0],
            4: lambda: value, 5: lambda: value, 6: lambda: _signed(value), 7: lambda: bool(value)}[number]()


def _rings(commands: list[int]) -> list:
    rings, x, y, at = [], 0, 0, 0
    while at < len(commands):
        what, count = commands[at] & 7, commands[at] >> 3
        at += 1
        for _ in range(count if what != 7 else 0):
            x, y = x + _signed(commands[at]), y + _signed(commands[at + 1])
            at += 2
            if what == 1:
                rings.append([])
            rings[-1].append((x, y))
    return rings


def _layer(data: bytes) -> Layer:
    fields = list(_fields(data))
    one = {n: v for n, v in fields if n in (1, 5, 15)}
    keys = [v.decode() for n, v in fields if n == 3]
    values = [_value(v) for n, v in fields if n == 4]
    features = []
    for feature in (dict(_fields(v)) for n, v in fields if n == 2):
        tags = _numbers(feature.get(2, b""))
        features.append(Feature(feature[3], _rings(_numbers(feature[4])), {keys[k]: values[v] for k, v in zip(tags[::2], tags[1::2])}))
    return Layer(one[1].decode(), one[15], one.get(5, 4096), features)


def decode(data: bytes) -> dict[str, Layer]:
    layers = [_layer(v) for n, v in _fields(data)]
    assert len({layer.name for layer in layers}) == len(layers)
    return {layer.name: layer for layer in layers}


def ring_area(ring) -> float:
    """Positive for an outer ring, as the specification has it (y down)."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1])) / 2


def lon_lat(z: int, x: int, y: int, point, extent=4096) -> tuple[float, float]:
    n = 2 ** z
    lon = (x + point[0] / extent) / n * 360 - 180
    return lon, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + point[1] / extent) / n))))


def tiles_of(z: int, west: float, south: float, east: float, north: float):
    def column(lon):
        return int((lon + 180) / 360 * 2 ** z)

    def row(lat):
        return int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2 ** z)
    return [(z, x, y) for x in range(column(west), column(east) + 1) for y in range(row(north), row(south) + 1)]
