"""What the tests of the OGC services share: XML read strictly, and the links in it."""
import re

from lxml import etree

XLINK = "{http://www.w3.org/1999/xlink}href"
OWS = "{http://www.opengis.net/ows/1.1}"


def document(answer):
    """The root of an XML answer; lxml refuses what is not well-formed."""
    assert answer.headers["Content-Type"].startswith(("application/xml", "text/xml")), answer.text[:300]
    return etree.fromstring(answer.content)


def links(root):
    return [e.get(XLINK) for e in root.iter() if e.get(XLINK)]


def local(tag):
    return re.sub(r"^\{.*\}", "", tag)


def fault(answer, status, code, locator):
    """An ows:ExceptionReport with this code and locator."""
    assert answer.status_code == status, answer.text[:400]
    assert answer.headers["Cache-Control"] == "no-store"
    report = document(answer)
    assert report.tag == OWS + "ExceptionReport" and report.get("version") == "1.1.0"
    one, = report.findall(OWS + "Exception")
    assert (one.get("exceptionCode"), one.get("locator")) == (code, locator), answer.text
    assert one.findtext(OWS + "ExceptionText")
    return report
