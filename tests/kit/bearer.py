"""A process of its own that writes and says what it was told: killed in the middle, its word must stand.

    python bearer.py URL how many

Each use case writes a pair; the id is printed after the database has answered, so every printed pair must be there.
"""

import asyncio
import itertools
import os
import sys

from sqlalchemy import insert

from nabz.kit.db import Statement, Tx, open_database
from tests.kit.things import parents, things

PAIR = Statement(
    row=str,
    postgres="WITH first AS (INSERT INTO parent (id) VALUES (:id)) "
    "INSERT INTO thing (id, name, count) VALUES (:id, :id, 0) RETURNING id",
    sqlite=(
        "INSERT INTO parent (id) VALUES (:id)",
        "INSERT INTO thing (id, name, count) VALUES (:id, :id, 0) RETURNING id",
    ),
)


def pair(tx: Tx, id_: str) -> str:
    tx.execute(insert(parents), {"id": id_})
    tx.execute(insert(things), {"id": id_, "name": id_, "count": 0})
    return id_


async def main(url: str, callers: int) -> None:
    database = open_database(url)
    await database.start()
    numbers = itertools.count()

    async def call(caller: int) -> None:
        while True:
            id_ = f"{os.getpid()}-{caller}-{next(numbers)}"
            try:
                if caller % 2:
                    await database.write(pair, id_)
                else:
                    await database.write_one(PAIR, id=id_)
            except Exception:  # noqa: BLE001 - the server is gone: nothing was promised
                await asyncio.sleep(0.05)
                continue
            os.write(1, f"{id_}\n".encode())

    await asyncio.gather(*(call(caller) for caller in range(callers)))


asyncio.run(main(sys.argv[1], int(sys.argv[2])))
