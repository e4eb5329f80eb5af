"""Includes go downward only, and each third-party library is known to one folder."""
import re

from house import finish, name, sources

ORDER = ["base", "geo", "inventory", "store", "render", "export", "http", "api", "cli"]
# Header prefix -> the only folder that may include it. A longer prefix of the folder wins.
OWNER = {
    "libpq": "store", "postgres": "store", "pg_config": "store",
    "png.h": "render", "jpeglib.h": "render", "libdeflate.h": "render",
    "microhttpd.h": "http",
    "gdal": "cli/import", "ogr_": "cli/import", "cpl_": "cli/import", "hdf5": "cli/import", "sqlite3": "cli/export",
    "libxml/": "api/ogc",
    "openssl/": "base", "zlib.h": None, "jansson.h": None,
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)

problems = []
for path in sources("server"):
    inside = name(path).removeprefix("server/")
    layer = inside.split("/")[0]
    for match in INCLUDE.finditer(path.read_text()):
        quote, header = match.groups()
        line = path.read_text()[:match.start() + 1].count("\n") + 1
        where = f"{name(path)}:{line}"
        if quote == '"':
            target = header.split("/")[0]
            if target not in ORDER:
                problems.append(f'{where}: "{header}" names no module; write it from server/ downward, as "geo/tile.h"')
            elif ORDER.index(target) > ORDER.index(layer):
                problems.append(f"{where}: {layer} includes {target}, which stands above it ({' < '.join(ORDER)})")
            continue
        for prefix, owner in OWNER.items():
            if header.startswith(prefix) and owner and not inside.startswith(owner + "/"):
                problems.append(f"{where}: <{header}> is only for server/{owner}/")
finish(problems)
