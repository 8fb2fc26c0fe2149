"""What features are reduced over: windows, stretches and days, each made once from an anchor and edges."""

from __future__ import annotations

from attrs import frozen

from protocol_dsl.backends.names import identifier
from protocol_dsl.backends.prose import Prose
from protocol_dsl.ir.features import (
    Age,
    Answer,
    Feature,
    Given,
    Held,
    NamedAnchor,
    Occurs,
    OccursCount,
    Unsettled,
    Window,
)
from protocol_dsl.vocabulary.calendar import Duration

SCREENING = NamedAnchor("screening")


@frozen
class Span:
    """Something made from an anchor and edges: a `window`, a `stretch` (a state's whole time) or its own `day`."""

    kind: str
    window: Window
    recent: Duration | None = None


def span_of(feature: Feature) -> Span | None:
    """What a feature is reduced over; None for one that has no window."""
    node = feature.node
    match node:
        case Given() | Age() | Answer() | Unsettled(window=None):
            return None
        case Held():
            return Span("stretch", node.window, node.recent)
        case Occurs() | OccursCount() | Unsettled() if node.moment == "ongoing":
            assert node.window is not None  # without one nothing is ongoing
            return Span("day", Window(node.window.anchor, None, None))
        case _:
            assert node.window is not None
            return Span("window", node.window)


def span_name(span: Span, prose: Prose) -> str:
    """A legible name for a span ("within_the_2_months_before_screening")."""
    if span.kind == "day":
        return f"day_of_{identifier(prose.anchor(span.window.anchor))}"
    words = prose.window(span.window) or f"up_to_{prose.anchor(span.window.anchor)}"
    return identifier(f"held {words}" if span.kind == "stretch" else words)
