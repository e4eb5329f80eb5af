"""nginx giving out the program's finished tiles as files."""
import hashlib
import os
import pathlib

import own
from check import Client
from peers.base import Peer

CONF = pathlib.Path(__file__).parents[1] / "conf" / "nginx_files.conf"


class NginxFiles(Peer):
    name, what = "nginx, the same tiles from disk", "cached"
    packages = ("nginx-light",)
    is_beside_304 = True

    def start(self, data, folder):
        home = pathlib.Path(folder) / "nginx_files"
        if not home.exists():
            self.fetch(data, home)
        conf = home / "nginx.conf"
        conf.write_text(CONF.read_text().format(home=home, port=self.new_port(), workers=os.cpu_count()))
        self.spawn(["nginx", "-p", home, "-c", conf, "-e", home / "error.log"])
        self.wait(self.path(*data.tiles[0]))

    def fetch(self, data, home):
        """Every tile of the list, from the program."""
        source = own.Fluxgrid("source", "cached", data.release)
        source.start()
        try:
            client, self.digests = Client(), {}
            for tile in data.tiles:
                answer, body = client.get(source.url, source.path(*tile))
                assert answer.status == 200, f"{tile}: {answer.status}"
                path = home / "root" / "{}/{}/{}.png".format(*tile)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(body)
                self.digests[tile] = hashlib.sha256(body).digest()
        finally:
            source.stop()
        home.chmod(0o777)

    def path(self, z, x, y):
        return f"/{z}/{x}/{y}.png"

    def check(self, body, z, x, y, expected):
        assert hashlib.sha256(body).digest() == self.digests[z, x, y], f"{z}/{x}/{y} is another picture"
        return 1.0


def servers():
    return [NginxFiles()]
