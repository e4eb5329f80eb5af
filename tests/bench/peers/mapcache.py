"""MapCache in Apache: the program's finished tiles in its disk cache."""
import os
import pathlib

from peers.nginx_files import NginxFiles

CONF = pathlib.Path(__file__).parents[1] / "conf"
THREADS = 256  # of each process: one whose threads are all busy closes connections that are kept alive


class MapCache(NginxFiles):
    name, what = "MapCache in Apache, the same tiles on disk", "cached"
    packages = ("apache2", "libapache2-mod-mapcache")
    is_beside_304 = False

    def start(self, data, folder):
        home = pathlib.Path(folder) / "mapcache"
        if not home.exists():
            self.fetch(data, home)
            (home / "lock").mkdir()
            (home / "lock").chmod(0o777)
        cores = os.cpu_count() or 1
        (home / "mapcache.xml").write_text((CONF / "mapcache.xml").read_text().format(home=home))
        conf = home / "apache.conf"
        conf.write_text((CONF / "mapcache_apache.conf").read_text().format(home=home, port=self.new_port(), processes=cores,
                                                                           workers=cores * THREADS))
        self.spawn(["/usr/sbin/apache2", "-f", conf, "-DFOREGROUND"])
        self.wait(self.path(*data.tiles[0]))

    def path(self, z, x, y):
        return f"/gmaps/density@GoogleMapsCompatible/{z}/{x}/{y}.png"


def servers():
    return [MapCache()]
