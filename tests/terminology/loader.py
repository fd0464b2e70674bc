"""A process of its own that loads a file and says how far it is: killed in the middle, nothing of it may be seen.

python loader.py URL file label
"""

import asyncio
import os
import sys
from pathlib import Path

from nabz.kit.clock import SystemClock
from nabz.kit.db import open_database
from nabz.terminology.files import open_source
from nabz.terminology.service import importing, reading
from nabz.terminology.service.import_report import Progress

importing.CHUNK = 200  # type: ignore[misc]


def tell(progress: Progress) -> None:
    os.write(1, f"{progress.stage} {progress.rows}\n".encode())


async def main(url: str, file: Path, label: str) -> None:
    database = open_database(url)
    await database.start()
    t = await database.read(reading.one, "T")
    await importing.load(database, SystemClock().now, t, open_source(file), label, "", "sara", tell)
    await database.stop()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))
