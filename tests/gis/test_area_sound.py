"""Which rings are an area? Against shapely: faces of the edges, and how often each is wound around."""
import random

import pytest
import requests
from shapely.geometry import LineString, MultiPolygon, Polygon
from shapely.ops import polygonize, unary_union
from shapely.validation import explain_validity

import area_oracle


def area2(ring):
    return sum(a[0] * b[1] - a[1] * b[0] for a, b in zip(ring, ring[1:]))


def winding(ring, x, y):
    count = 0
    for (x0, y0), (x1, y1) in zip(ring, ring[1:]):
        if (y0 <= y) != (y1 <= y) and x0 + (y - y0) / (y1 - y0) * (x1 - x0) > x:
            count += 1 if y1 > y0 else -1
    return count


def turn(a, b, c):
    v = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
    return (v > 0) - (v < 0)


def is_crossing(edge, other):
    (a, b), (c, d) = edge, other
    return turn(a, b, c) * turn(a, b, d) < 0 and turn(c, d, a) * turn(c, d, b) < 0


def faces_of(polygons):
    """Faces that are covered once, or None when the rings are no area."""
    rings = []
    for polygon in polygons:
        for i, ring in enumerate(polygon):
            size = area2(ring)
            if size == 0:
                return None
            rings.append(ring if (size < 0) == (i > 0) else ring[::-1])
    edges = [(p, q) for ring in rings for p, q in zip(ring, ring[1:]) if p != q]
    if any(is_crossing(e, f) for i, e in enumerate(edges) for f in edges[:i]):
        return None
    covered = []
    for face in polygonize(unary_union([LineString(e) for e in edges])):
        at = face.representative_point()
        count = sum(winding(ring, at.x, at.y) for ring in rings)
        if count not in (0, 1):
            return None
        covered += [face] if count else []
    return covered


def random_polygons(draw):
    size = draw.choice([3, 4, 6, 10])

    def ring():
        points = [(draw.randint(0, size), draw.randint(0, size)) for _ in range(draw.randint(3, draw.choice([4, 5, 7])))]
        return points + points[:1]
    return [[ring() for _ in range(draw.choice([1, 1, 2]))] for _ in range(draw.choice([1, 1, 1, 2, 3]))]


@pytest.mark.parametrize("seed", range(4))
def test_random_rings_are_judged_as_by_their_faces(server, seed):
    draw = random.Random(seed)
    taken = refused = 0
    for _ in range(300):
        polygons = random_polygons(draw)
        faces = faces_of(polygons)
        body = {"type": "MultiPolygon", "coordinates": [
            [[[60 + x / 16, 40 + y / 16] for x, y in ring] for ring in polygon] for polygon in polygons]}
        answer = requests.post(server.url + "/v1/emissions", json=body, timeout=60)
        assert answer.status_code == (400 if faces is None else 200), (polygons, answer.text[:300])
        is_valid = faces is not None and MultiPolygon([Polygon(p[0], p[1:]) for p in polygons]).is_valid
        assert answer.status_code == 200 or not is_valid, explain_validity(MultiPolygon([Polygon(p[0], p[1:]) for p in polygons]))
        taken += faces is not None
        refused += faces is None
        if faces:
            on_map = MultiPolygon([Polygon([(60 + x / 16, 40 + y / 16) for x, y in face.exterior.coords],
                                           [[(60 + x / 16, 40 + y / 16) for x, y in hole.coords] for hole in face.interiors]) for face in faces])
            want = sum(p.area for p in area_oracle.on_plane(on_map, pieces=300)) / 1e6
            assert answer.json()["area"]["area_km2"] == pytest.approx(want, rel=1e-6)
    assert taken > 50 and refused > 150
