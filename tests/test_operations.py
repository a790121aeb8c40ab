"""Every implementation against the oracle on what the shipped fixtures leave out.

Each operation of a Wengert list stands in an equation, on both sides of zero; each activation
stands in networks with shared, missing and separate biases and shared weights, deep and uneven.
"""

from __future__ import annotations

from math import isfinite
from pathlib import Path

import pytest

from harness.agreement import Agreement, certify, compare, pairs
from harness.oracle import Oracle
from harness.reading import read_fixture, read_text
from harness.scenario.task import OPERATIONS, Quantity
from harness.witnesses import Witness, installed, load, question

EQUATIONS = """
document: {{id: operations, title: Every operation}}
scenarios:
  - id: all
    equations:
      - a = x + y + z
      - s = x - y*z
      - q = (x + 3)/(y - 4)
      - n = -(x*y)
      - p2 = (x - y)^2
      - p3 = z^3
      - pm = (y + 5)^(-2)
      - p0 = x^0
      - ph = (z*z + 1)^0.5
      - ex = exp(x - z)
      - lg = log(y*y + 1)
      - l10 = log10(z*z + 2)
      - sq = sqrt(x*x + 1)
      - ab = abs(x) + abs(y)
      - si = sin(3*x)
      - co = cos(2*y)
      - th = tanh(z)
      - sg = sigmoid(x) * sigmoid(-y)
      - re = relu(x) + relu(y) + relu(z)
      - mx = max(x, y*2, z)
      - mn = min(x*x, y, z*z)
      - e1 = expm1(x) + log1p(y*y)
      - tr = tan(x/3) + arctan(y)
      - hy = sinh(y) - cosh(z)
      - er = erf(x) + softplus(y) + softplus(-z)
      - si2 = silu(x) + silu(y) + silu(z)
      - ge = gelu(x) + gelu(y) + gelu_tanh(z) + gelu_tanh(y)
      - le = leaky_relu(x, 0.01) + leaky_relu(y, 0.01) + elu(z, 1) + elu(y, 0.5)
      - v = softmax([x, y, z])
      - m = [[x, y], [z, 1]] @ [y, z]
      - L = (a*s + q*n + p2*p3 + pm + ph + ex*lg + l10 + sq*ab + si*co + th*sg + re*mx + mn*p0
             + v[0]*v[2] + m[0]*m[1] + e1*tr + hy*er + si2*ge + le)/10
    values: {{x: {x}, y: {y}, z: {z}}}
    training: {{learning_rate: rate = 0.01, update: [x, y, z], loss: L}}
    claims:
      All:
        - L@1 = 0
        - L@7 = 0
        - z@2 = 0
"""
POINTS = {
    "all positive": {"x": "0.7", "y": "1.3", "z": "0.4"},
    "all negative": {"x": "-0.6", "y": "-1.1", "z": "-0.2"},
    "mixed": {"x": "1.9", "y": "-0.3", "z": "2.2"},
}
NETWORK = """
document: {{id: network, title: An uneven network}}
scenarios:
  - id: network
    network:
      inputs: [i1, i2, i3]
      layers:
        - units: [g1, g2]
          weights: [[a1, a2, a3], [a2, a4, a1]]
          biases: [b, b]
          activation: {activation}
        - {{units: [h1, h2, h3], weights: [[c1, c2], [c3, c4], [c5, c6]], activation: tanh}}
        - units: [o1, o2]
          weights: [[d1, d2, d3], [d4, d5, d6]]
          biases: [e1, e2]
          activation: {activation}
      targets: [t1, t2]
      loss: half squared error
    values: {{i1: 0.5, i2: -1.2, i3: 2, t1: 0.3, t2: -0.4, a1: 0.7, a2: 0.31, a3: 0.9, a4: -0.8, b: 0.2,
              c1: 0.4, c2: -0.5, c3: 1.1, c4: 0.21, c5: 0.35, c6: 0.6, d1: 0.3, d2: -0.7, d3: 0.8,
              d4: 1.3, d5: 0.1, d6: 0.05, e1: 0.15, e2: 0.25}}
    training:
      learning_rate: eta = 0.1
      update: [a1, a2, a3, a4, b, c1, c2, c3, c4, c5, c6, d1, d2, d3, d4, d5, d6, e1, e2]
    claims:
      All: [E_total@1 = 0, E_total@9 = 0, dE_total/di2 = 0, a1@3 = 0]
"""
#: In the first row one class is nearly certain.
CERTAIN_CLASS = """
document: {id: softmax, title: A certain class}
scenarios:
  - id: rows
    equations: ["Y = softmax(4*X, axis=1)", L = norm(Y)]
    values: {X: [[-1.96, -0.43, 1.25], [0.625, 0.02, -0.75]]}
    training: {learning_rate: 0.1, update: [X], loss: L}
    claims: {All: [dY/dX = dY/dX, L@2 = 0]}
"""
#: One output: its softmax is 1 and the loss 0, whatever the parameters are.
CONSTANT_LOSS = """
document: {id: constant, title: A constant loss}
scenarios:
  - id: one-output
    network:
      inputs: [x]
      layers: [{weights: [[w]], biases: [b], net: [z], out: [a], activation: tanh}]
      targets: [t]
      loss: {kind: softmax cross-entropy, total: L}
    values: {x: [-1.06], t: [1], w: -1.57, b: 1.75}
    training:
      learning_rate: 0.5
      update: [w, b]
      optimizer: {kind: momentum, momentum: 0.9, weight_decay: 0.01}
    claims: {All: [L@1 = 0, w@2 = 0, b@2 = 0]}
"""
#: Over whole arrays, and where a formula of less digits would show.
ARRAYS = {
    "pools": """
    equations: ["B = max_pool(Z, 2, stride=1)", "C = mean_pool(Z, 2)", L = sum(B^2) + sum(C)]
    values: {Z: [[1, 2, 0.5], [3, 4, 0.25], [-1, 0.1, 5]]}
""",
    # What is worked out for the oracle has to be worked out for all.
    "numbers in arrays": """
    equations:
      - "c = [0.30, w] - [0.29, w/2]"
      - "d = [1/3, 2/3*w] - [0.3333333, 0.6666666]"
      - "s = softmax([100.3, 100.1, w])"
      - "p = 0.3*0.1*[w, 0.7]*(1/3)"
      - "L = 0.30 - 0.29 + w*sum(c) + sum(d) + norm(s) + prod(p)"
    values: {w: 2}
""",
    "products": """
    equations: [y = prod(v), "z = prod(A, axis=0)", L = y + sum(z)]
    values: {v: [3.66, 2.25], A: [[0.31, 1.7], [0.77, 1.9], [1.3, 0.43]]}
""",
    "slopes": """
    equations:
      - a = expm1(v) + elu(v, 1)
      - b = elu(v, 0.5) + softplus(v)
      - c = log1p(u)
      - d = sinh(r)
      - g = cosh(r) + gelu_tanh(r/9)
      - L = sum(a) + sum(b) + sum(c) + sum(d) + sum(g)
    values:
      v: [-8, -3.7, 1.3, 19.28, -27, -0.001]
      u: [-0.41, -0.412, -0.00073, 0.37, 1.7]
      r: [-17.3, -0.3, 0.9, 18.1, 25.7]
""",
    "powers of 0": """
    equations: [a = z^0 + z^1, "b = v^0 - v^3", L = a + sum(b)]
    values: {z: 0, v: [0, 1.5]}
""",
    "a part is trained": """
    equations: ["L = sum((W @ x)^2)"]
    values: {W: [[0.1, 0.2], [-0.3, 0.4]], x: [1, 2]}
    training:
      learning_rate: 0.1
      update: ["W[0,1]"]
      loss: L
      optimizer: {kind: momentum, momentum: 0.9}
    claims: {All: [dL/dW@2 = dL/dW@2, W@2 = W@2]}
""",
    "one sample of an input is trained": """
    network:
      inputs: [x1, x2]
      layers: [{units: [h], weights: [[w1, w2]], biases: [b], activation: tanh}]
      targets: [t]
      loss: {kind: squared error, samples: sum}
    values: {x1: [0.5, -0.7], x2: [0.3, 0.9], t: [0.1, 0.6], w1: 0.4, w2: -0.8, b: 0.2}
    training:
      learning_rate: 0.1
      update: ["x1[1]", w1]
      optimizer: {kind: rmsprop, rho: 0.9, epsilon: 1e-8}
    claims: {All: [dE_total/dx1@2 = dE_total/dx1@2, x1@2 = x1@2]}
""",
    **{
        f"adam with beta1 {beta}": f"""
    equations: [L = w*x]
    values: {{w: 1}}
    training:
      learning_rate: 0.1
      update: [w]
      loss: L
      samples: {{x: [1000, 1, 0.001]}}
      optimizer: {{kind: adam, beta1: {beta}, beta2: 0.999, epsilon: 1e-8}}
    claims: {{All: [m_w@2 = 0, m_w@3 = 0, w@3 = 0]}}
"""
        for beta in ("0.01", "0.001", "0.3")
    },
}
#: One element of each has no finite value, or no finite slope; what is asked does not rest on it.
UNUSED = """
document: {id: unused, title: Elements that nothing uses}
scenarios:
  - id: unused
    equations:
      - a = sqrt(v)
      - b = 1/v
      - c = x/y
      - d = u^0.5
      - e = exp(z)
      - f = log(v)
      - L = a[1]*w + b[1] + c[1] + d[1] + e[1] + f[1]
    values: {v: [0, 3], x: [1, 2], y: [0, 2], u: [-1, 2], z: [1000, 0.2], w: 2}
    training: {learning_rate: 0.1, update: [v, w], loss: L}
    claims: {All: [dL/dv = dL/dv, dL/dx = dL/dx, dL/dy = dL/dy, dL/du = dL/du, dL/dz = dL/dz,
                   v@2 = v@2, w@2 = 0, dL/dv@1 = dL/dv@1]}
"""
#: Forward mode adds a slope of 1 and two small ones, one after the other.
TANGENTS = """
document: {id: tangents, title: Tangents are added up}
scenarios:
  - id: sums
    equations:
      - "y1 = (correlate(([v[3:], v[0:1], v[0:1]] / (1 + square([v[3:], v[0:1], v[0:1]]))), softmax([v[0:1]], axis=0), pad=1, stride=2)).T"
      - "y2 = ([y1[:,0], v[2:]] / (2 + sin([v[2:], y1[:,1]])))"
      - "L = sum(y1) + var(y2) + ((1 + square(y2[1,0]))^(-1))^3"
    values: {v: [0.26, -0.53, -0.07, -0.55]}
    claims: {All: [dL/dy1 = dL/dy1]}
"""
#: With the setting of those that have one.
ACTIVATIONS = [
    "sigmoid",
    "tanh",
    "relu",
    "identity",
    "softplus",
    "silu",
    "gelu",
    "gelu_tanh",
    "arctan",
    "leaky_relu\n          setting: 0.01",
    "elu\n          setting: 0.5",
    "softmax",
]


