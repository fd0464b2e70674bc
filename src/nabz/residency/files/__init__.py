"""Files of many rows: read from workbooks and CSV, their templates, and the lists that are given out."""
