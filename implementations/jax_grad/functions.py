"""Functions whose values or slopes lose digits in JAX somewhere, with all their digits.

What a slope is stands beside the value: ``jax.custom_jvp`` has JAX take that, instead of
differentiating the formula.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array, lax


@jax.custom_jvp
def expm1(x: Array) -> Array:
    """e^x - 1. The slope is e^x itself: expm1(x) + 1, which JAX has, loses its digits below 0."""
    return jnp.expm1(x)


@jax.custom_jvp
def log1p(x: Array) -> Array:
    """log(1 + x), of which log u x/(u - 1) makes good what rounding u = 1 + x has lost (Kahan);
    JAX's own is off by 100 last places near -0.4."""
    # Without a barrier the compiler takes x for u - 1.
    u: Array = lax.optimization_barrier(1 + x)  # type: ignore[no-untyped-call]  # JAX has no types for it
    return jnp.where(u == 1, x, jnp.log(u) * x / (u - 1))


@jax.custom_jvp
def sinh(x: Array) -> Array:
    """(e^x - e^-x)/2. JAX takes e^(x - log 2), of which the exponent is rounded."""
    half = jnp.exp(abs(x) / 2)  # its square may be out of range, and half of that within
    return jnp.where(abs(x) < 1, jnp.sinh(x), jnp.sign(x) * (half / 2 * half - 0.5 / half / half))


@jax.custom_jvp
def cosh(x: Array) -> Array:
    """(e^x + e^-x)/2, as ``sinh``."""
    half = jnp.exp(abs(x) / 2)
    return half / 2 * half + 0.5 / half / half


@jax.custom_jvp
def softplus(x: Array) -> Array:
    """log(1 + e^x). The slope is the sigmoid; JAX has e^(x - softplus(x)), a rounded exponent."""
    return jax.nn.softplus(x)


expm1.defjvps(lambda tangent, result, x: tangent * jnp.exp(x))
log1p.defjvps(lambda tangent, result, x: tangent / (1 + x))
sinh.defjvps(lambda tangent, result, x: tangent * cosh(x))
cosh.defjvps(lambda tangent, result, x: tangent * sinh(x))
softplus.defjvps(lambda tangent, result, x: tangent * jax.nn.sigmoid(x))


def elu(x: Array, factor: float) -> Array:
    """x above 0, factor (e^x - 1) below; the branch that is not taken stays finite."""
    return jnp.where(x > 0, x, factor * expm1(jnp.where(x > 0, 0, x)))


def power(x: Array, exponent: float) -> Array:
    """x^exponent: by multiplications where that is whole, so that x^0 has the slope 0 at 0 too."""
    if exponent.is_integer():
        return lax.integer_pow(x, int(exponent))
    return jnp.power(x, exponent)
