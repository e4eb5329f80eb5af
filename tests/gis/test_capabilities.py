"""The capabilities of WMTS and WMS against schemas of our own, written from the standards' tables; and the schemas against
documents that are wrong in one place."""
import copy
import pathlib

import pytest
from lxml import etree

HERE = pathlib.Path(__file__).parent
DOCUMENTS = {"wmts": "/wmts/1.0.0/WMTSCapabilities.xml", "wms": "/wms?SERVICE=WMS&VERSION=1.3.0&REQUEST=GetCapabilities"}
# What a layer may do without.
OPTIONAL = {"wms": {"Capability/Layer/Layer/CRS"}, "wmts": set()}


@pytest.fixture(scope="module", params=DOCUMENTS)
def case(request, server):
    """@return name, schema, and the document cut down to one layer, so that each mutation is quick."""
    schema = etree.RelaxNG(etree.parse(str(HERE / f"{request.param}_capabilities.rng")))
    answer = server.get(DOCUMENTS[request.param])
    assert answer.status_code == 200
    return request.param, schema, etree.fromstring(answer.content)


def local(element):
    return etree.QName(element).localname


def way(element):
    """Its place by names, the root left out: "Contents/Layer/Style"."""
    names = [local(element)] + [local(e) for e in element.iterancestors()]
    return "/".join(reversed(names[:-1]))


def small(root):
    """One layer, of which the first of each kind is looked at."""
    root = copy.deepcopy(root)
    layers = [e for e in root.iter("{*}Layer") if e.find("{*}Style") is not None]
    for layer in layers[1:]:
        layer.getparent().remove(layer)
    return root


def kinds(root):
    """The way of every kind of element -> which of the document's elements is the first of it."""
    found = {}
    for i, element in enumerate(root.iter(etree.Element)):
        if i:
            found.setdefault(way(element), i)
    return found


def changed(root, index, change):
    twin = copy.deepcopy(root)
    change(list(twin.iter(etree.Element))[index])
    return twin


def remove_all(element):
    parent = element.getparent()
    for twin in parent.findall(element.tag):
        parent.remove(twin)


def misspell(element):
    element.tag = element.tag + "s"


def other_namespace(element):
    element.tag = "{urn:other}" + local(element)


def last(element):
    """Behind its siblings of other names."""
    element.getparent().append(element)


def test_the_document_is_valid(case):
    _, schema, root = case
    schema.assertValid(root)
    schema.assertValid(small(root))


@pytest.mark.parametrize("change", [remove_all, misspell, other_namespace, last], ids=lambda c: c.__name__)
def test_one_wrong_element_is_found(case, change):
    name, schema, root = case
    root = small(root)
    schema.assertValid(root)
    tried, passed = 0, []
    for place, index in kinds(root).items():
        element = list(root.iter(etree.Element))[index]
        followers = {s.tag for s in element.itersiblings()} - {element.tag}
        if change is last and not followers or change is remove_all and place in OPTIONAL[name]:
            continue
        tried += 1
        if schema.validate(changed(root, index, change)):
            passed.append(place)
    assert not passed and tried > 20, (tried, passed)


def test_one_wrong_attribute_is_found(case):
    _, schema, root = case
    root = small(root)
    tried, passed = 0, []
    for place, index in kinds(root).items():
        for attribute in list(root.iter(etree.Element))[index].attrib:
            for change in (lambda e: e.attrib.pop(attribute), lambda e: e.set(attribute + "x", e.attrib.pop(attribute)),
                           lambda e: e.set("unheard", "of")):
                tried += 1
                if schema.validate(changed(root, index, change)) and not attribute == "current":
                    passed.append((place, attribute))
    assert not passed and tried > 20, passed


@pytest.mark.parametrize("place, value", [
    ("Contents/TileMatrixSet/TileMatrix/MatrixWidth", "0"), ("Contents/TileMatrixSet/TileMatrix/ScaleDenominator", "large"),
    ("Contents/TileMatrixSet/TileMatrix/TopLeftCorner", "1"), ("Contents/Layer/WGS84BoundingBox/LowerCorner", "1 2 3"),
    ("Contents/Layer/Dimension/Value", "2022-13"), ("Contents/Layer/Dimension/Value", ""), ("Contents/Layer/Title", ""),
    ("ServiceIdentification/ServiceTypeVersion", "1.0"), ("Capability/Layer/Layer/EX_GeographicBoundingBox/westBoundLongitude", "181"),
    ("Capability/Layer/Layer/Dimension", "2021,,2022"), ("Service/MaxWidth", "-1"), ("Capability/Layer/CRS", "mercator")])
def test_one_wrong_value_is_found(case, place, value):
    _, schema, root = case
    root = small(root)
    index = kinds(root).get(place)
    if index is not None:
        assert not schema.validate(changed(root, index, lambda e: setattr(e, "text", value)))
