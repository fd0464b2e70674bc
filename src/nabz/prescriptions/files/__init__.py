"""Files that people bring and take: catalogues, the month's file, settlements."""
