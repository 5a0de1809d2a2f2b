"""Serve the pages until Ctrl-C."""

from __future__ import annotations

import threading

from tests.specimen import serving

with serving() as server:
    print(server.address)
    threading.Event().wait()
