"""parameters: by what probabilities of words are made and combined. What is out of its range raises `ValueError`."""

import math
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Parameters:
    """The names and defaults are bogofilter's (`globals.h`).

    A word never seen makes spam with probability `robx`; that counts as much as `robs` messages with the word. Words
    within `min_dev` of 0.5 do not vote. `sp_esf` and `ns_esf` are effective size factors.
    """

    robs: float = 0.0178
    robx: float = 0.52
    min_dev: float = 0.375
    sp_esf: float = 1.0
    ns_esf: float = 1.0
    combiner: Literal["fisher", "robinson", "graham"] = "fisher"

    def __post_init__(self) -> None:
        for name in ("robs", "sp_esf", "ns_esf"):
            if not 0.0 < getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be above 0, not {getattr(self, name)}")
        if not 0.0 <= self.robx <= 1.0:
            raise ValueError(f"robx must be between 0 and 1, not {self.robx}")
        if not self.min_dev >= 0.0:
            raise ValueError(f"min_dev must be 0 or above, not {self.min_dev}")
