"""Our own API of appointments: operations behind the gateway, and the stream of events."""

from nabz.appointments.api.own import booking, centre, publishing, reconciling, searching, waiting, webhooks
from nabz.appointments.api.own.answering import own
from nabz.appointments.api.own.events import routes

__all__ = ["booking", "centre", "own", "publishing", "reconciling", "routes", "searching", "waiting", "webhooks"]