def _texts() -> dict[str, str]:
    texts = {name: EQUATIONS.format(**point) for name, point in POINTS.items()}
    for activation in ACTIVATIONS:
        texts[f"{activation.split()[0]} network"] = NETWORK.format(activation=activation)
    # One bias for all units of a softmax layer changes nothing: float64 has no digit of its gradient.
    texts |= {"certain class": CERTAIN_CLASS, "constant loss": CONSTANT_LOSS}
    texts["tangents"] = TANGENTS
    head = "document: {id: arrays, title: Arrays}\nscenarios:\n  - id: arrays"
    texts |= {name: head + text for name, text in ARRAYS.items()}
    texts["softmax network"] = texts["softmax network"].replace("[b, b]", "[b, a3]")
    return texts


@pytest.mark.parametrize("witness", [pytest.param(load(name), id=name) for name in installed()])
@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in _texts().items()])
def test_every_derivative_is_within_its_bound(text: str, witness: Witness, tmp_path: Path) -> None:
    if witness.run is None:
        pytest.skip(witness.reason or "")
    agreement = _agreement(text, witness, tmp_path)
    if agreement.status == "unsupported":
        pytest.skip(agreement.reason or "")
    assert agreement.status == "agrees", agreement.first_divergence or agreement.reason
    assert agreement.quantities == agreement.asked


