"""What the tests with other people's programs share: where their pictures go, and the numbers to compare with."""
import shutil

import numpy as np
import pytest
from kit import ROOT
from PIL import Image

PICTURES = ROOT / "docs" / "clients"
PICTURE_MAX_BYTES = 150_000


def pytest_addoption(parser):
    parser.addoption("--write-screenshots", action="store_true", help="keep what the programs show as docs/clients/*.png")


@pytest.fixture(scope="session")
def artifacts():
    """Pictures stay here to be looked at after a failure."""
    folder = ROOT / "build" / "test-logs" / "clients"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


@pytest.fixture(scope="session")
def screenshot(request):
    """screenshot(name, picture): for docs/clients.md, when asked for with --write-screenshots; 8 bits a pixel, so that they stay small."""
    def keep(name, picture):
        if not request.config.getoption("--write-screenshots"):
            return
        image = picture if isinstance(picture, Image.Image) else Image.fromarray(np.asarray(picture))
        path = PICTURES / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        image.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(path, optimize=True)
        assert path.stat().st_size <= PICTURE_MAX_BYTES, f"{path.name} is too large"
    return keep
