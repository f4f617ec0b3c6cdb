"""What the desk's tests share: a small desk file, and what is complained of in one."""

from __future__ import annotations

import pytest

from sheetdesk.desk.desk import Desk
from sheetdesk.desk.template import parse_desk
from sheetdesk.errors import Complaint, DeskInvalid

SMALL = """\
name: Small desk
zone: Asia/Shanghai
columns:
  - id
  - key: type
    choices: [Hardware, Software]
  - key: status
    choices: [New, Open, Resolved, Closed]
  - priority
  - impact
  - urgency
  - owner
  - satisfaction
"""


def small(more: str = "") -> Desk:
    """A desk of a few columns and what `more` adds."""
    return parse_desk(SMALL + more)


def complaints(text: str) -> tuple[Complaint, ...]:
    """What is wrong with a desk file."""
    with pytest.raises(DeskInvalid) as caught:
        parse_desk(text)
    return caught.value.complaints


def only(text: str) -> Complaint:
    """The one thing that is wrong with a desk file."""
    (complaint,) = complaints(text)
    return complaint
