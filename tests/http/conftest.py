"""What the tests of drawn areas share."""
import json

import pytest
import requests
from areas import GEOJSON


@pytest.fixture(scope="session")
def send(server):
    """send(body, parameter=...): posts an area to the session's server."""
    def post(body, headers=GEOJSON, **query):
        data = body if isinstance(body, (str, bytes)) else json.dumps(body)
        return requests.post(server.url + "/v1/emissions", data=data, headers=headers, params=query, timeout=120)
    return post
