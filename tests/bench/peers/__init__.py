"""The servers that fluxgrid is compared with, in the order of the tables."""
import importlib
import importlib.util

MODULES = ("microhttpd", "nginx_files", "mapcache", "mod_tile", "mapserver", "mapnik_tif", "mvt")


def everyone():
    """New servers, not started. Each module has servers() -> a list of Peer."""
    return [server for name in MODULES if importlib.util.find_spec(f"peers.{name}") for server in importlib.import_module(f"peers.{name}").servers()]
