"""Applying a batchUpdate: validated and carried out on a copy, all of it or nothing."""

from __future__ import annotations

from sheetdesk.sandbox.api import ApiError, invalid, not_emulated
from sheetdesk.sandbox.batch import Batch
from sheetdesk.sandbox.book import Json
from sheetdesk.sandbox.requests import HANDLERS

__all__ = ["apply"]


def apply(batch: Batch, requests: list[Json]) -> list[Json]:
    """Carry out requests on `batch.book`, a copy that is worth keeping only if this returns.

    Gives a reply for each. Raises ApiError for the first that is refused, or is not emulated.
    """
    if not requests:
        raise invalid("Must specify at least one request.")
    replies: list[Json] = []
    for index, request in enumerate(requests):
        kinds = [kind for kind, body in request.items() if body is not None]
        if len(kinds) != 1:
            raise invalid(f"Invalid requests[{index}]: Exactly one kind of request must be set.")
        kind = kinds[0]
        handler = HANDLERS.get(kind)
        if handler is None:
            raise not_emulated(f"requests[{index}].{kind}")
        batch.index, batch.kind = index, kind
        if kind != "copyPaste":
            batch.still = None
        try:
            reply = handler(batch, request[kind])
        except ApiError as error:
            if error.code == 400 and not error.message.startswith("Invalid requests["):
                text = f"Invalid requests[{index}].{kind}: {error.message}"
                raise ApiError(400, error.status, text, error.details) from error
            raise
        replies.append({} if reply is None else {kind: reply})
    return replies
