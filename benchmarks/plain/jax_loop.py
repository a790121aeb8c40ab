"""JAX: a jitted update, looped in a fori_loop."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from benchmarks.plain.numbers import B1, B2, INPUTS, RATE, TARGETS, W1, W2


def train(updates: int) -> float:
    jax.config.update("jax_enable_x64", True)
    x, t = jnp.array(INPUTS), jnp.array(TARGETS)

    def loss(weights: tuple[jax.Array, jax.Array]) -> jax.Array:
        w1, w2 = weights
        h = jax.nn.sigmoid(w1 @ x + B1)
        o = jax.nn.sigmoid(w2 @ h + B2)
        return 0.5 * jnp.sum((t - o) ** 2)

    def update(_: int, weights: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, jax.Array]:
        return jax.tree.map(lambda w, g: w - RATE * g, weights, jax.grad(loss)(weights))

    @jax.jit
    def run(weights: tuple[jax.Array, jax.Array]) -> jax.Array:
        return loss(jax.lax.fori_loop(0, updates, update, weights))

    return float(run((jnp.array(W1), jnp.array(W2))))
