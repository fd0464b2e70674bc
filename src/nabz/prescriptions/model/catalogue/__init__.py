"""The catalogue: services, their prices, the rows of a price list, and what drugs do to each other."""

from nabz.prescriptions.model.catalogue.rows import COLUMNS, Row, RowWrong, pair_of, row_of
from nabz.prescriptions.model.catalogue.values import (
    IMAGING,
    IMAGING_TYPES,
    Interaction,
    Key,
    Price,
    Service,
    Severity,
    code_of,
    name_of,
    spellings,
    type_of,
    types_of,
)

__all__ = [
    "COLUMNS",
    "IMAGING",
    "IMAGING_TYPES",
    "Interaction",
    "Key",
    "Price",
    "Row",
    "RowWrong",
    "Service",
    "Severity",
    "code_of",
    "name_of",
    "pair_of",
    "row_of",
    "spellings",
    "type_of",
    "types_of",
]
