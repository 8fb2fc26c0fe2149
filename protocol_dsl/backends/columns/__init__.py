"""Criteria over a frame of features, as Polars expressions: `check_frame` judges a Polars, pandas or Arrow table."""

from protocol_dsl.backends.columns.checking import FrameError, check_frame, check_lazily

__all__ = ["FrameError", "check_frame", "check_lazily"]
