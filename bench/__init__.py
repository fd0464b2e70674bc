"""Our figure, the limit, and the ratio, measured in one run: `python -m bench`."""
