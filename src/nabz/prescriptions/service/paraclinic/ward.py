"""What the use cases of a paraclinic centre need of their process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nabz.prescriptions.service import entitlement
from nabz.prescriptions.service.catalogue import Catalogue
from nabz.prescriptions.service.numbering import Numbers

if TYPE_CHECKING:
    from nabz.kit.db import Database
    from nabz.kit.memory import Process


@dataclass(frozen=True, slots=True)
class Ward:
    """The store as the caller's data set shows it, with numbers, prices and covers."""

    db: Database
    numbers: Numbers
    catalogue: Catalogue
    outside: entitlement.Outside = entitlement.NOWHERE

    @classmethod
    def of(cls, process: Process, db: Database) -> Ward:
        """Give that of this process."""
        outside = process.own(entitlement.Outside, entitlement.Outside)
        return cls(db, process.own(Numbers, Numbers), process.own(Catalogue, Catalogue), outside)
