"""Drive's own error envelope, which lists `errors` with a domain and a reason where Sheets has a status."""

from __future__ import annotations

from typing import Any

from sheetdesk.sandbox.api import ApiError

__all__ = ["DriveError", "file_not_found", "forbidden", "invalid", "required"]


class DriveError(ApiError):
    """A refusal of Drive. Gspread and others look for `errors[0].domain` to tell quotas from rights."""

    def __init__(
        self, code: int, reason: str, message: str, location: str = "", domain: str = "global"
    ) -> None:
        super().__init__(code, "", message)
        self.reason = reason
        self.location = location
        self.domain = domain

    def body(self) -> dict[str, Any]:
        """The JSON envelope."""
        error = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.location:
            error |= {"location": self.location, "locationType": "parameter"}
        return {"error": {"code": self.code, "message": self.message, "errors": [error]}}


def file_not_found(file_id: str) -> DriveError:
    """No such file, or none that this caller may know of."""
    return DriveError(404, "notFound", f"File not found: {file_id}.", "fileId")


def forbidden() -> DriveError:
    """The caller sees the file and may not do this to it."""
    text = "The user does not have sufficient permissions for this file."
    return DriveError(403, "insufficientFilePermissions", text)


def invalid(parameter: str) -> DriveError:
    """A parameter whose value means nothing."""
    return DriveError(400, "invalid", "Invalid Value", parameter)


def required(parameter: str) -> DriveError:
    """A parameter this method cannot do without."""
    text = f"The '{parameter}' parameter is required for this method."
    return DriveError(400, "required", text, parameter)
