"""Areas to send, and what comes back."""
from __future__ import annotations

import math

SQUARE = [[69.1, 41.2], [69.4, 41.2], [69.4, 41.4], [69.1, 41.4], [69.1, 41.2]]
POLYGON = {"type": "Polygon", "coordinates": [SQUARE]}
GEOJSON = {"Content-Type": "application/geo+json"}


def polygon(*rings):
    return {"type": "Polygon", "coordinates": list(rings)}


def feature(geometry, **members):
    return {"type": "Feature", "properties": {}, "geometry": geometry, **members}


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


def moved(ring, dx=0.0, dy=0.0):
    return [[x + dx, y + dy] for x, y in ring]


def circle(n, digits=6, radius=0.4):
    points = [[round(69.25 + radius * math.cos(2 * math.pi * i / n), digits), round(41.3 + radius * math.sin(2 * math.pi * i / n), digits)] for i in range(n)]
    return polygon(points + points[:1])


def value(answer):
    assert answer.status_code == 200, answer.text[:500]
    return answer.json()["rows"][0]["value"]
