"""One headless session of an unmodified QGIS. It is run by the system's Python in a process of its own:

    qgis_session.py JOB.json FOLDER

It stores the pasted addresses of the job as connections, opens the layers QGIS' own browser makes of them, draws each, asks for features, legends and
values, and leaves pictures and report.json in the folder. What is right is for test_clients_qgis.py to say.
"""
import json
import os
import pathlib
import sys
import traceback

from qgis.core import (
    Qgis, QgsApplication, QgsCoordinateReferenceSystem, QgsDateTimeRange, QgsFeatureRequest, QgsFillSymbol, QgsLayerItem, QgsMapRendererCustomPainterJob,
    QgsMapSettings, QgsPointXY, QgsProject, QgsRaster, QgsRasterLayer, QgsRectangle, QgsSettings, QgsSingleSymbolRenderer, QgsVectorLayer, QgsVectorTileBasicRenderer,
    QgsVectorTileBasicRendererStyle, QgsVectorTileLayer, QgsWkbTypes)
from qgis.PyQt.QtCore import QDate, QDateTime, QEventLoop, QSize, Qt, QTime, QTimer
from qgis.PyQt.QtGui import QColor, QImage, QPainter

OUTLINE = {"color": "0,0,0,0", "outline_color": "0,0,0,255", "outline_width": "1", "outline_width_unit": "Pixel"}
ITEMS = []  # the browser's items live as long as we hold them


def connect(kind, name, url, **more):
    """What the dialog "New connection" stores."""
    settings = QgsSettings()
    for key, value in {"url": url, **more}.items():
        settings.setValue(f"qgis/connections-{kind}/{name}/{key}", value)


def layers_of(provider, connection):
    """{path below the connection: item} of every layer the browser panel shows."""
    source, = [p for p in QgsApplication.dataItemProviderRegistry().providers() if p.name() == provider]
    root = source.createDataItem("", None)
    ITEMS.append(root)
    found = {}

    def walk(item):
        children = item.createChildren() or item.children()
        ITEMS.append(children)
        for child in children:
            if isinstance(child, QgsLayerItem):
                found[child.uri()] = child.name()
            walk(child)

    folders = root.createChildren()
    ITEMS.append(folders)
    for item in folders:
        if item.name() == connection:
            if isinstance(item, QgsLayerItem):
                return {item.uri(): item.name()}
            walk(item)
    return found


