"""Calendars and tables that come and go as files."""
