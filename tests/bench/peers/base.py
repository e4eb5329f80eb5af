"""What the driver wants of a server it compares with, and what all of them share: processes, waiting, stopping."""
import http.client
import pathlib
import subprocess
import sys
import time
import urllib.parse

from bench_quick import as_service, free_port


def descendants(pid):
    """A process and all that it started and that still run."""
    found = [pid]
    for task in pathlib.Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:
            continue
        for child in children:
            found += descendants(int(child))
    return found


def backends(url):
    """PostgreSQL's processes that serve the peers' database."""
    done = subprocess.run(["psql", "-XAt", "-d", url, "-c",
                           "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"],
                          capture_output=True, text=True, check=True)
    return [int(pid) for pid in done.stdout.split()]


class Peer:
    name = ""
    what = "cold"  # cold | cached | floor | mvt
    packages = ()  # of Debian
    connections = (1, 16, 64, 256)  # that it is asked with
    is_beside_304 = False  # whether 304s are compared with it
    factor = 1     # of a turn's seconds: more for one so slow that few answers would come

    def __init__(self):
        self.port, self.children = None, []

    def install(self):
        return list(self.packages)

    def start(self, data, folder):
        """Blocks until it answers."""
        raise NotImplementedError

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def path(self, z, x, y):
        raise NotImplementedError

    def check(self, body, z, x, y, expected):
        """AssertionError when the body is no right tile; else the share of pixels in the expected class, or None."""
        raise NotImplementedError

    # A server that does not speak HTTP has load(connections, seconds) -> load.Load besides, and check_all(tiles, expected)
    # -> check.Pass; the driver then asks those instead of wrk and check.of_peer.

    def pids(self):
        """All processes whose CPU time counts as the server's."""
        return [pid for child in self.children for pid in descendants(child.pid)]

    def spawn(self, arguments, *, as_user=True, **more):
        """Starts one, as the service user unless told otherwise; stop() ends it."""
        arguments = [str(a) for a in arguments]
        child = subprocess.Popen(as_service(arguments) if as_user else arguments, **{"stdin": subprocess.DEVNULL, **more})
        self.children.append(child)
        return child

    def new_port(self):
        self.port = free_port()
        return self.port

    def wait(self, path="/", seconds=30, statuses=(200,)):
        """Until path answers with one of the statuses."""
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            if any(child.poll() is not None for child in self.children):
                break
            try:
                parts = urllib.parse.urlsplit(self.url)
                c = http.client.HTTPConnection(parts.hostname, parts.port, timeout=seconds)
                c.request("GET", path)
                if c.getresponse().status in statuses:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        sys.exit(f"bench: {self.name} did not answer {path}")

    def stop(self):
        for child in reversed(self.children):
            child.terminate()
        for child in self.children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self.children = []
