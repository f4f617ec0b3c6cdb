"""What a refused request answers: the error envelope that Google's APIs share."""

from __future__ import annotations

from typing import Any

__all__ = ["ApiError", "invalid", "missing", "not_emulated"]


class ApiError(Exception):
    """A refusal with its HTTP code, status word and message; `details` only where Google sends some."""

    def __init__(self, code: int, status: str, message: str, details: list[Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.message = message
        self.details = details

    def body(self) -> dict[str, Any]:
        """The JSON object of the answer."""
        error: dict[str, Any] = {"code": self.code, "message": self.message, "status": self.status}
        if self.details is not None:
            error["details"] = self.details
        return {"error": error}


def invalid(message: str) -> ApiError:
    """400: the request can never succeed as it is."""
    return ApiError(400, "INVALID_ARGUMENT", message)


def missing() -> ApiError:
    """404: there is no such spreadsheet, metadata or address."""
    return ApiError(404, "NOT_FOUND", "Requested entity was not found.")


def not_emulated(what: str) -> ApiError:
    """501: Google can do this, the sandbox cannot, and must not look as if it had."""
    return ApiError(501, "UNIMPLEMENTED", f"{what} is not emulated by the sandbox.")
