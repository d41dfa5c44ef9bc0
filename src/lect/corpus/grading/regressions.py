"""The fits behind every classifier and rater here: convex, started at zero, so that there is no chance in them."""

from typing import Any

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import issparse
from scipy.sparse.linalg import LinearOperator, cg
from scipy.special import log_softmax

Floats = np.ndarray
_OPTIONS = {"maxiter": 1000, "ftol": 1e-12, "gtol": 1e-6}


def fit_softmax(rows: Any, gold: np.ndarray, classes: int, strength: float) -> Floats:
    """Return the weights of a logistic regression, float64 [feature + 1, class]; the last row is the bias.

    Least Σ −ln p(class) + ‖w‖² / (2 · `strength`), the bias free (scikit-learn's C), by L-BFGS. `rows` are [text,
    feature], sparse or dense; `gold` the number of each text's class.
    """
    columns, shape = _turned(rows), (rows.shape[1] + 1, classes)
    target = np.eye(classes)[gold]

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        said = log_softmax(rows @ weights[:-1] + weights[-1], axis=1)
        missing = np.exp(said) - target
        slope = np.vstack([columns @ missing + weights[:-1] / strength, missing.sum(axis=0)])
        penalty = float((weights[:-1] ** 2).sum()) / (2 * strength)
        return penalty - float(said[np.arange(len(gold)), gold].sum()), slope.reshape(-1)

    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", options=_OPTIONS)
    return np.asarray(found.x).reshape(shape)


def fit_ridge(rows: Any, values: Floats, strength: float) -> Floats:
    """Return the weights of a ridge regression, float64 [feature + 1]; the last is the bias, which is free.

    Least Σ (value − prediction)² + ‖w‖² / `strength`, by conjugate gradients on the centered rows, which are never
    made: only products with `rows` [text, feature], sparse or dense, are.
    """
    columns, texts = _turned(rows), len(values)
    center = np.asarray(rows.sum(axis=0), dtype=np.float64).reshape(-1) / texts
    mean = float(values.mean())

    def product(weights: Floats) -> Floats:
        said = rows @ weights - center @ weights
        return np.asarray(columns @ said - center * said.sum() + weights / strength)

    size = rows.shape[1]
    aim = columns @ (values - mean)  # the center meets residuals that add up to 0
    weights, _ = cg(LinearOperator((size, size), matvec=product, dtype=np.float64), aim, rtol=1e-6, maxiter=500)
    return np.append(weights, mean - center @ weights)


def _turned(rows: Any) -> Any:
    return rows.T.tocsr() if issparse(rows) else np.ascontiguousarray(rows.T)


def draw_layer(width: int, hidden: int, seed: int) -> Floats:
    """Return the starting weights of a hidden layer, N(0, 2 / width) with bias 0, float64 [width + 1, hidden]."""
    drawn = np.random.default_rng(seed).normal(0, np.sqrt(2 / width), (width, hidden))
    return np.vstack([drawn, np.zeros(hidden)])


def fit_perceptron(
    rows: Floats, gold: np.ndarray, classes: int, strength: float, layer: Floats
) -> tuple[Floats, Floats]:
    """Return the two layers of a perceptron with rectified units, [feature + 1, hidden] and [hidden + 1, class].

    The loss is that of `fit_softmax`, both layers penalized, by L-BFGS from the drawn `layer`; dense rows only. After
    Messmer et al. (2025), who train the same network by AdamW with dropout.
    """
    shapes, split = (layer.shape, (layer.shape[1] + 1, classes)), layer.size
    target, order = np.eye(classes)[gold], np.arange(len(gold))

    def loss(flat: Floats) -> tuple[float, Floats]:
        first, second = flat[:split].reshape(shapes[0]), flat[split:].reshape(shapes[1])
        units = np.maximum(rows @ first[:-1] + first[-1], 0)
        said = log_softmax(units @ second[:-1] + second[-1], axis=1)
        missing = np.exp(said) - target
        back = (missing @ second[:-1].T) * (units > 0)
        slopes = [rows.T @ back + first[:-1] / strength, back.sum(axis=0)[None]]
        slopes += [units.T @ missing + second[:-1] / strength, missing.sum(axis=0)[None]]
        penalty = float((first[:-1] ** 2).sum() + (second[:-1] ** 2).sum()) / (2 * strength)
        return penalty - float(said[order, gold].sum()), np.concatenate([one.reshape(-1) for one in slopes])

    start = np.concatenate([layer.reshape(-1), np.zeros(shapes[1][0] * classes)])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options=_OPTIONS | {"maxiter": 300})
    return found.x[:split].reshape(shapes[0]), found.x[split:].reshape(shapes[1])