@pytest.mark.parametrize("witness", [pytest.param(load(name), id=name) for name in installed()])
def test_an_element_that_nothing_uses_spoils_nothing(witness: Witness) -> None:
    if witness.run is None:
        pytest.skip(witness.reason or "")
    (chapter,) = read_text(UNUSED).chapters
    testimony = question(witness, chapter.scenario.task(chapter.asked()))
    agreement = compare(testimony, certify(Oracle(chapter.scenario), chapter.asked()))
    if agreement.status == "unsupported":
        pytest.skip(agreement.reason or "")
    assert agreement.status == "agrees", agreement.first_divergence or agreement.reason
    assert not agreement.unanswered
    assert {one.quantity.of[0] for one in agreement.undecided} <= {*"bcdef"}


def test_what_too_many_steps_would_have_to_tell_stays_without_an_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    jax_grad = pytest.importorskip("implementations.jax_grad")
    monkeypatch.setattr(jax_grad, "MOST_STEPS", 0)
    (chapter,) = read_text(UNUSED).chapters
    answers = jax_grad.run(chapter.scenario.task(chapter.asked()))
    assert Quantity("L", "v[0]") not in answers
    assert all(map(isfinite, answers.values()))
    assert Quantity("L") in answers


def _agreement(text: str, witness: Witness, folder: Path) -> Agreement:
    path = folder / "fixture.yaml"
    path.write_text(text, encoding="utf-8")
    chapter = read_fixture(path).chapters[0]
    computed = [
        step.result for step in chapter.scenario.computation.steps if "#" not in step.result
    ]
    position = chapter.scenario.computation.position
    every = [
        Quantity(of, by)
        for of in computed
        for by in [*chapter.scenario.given, *computed]
        if position.get(by, -1) <= position[of]
    ]
    asked = sorted({*chapter.asked(), *every}, key=chapter.scenario.order)
    testimony = question(witness, chapter.scenario.task(asked))
    certified = certify(Oracle(chapter.scenario), asked)
    assert not pairs([testimony], certified)
    return compare(testimony, certified)


def test_the_equations_use_every_operation(tmp_path: Path) -> None:
    path = tmp_path / "fixture.yaml"
    path.write_text(EQUATIONS.format(**POINTS["mixed"]), encoding="utf-8")
    steps = read_fixture(path).chapters[0].scenario.computation.steps
    assert {step.operation for step in steps} == OPERATIONS
