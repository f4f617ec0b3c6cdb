"""Which tickets each rule's condition holds for, as the rules before it left them."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from sheetdesk.desk.holds import Mask, holds, holds_all
from sheetdesk.rules.base import DeskRule
from sheetdesk.rules.draft import Draft

__all__ = ["Matching"]


class Matching:
    """All conditions are asked of all tickets once; then each again of those that have changed since."""

    def __init__(self, draft: Draft, rules: Sequence[DeskRule]) -> None:
        self._draft = draft
        self._settled = len(draft.moved)
        asked = [rule for rule in rules if rule.spec is not None]
        conditions = [rule.spec.when for rule in asked if rule.spec is not None]
        columns, zone = draft.desk.tickets.columns, draft.desk.zone
        masks = holds_all(conditions, draft.whole, columns, me=None, zone=zone)
        self._masks = {rule.key: mask for rule, mask in zip(asked, masks, strict=True)}

    def of(self, rule: DeskRule) -> Mask:
        """Row by row of the draft whether the rule's condition holds now."""
        draft, mask = self._draft, self._masks[rule.key]
        changed = list(dict.fromkeys(draft.moved[self._settled :]))
        if not changed or rule.spec is None:
            return mask
        places = draft.whole.index.get_indexer(pd.Index(changed))
        mask = mask.copy()
        rows, columns = draft.whole.iloc[places], draft.desk.tickets.columns
        mask[places] = holds(rule.spec.when, rows, columns, me=None, zone=draft.desk.zone)
        return mask
