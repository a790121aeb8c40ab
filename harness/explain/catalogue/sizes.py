"""The sizes that modules of the catalogue share: of scenarios, and of mistakes."""

from __future__ import annotations

from typing import Final

#: A scenario with more operations is not computed anew with something in it made otherwise.
MOST_STEPS: Final = 400
#: What the size of a mistake grows by where the gradients follow it too, or where they do not.
MORE: Final = 0.05
