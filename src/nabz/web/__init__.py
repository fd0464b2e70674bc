"""The HTML shell that every domain's pages stand in."""
