"""The first page that a stranger opens."""

import http.client
from contextlib import closing

from tests.program import Program


def test_the_home_page_of_the_demo_names_its_people(served: Program) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=20)) as connection:
        connection.request("GET", "/")
        with connection.getresponse() as answer:
            text = answer.read().decode()
            assert answer.status == 200
    for account in served.demo["portal"].values():
        assert account["username"] in text
