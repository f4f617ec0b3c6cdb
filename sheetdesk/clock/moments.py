"""Moments as whole microseconds since 1970 in UTC, and back into what they came as.

pandas keeps times in several units; here everything is 64-bit integers of microseconds, with `NAT` for a
missing one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = ["EPOCH", "MICROS", "NAT", "Int", "Moments", "like", "micros", "numbers_like"]

Int = npt.NDArray[np.int64]
Moments = pd.Series | pd.DatetimeIndex | npt.NDArray[np.datetime64] | datetime | None
"""Aware moments: a column, an index, a numpy array (which is UTC), one moment, or a missing one."""

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
NAT: Final = int(np.iinfo(np.int64).min)
MICROS: Final = 60_000_000
"""Microseconds in a minute."""


def micros(moments: Any) -> Int:
    """The moments as microseconds, one long for a scalar. Raises ValueError for times without a zone."""
    if isinstance(moments, np.ndarray):
        utc = moments
    elif isinstance(moments, pd.Series | pd.DatetimeIndex):
        index = pd.DatetimeIndex(moments)
        if index.tz is None and not index.isna().all():
            raise ValueError("a column of moments needs a time zone")
        utc = np.asarray(index.tz_convert(None) if index.tz is not None else index)
    else:
        moment = pd.Timestamp(moments) if moments is not None else pd.NaT
        if not pd.isna(moment) and moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        utc = np.array([np.datetime64("NaT") if pd.isna(moment) else moment.tz_convert(None).to_datetime64()])
    return utc.astype("datetime64[us]").astype(np.int64)


def like(made: Int, *given: Any) -> Any:
    """Microseconds as moments in UTC, of the kind of the first of `given` that is a column or an array."""
    values = made.astype("datetime64[us]")
    for kind in given:
        if isinstance(kind, np.ndarray) and np.issubdtype(kind.dtype, np.datetime64):
            return values
        if isinstance(kind, pd.Series):
            return pd.Series(values, index=kind.index, name=kind.name).dt.tz_localize("UTC")
        if isinstance(kind, pd.DatetimeIndex):
            return pd.DatetimeIndex(values, name=kind.name).tz_localize("UTC")
    if len(values) != 1:
        return values
    return pd.NaT if np.isnat(values[0]) else pd.Timestamp(values[0]).tz_localize("UTC")


def numbers_like(made: npt.NDArray[Any], *given: Any) -> Any:
    """Numbers or truths as a Series beside one, as an array beside an array, else as one plain value."""
    for kind in given:
        if isinstance(kind, pd.Series):
            return pd.Series(made, index=kind.index, name=kind.name)
        if isinstance(kind, np.ndarray | pd.DatetimeIndex):
            return made
    return made[0].item() if len(made) == 1 else made
