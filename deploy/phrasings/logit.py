"""A conditional logit: which of several is chosen, by what speaks for each."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize  # type: ignore[import-untyped]
from sklearn.feature_extraction import DictVectorizer  # type: ignore[import-untyped]

Numbers = NDArray[np.float64]


class Group(NamedTuple):
    """What may be chosen in one case: what speaks for each, and whether it is right."""

    evidence: Sequence[Mapping[str, float]]
    right: Sequence[bool]


def logit(groups: Sequence[Group]) -> dict[str, float]:
    """Return the weight of each feature, by which the right ones are likeliest."""
    table = DictVectorizer()
    rows = table.fit_transform([each for group in groups for each in group.evidence])
    sizes = [len(group.right) for group in groups]
    starts, groups_of = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(sizes)), sizes)
    right = np.array([is_so for group in groups for is_so in group.right])

    def loss(weights: Numbers) -> tuple[float, Numbers]:
        sums = rows @ weights
        powers = np.exp(sums - np.maximum.reduceat(sums, starts)[groups_of])
        total = np.add.reduceat(powers, starts)
        hit = np.add.reduceat(powers * right, starts)
        error = powers / total[groups_of] - powers * right / hit[groups_of]
        return float(np.log(total / hit).sum() + weights @ weights / 2), rows.T @ error + weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return dict(zip(map(str, table.get_feature_names_out()), map(float, found.x), strict=True))
