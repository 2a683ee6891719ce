"""Sessions as Django keeps them, read by a statement that is compiled once: every page begins with it."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session
from django.utils import timezone

from allears.foundation.rows import find_rows, moment_for_rows


class SessionStore(DatabaseStore):
    """The database's store; only reading is its own."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        valid = "expire_date > %s AND session_key {among}"
        for session in find_rows(Session, valid, moment_for_rows(timezone.now()), among=[self.session_key]):
            return session
        self._session_key = None
        return None