class Session:
    def __init__(self, job, folder):
        self.job, self.folder, self.report = job, folder, {}
        self.windows = {}
        for name, asked in job["windows"].items():
            self.windows[name] = settings = self.window(asked)
            extent, size = settings.visibleExtent(), settings.outputSize()
            self.report[name] = {"size": (size.width(), size.height()),
                                 "extent": (extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum())}

    def settings(self, size, extent, system):
        settings = QgsMapSettings()
        settings.setDestinationCrs(system)
        settings.setOutputSize(QSize(*size))
        settings.setOutputDpi(96)
        settings.setBackgroundColor(QColor(255, 255, 255))
        settings.setExtent(extent)
        settings.setTransformContext(QgsProject.instance().transformContext())
        settings.setFlag(QgsMapSettings.Antialiasing, False)
        return settings

    def window(self, asked):
        """The largest part of a window, from its upper left corner, whose corners are whole pixels in QGIS' own arithmetic too: where they are off by
        1e-13 of a pixel, QGIS draws one column more and squeezes it in, and there would be nothing to compare pixel by pixel."""
        (west, north), step, (columns, rows) = asked["corner"], asked["resolution"], asked["size"]
        system = QgsCoordinateReferenceSystem(asked["system"])
        for width in range(columns, 0, -1):
            for height in range(rows, max(rows - 50, 0), -1):
                settings = self.settings((width, height), QgsRectangle(west, north - height * step, west + width * step, north), system)
                seen = settings.visibleExtent()
                first, last = (settings.mapToPixel().transform(x, y) for x, y in ((seen.xMinimum(), seen.yMaximum()), (seen.xMaximum(), seen.yMinimum())))
                if (first.x(), first.y(), last.x(), last.y()) == (0, 0, width, height):
                    return settings
        raise RuntimeError("no such window")

    def draw(self, name, layers, year=None, window="mercator"):
        settings = QgsMapSettings(self.windows[window])
        settings.setLayers(layers)
        if year:
            settings.setIsTemporal(True)
            first, last = (QDateTime(QDate(y, 1, 1), QTime(0, 0), Qt.UTC) for y in (year, year + 1))
            settings.setTemporalRange(QgsDateTimeRange(first, last, True, False))  # as the temporal controller makes it of a step of a year
        picture = QImage(settings.outputSize(), QImage.Format_ARGB32_Premultiplied)
        picture.fill(settings.backgroundColor())
        painter = QPainter(picture)
        job = QgsMapRendererCustomPainterJob(settings, painter)
        job.renderSynchronously()
        painter.end()
        picture.save(str(self.folder / f"{name}.png"))
        return [error.message for error in job.errors()]

    def raster(self, name, uri, **how):
        layer = QgsRasterLayer(uri, name, "wms")
        self.report[name] = {"uri": uri, "valid": layer.isValid()}
        if layer.isValid():
            self.report[name]["errors"] = self.draw(name, [layer], **how)
        return layer

    def xyz(self):
        connect("xyz", "xyz", self.job["xyz"], zmin=0, zmax=14)
        uri, = layers_of("XYZ Tiles", "xyz")
        self.raster("xyz", uri)

    def wmts(self):
        connect("wms", "wmts", self.job["wmts"])
        offered = layers_of("WMS", "wmts")
        self.report["wmts_offered"] = sorted(offered)
        for year in self.job["years"]:
            uri, = [u for u in offered if f"layers={self.job['layer']}&" in u and f"styles={self.job['style']}&" in u and f"tileDimensions=time%3D{year}" in u
                    and "WebMercatorQuad" in u]
            self.base = self.raster(f"wmts_{year}", uri)

    def wms(self):
        connect("wms", "wms", self.job["wms"])
        offered = layers_of("WMS", "wms")
        self.report["wms_offered"] = sorted(offered)
        uri, = [u for u in offered if f"layers={self.job['layer']}&" in u and "EPSG:3857" in u]
        for year in self.job["years"]:
            layer = self.raster(f"wms_{year}", uri, year=year)
        for name in ("degrees", "utm"):  # the dialog offers these beside Web Mercator
            self.raster(f"wms_{name}", uri.replace("crs=EPSG:3857", f"crs={self.job['windows'][name]['system']}"), year=self.job["years"][0], window=name)
        provider = layer.dataProvider()
        self.legend("legend", provider)
        styled = QgsRasterLayer(uri.replace("&styles&", f"&styles={self.job['style']}&"), "styled", "wms")
        self.legend("legend_styled", styled.dataProvider())
        place, shown = QgsPointXY(*self.job["place"]), self.windows["mercator"]
        self.report["identify_capabilities"] = {name: bool(provider.capabilities() & getattr(provider, f"Identify{name}")) for name in ("Text", "Html", "Feature")}
        for name, form in (("Text", QgsRaster.IdentifyFormatText), ("Html", QgsRaster.IdentifyFormatHtml), ("Feature", QgsRaster.IdentifyFormatFeature)):
            if not self.report["identify_capabilities"][name]:
                continue
            result = provider.identify(place, form, shown.visibleExtent(), shown.outputSize().width(), shown.outputSize().height())
            values = []
            for value in result.results().values():
                if name == "Feature":
                    stores = [s for s in value if hasattr(s, "features")]
                    values += [{f.name(): plain(feature[f.name()]) for f in store.fields()} for store in stores for feature in store.features()]
                else:
                    values.append(value)
            self.report[f"identify_{name}"] = {"valid": result.isValid(), "values": values}

    def legend(self, name, provider):
        """As the layer tree gets it: in the background."""
        loop = QEventLoop()
        fetcher = provider.getLegendGraphicFetcher(self.windows["mercator"])
        if fetcher is None:
            self.report[name] = "QGIS found no address of it"
            return
        fetcher.finish.connect(lambda picture: (picture.save(str(self.folder / f"{name}.png")), loop.quit()))
        fetcher.error.connect(lambda why: (self.report.__setitem__(name, why), loop.quit()))
        QTimer.singleShot(20000, loop.quit)
        fetcher.start()
        loop.exec_()

    def features(self):
        connect("wfs", "oapif", self.job["ogc"], version="OGC_API_FEATURES")
        QgsSettings().setValue("qgis/WFS/oapif/version", "OGC_API_FEATURES")
        offered = layers_of("WFS", "oapif")
        self.report["ogc_offered"] = sorted(offered.values())
        for name in ("districts", "sources"):
            uri, = [u for u in offered if f"typename='{name}'" in u]
            layer = QgsVectorLayer(uri, name, "OAPIF")
            fields = [f.name() for f in layer.fields()]
            rows = [{field: plain(feature[field]) for field in fields} for feature in layer.getFeatures()]
            told = layer.featureCount()
            self.report[name] = {"valid": layer.isValid(), "rows": rows, "told": told, "kind": QgsWkbTypes.displayString(layer.wkbType())}
            if name == "districts":
                near = QgsFeatureRequest(QgsRectangle(69.2, 41.2, 69.4, 41.4))
                self.report["near"] = sorted(plain(f["district"]) for f in layer.getFeatures(near))
                layer.setSubsetString("\"level\" = 1")
                self.report["regions"] = sorted(plain(f["district"]) for f in layer.getFeatures())
                layer.setRenderer(QgsSingleSymbolRenderer(QgsFillSymbol.createSimple(OUTLINE)))
                self.report["oapif_errors"] = self.draw("oapif", [layer])
                self.draw("map", [layer, self.base])  # one on the other, for people

    def vector_tiles(self):
        connect("vector-tile", "districts", self.job["mvt"], zmin=0, zmax=14)
        uri, = layers_of("Vector Tiles", "districts")
        layer = QgsVectorTileLayer(uri, "districts")
        style = QgsVectorTileBasicRendererStyle("outline", "districts", QgsWkbTypes.PolygonGeometry)
        style.setSymbol(QgsFillSymbol.createSimple(OUTLINE))
        style.setFilterExpression('"level" = 1')
        renderer = QgsVectorTileBasicRenderer()
        renderer.setStyles([style])
        layer.setRenderer(renderer)
        self.report["mvt"] = {"valid": layer.isValid(), "errors": self.draw("mvt", [layer])}

    def all(self):
        for part in (self.xyz, self.wmts, self.wms, self.features, self.vector_tiles):
            try:
                part()
            except Exception:  # the other parts are worth knowing too
                self.report.setdefault("failures", {})[part.__name__] = traceback.format_exc()


def plain(value):
    """QGIS' NULL is an object of its own."""
    return value if isinstance(value, (str, int, float)) else None


def main(job, folder):
    folder = pathlib.Path(folder)
    application = QgsApplication([], False, str(folder / "profile"))
    application.initQgis()
    session = Session(json.loads(pathlib.Path(job).read_text()), folder)
    session.report["version"] = Qgis.QGIS_VERSION
    session.all()
    (folder / "report.json").write_text(json.dumps(session.report))
    sys.stdout.flush()
    os._exit(0)  # the browser's items outlive the application, and QGIS falls over them at its end


if __name__ == "__main__":
    main(*sys.argv[1:])
