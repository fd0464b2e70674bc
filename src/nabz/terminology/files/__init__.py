"""Import and export: files become rows, and codes become files."""

from nabz.terminology.files.opening import open_source
from nabz.terminology.files.source import Format, Source
from nabz.terminology.files.writing import csv_parts
from nabz.terminology.files.writing_fhir import fhir_parts
from nabz.terminology.files.writing_xlsx import xlsx_file

__all__ = ["Format", "Source", "csv_parts", "fhir_parts", "open_source", "xlsx_file"]
