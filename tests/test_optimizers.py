"""Optimizers, activations and losses against the frameworks' own, called directly."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from harness.fixture import Chapter
from harness.oracle import Oracle
from harness.reading import read_fixture
from harness.reading.layout import LayerPart, LossKind
from harness.scenario.optimizers import KINDS, formulas
from harness.scenario.task import Quantity
from tests.test_docs import code, rows

UPDATES = 3
RATE = 0.125
START = {"p": 1.5, "q": -0.75}
LOSS = "p^2/2 + 2*q^2 + p*q/4 - p"
#: The settings of each kind, with all that a framework has; and with weight decay too.
SETTINGS: dict[str, dict[str, float | bool]] = {
    "gradient descent": {},
    "momentum": {"momentum": 0.9},
    "pytorch momentum": {"momentum": 0.9, "dampening": 0.25},
    "nesterov": {"momentum": 0.9},
    "adagrad": {"epsilon": 1e-3},
    "rmsprop": {"rho": 0.9, "epsilon": 1e-3},
    "adam": {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-3},
    "adamw": {"beta1": 0.9, "beta2": 0.99, "epsilon": 1e-3, "weight_decay": 0.1},
}
DECAY = {"weight_decay": 0.1}


def chapter(folder: Path, body: str) -> Chapter:
    path = folder / "f.yaml"
    path.write_text(
        f"document: {{id: d, title: t}}\nscenarios:\n  - id: s\n{body}", encoding="utf-8"
    )
    return read_fixture(path).chapters[0]


def exact(chapter: Chapter, *names: str, by: str | None = None, updates: int = 0) -> list[float]:
    """The floats nearest to what the oracle has."""
    run = Oracle(chapter.scenario).at(256)
    return [float(run.quantity(Quantity(name, by, updates)).mid()) for name in names]


def trained(folder: Path, kind: str, settings: dict[str, float | bool]) -> list[list[float]]:
    """p and q after each update."""
    given = "".join(f", {name}: {str(value).lower()}" for name, value in settings.items())
    found = chapter(
        folder,
        f"    equations: ['L = {LOSS}']\n    values: {{p: {START['p']}, q: {START['q']}}}\n"
        f"    training: {{learning_rate: {RATE}, update: [p, q], loss: L, optimizer: {{kind: {kind}{given}}}}}\n"
        "    claims: {A: [p@1 = 1]}\n",
    )
    return [exact(found, "p", "q", updates=k) for k in range(1, UPDATES + 1)]


def same(found: Any, wanted: Any) -> None:
    # The framework rounds some hundred times at 1e-16; another convention differs by 1e-4 and more.
    np.testing.assert_allclose(found, wanted, rtol=1e-12)


# PyTorch.


def torch_optimizer(torch: Any, kind: str, settings: dict[str, Any], parameters: Any) -> Any:
    """The optimizer of torch.optim that docs/optimizers.md names."""
    make = torch.optim
    decay = {"weight_decay": settings.get("weight_decay", 0)}
    match kind:
        case "gradient descent":
            return make.SGD(parameters, lr=RATE, **decay)
        case "pytorch momentum":
            chosen = {key: settings.get(key, 0) for key in ("momentum", "dampening")}
            return make.SGD(parameters, lr=RATE, **chosen, **decay)
        case "nesterov":
            return make.SGD(
                parameters, lr=RATE, momentum=settings["momentum"], nesterov=True, **decay
            )
        case "adagrad":
            return make.Adagrad(parameters, lr=RATE, eps=settings["epsilon"], **decay)
        case "rmsprop":
            return make.RMSprop(
                parameters, lr=RATE, alpha=settings["rho"], eps=settings["epsilon"], **decay
            )
        case "adam" | "adamw":
            betas = settings["beta1"], settings["beta2"]
            made = make.AdamW if kind == "adamw" else make.Adam
            return made(parameters, lr=RATE, betas=betas, eps=settings["epsilon"], **decay)
    raise AssertionError(kind)


def torch_run(kind: str, settings: dict[str, Any]) -> list[list[float]]:
    torch = pytest.importorskip("torch")
    p, q = (torch.tensor(START[name], dtype=torch.float64, requires_grad=True) for name in "pq")
    optimizer = torch_optimizer(torch, kind, settings, [p, q])
    found = []
    for _ in range(UPDATES):
        optimizer.zero_grad()
        (p**2 / 2 + 2 * q**2 + p * q / 4 - p).backward()
        optimizer.step()
        found.append([p.item(), q.item()])
    return found


@pytest.mark.parametrize("decay", [{}, DECAY], ids=["", "with decay"])
@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {"momentum"}))
def test_it_is_torchs(kind: str, decay: dict[str, float], tmp_path: Path) -> None:
    settings = SETTINGS[kind] | decay
    same(trained(tmp_path, kind, settings), torch_run(kind, settings))


def test_momentum_is_torchs_while_the_rate_is_one(tmp_path: Path) -> None:
    """The rate stands before the gradient alone: the same steps as long as the rate is the same."""
    same(trained(tmp_path, "momentum", {"momentum": 0.9}), torch_run("pytorch momentum", {"momentum": 0.9}))  # fmt: skip


# Optax.


def x64(jax: Any) -> Any:
    """JAX in float64; older versions have it elsewhere."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    from jax.experimental import enable_x64

    return enable_x64(True)


def optax_run(make: Any) -> list[list[float]]:
    jax, optax = pytest.importorskip("jax"), pytest.importorskip("optax")
    with x64(jax):
        values = {name: jax.numpy.asarray(value, dtype="float64") for name, value in START.items()}
        optimizer = make(optax)
        state = optimizer.init(values)
        slope = jax.grad(lambda v: v["p"] ** 2 / 2 + 2 * v["q"] ** 2 + v["p"] * v["q"] / 4 - v["p"])
        found = []
        for _ in range(UPDATES):
            updates, state = optimizer.update(slope(values), state, values)
            values = optax.apply_updates(values, updates)
            found.append([float(values["p"]), float(values["q"])])
    return found


INSIDE: dict[str, float | bool] = {"epsilon_inside": True}
BETAS = {"b1": 0.9, "b2": 0.99}
#: What docs/optimizers.md says of Optax: the harness's kind and settings, and Optax's.
OPTAX: list[tuple[str, dict[str, float | bool], Any]] = [
    ("gradient descent", {}, lambda o: o.sgd(RATE)),
    ("pytorch momentum", SETTINGS["momentum"], lambda o: o.sgd(RATE, momentum=0.9)),
    ("nesterov", SETTINGS["nesterov"], lambda o: o.sgd(RATE, momentum=0.9, nesterov=True)),
    (
        "rmsprop",
        SETTINGS["rmsprop"],
        lambda o: o.rmsprop(RATE, decay=0.9, eps=1e-3, eps_in_sqrt=False),
    ),
    ("rmsprop", SETTINGS["rmsprop"] | INSIDE, lambda o: o.rmsprop(RATE, decay=0.9, eps=1e-3)),
    (
        "adagrad",
        SETTINGS["adagrad"] | INSIDE,
        lambda o: o.adagrad(RATE, initial_accumulator_value=0, eps=1e-3),
    ),
    ("adam", SETTINGS["adam"], lambda o: o.adam(RATE, **BETAS, eps=1e-3)),
    ("adam", SETTINGS["adam"] | INSIDE, lambda o: o.adam(RATE, **BETAS, eps=0.0, eps_root=1e-3)),
    ("adamw", SETTINGS["adamw"], lambda o: o.adamw(RATE, **BETAS, eps=1e-3, weight_decay=0.1)),
]


@pytest.mark.parametrize(("kind", "settings", "make"), OPTAX)
def test_it_is_optaxs(kind: str, settings: dict[str, Any], make: Any, tmp_path: Path) -> None:
    same(trained(tmp_path, kind, settings), optax_run(make))


# The formulas themselves.


@cache
def by_hand(kind: str, inside: bool, corrected: bool, decays: bool) -> list[float]:
    """p after each update: the formulas as Python, for L = p^2."""
    lines = formulas(kind, inside, corrected, decays)
    names: dict[str, Any] = {
        "eta": RATE, "p": 1.5, "sqrt": np.sqrt, "dampened": 0.0, "beta1_t": 1.0, "beta2_t": 1.0,
        **dict.fromkeys(("velocity", "m", "v", "s"), 0.0), **SETTINGS[kind], **DECAY,
    }  # fmt: skip
    found = []
    for _ in range(UPDATES):
        names["g"] = 2 * names["p"]
        for line in lines:
            exec(line.replace("^", "**"), names)
        found.append(names["p"])
    return found


@pytest.mark.parametrize(
    ("kind", "inside", "corrected", "decays"),
    [
        (kind, inside, corrected, decays)
        for kind, what in KINDS.items()
        for inside in (False, True)[: 1 + ("epsilon" in what.settings)]
        for corrected in (True, False)[: 1 + ("beta1" in what.settings)]
        for decays in (False, True)
    ],
)
def test_the_oracle_follows_the_formulas(
    kind: str, inside: bool, corrected: bool, decays: bool, tmp_path: Path
) -> None:
    given = {key: value for key, value in SETTINGS[kind].items() if key != "weight_decay"}
    given |= DECAY if decays else {}
    given |= {"epsilon_inside": True} if inside else {}
    given |= {} if corrected else {"bias_correction": False}
    listed = "".join(f", {name}: {str(value).lower()}" for name, value in given.items())
    found = chapter(
        tmp_path,
        "    equations: [L = p^2]\n    values: {p: 1.5}\n"
        f"    training: {{learning_rate: {RATE}, update: [p], loss: L, optimizer: {{kind: {kind}{listed}}}}}\n"
        "    claims: {A: [p@1 = 1]}\n",
    )
    same(
        [exact(found, "p", updates=k)[0] for k in range(1, UPDATES + 1)],
        by_hand(kind, inside, corrected, decays),
    )


# docs/optimizers.md, docs/activations.md, docs/losses.md.

DOCS = Path(__file__).parents[1] / "docs"


def boxes() -> dict[str, list[list[str]]]:
    """The lines of the boxes below each heading of docs/optimizers.md."""
    found: dict[str, list[list[str]]] = {}
    text = (DOCS / "optimizers.md").read_text(encoding="utf-8")
    for part in re.split(r"^##+ ", text, flags=re.MULTILINE)[1:]:
        heading, _, rest = part.partition("\n")
        boxes = re.findall(r"^```\n(.*?)^```$", rest, re.MULTILINE | re.DOTALL)
        found[heading] = [box.splitlines() for box in boxes]
    return found


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_the_page_has_the_formulas(kind: str) -> None:
    assert boxes()[kind] == [formulas(kind, False, True, False)]


def test_the_page_says_what_settings_change() -> None:
    found = boxes()
    (coupled,), (own,) = found["weight_decay"]
    for kind in KINDS:
        assert formulas(kind, False, True, True) == [
            own if kind == "adamw" else coupled,
            *formulas(kind, False, True, False),
        ]
    assert found["epsilon_inside"] == [formulas("adam", True, True, False)[-1:]]
    for kind in ("adam", "adamw"):
        assert found["bias_correction"] == [formulas(kind, False, False, False)]


@pytest.mark.parametrize(
    ("page", "heading", "wanted"),
    [
        (
            "activations",
            "| activation | is | source |",
            LayerPart.model_fields["activation"].annotation,
        ),
        ("losses", "| loss | term of an output | source |", LossKind),
    ],
)
def test_the_page_names_each(page: str, heading: str, wanted: Any) -> None:
    listed = [code(row[0])[0] for row in rows(DOCS / f"{page}.md", heading)]
    assert sorted(listed) == sorted(get_args(wanted))


# Activations.

POINTS = [-30.0, -4.0, -1.25, -0.5, -1e-3, 1e-3, 0.5, 1.0, 3.5, 18.0]
SETTING = {"leaky_relu": 0.2, "elu": 1.5}
ACTIVATIONS = sorted(get_args(LayerPart.model_fields["activation"].annotation))


def activated(folder: Path, activation: str, points: list[float]) -> Chapter:
    """A layer of one unit, run on every point as a batch; softmax with 0.5 as the second unit."""
    setting = f", setting: {SETTING[activation]}" if activation in SETTING else ""
    if activation == "softmax":
        layer = "{units: [a, b], weights: [[w], [c]], activation: softmax}"
        rest, targets, more = (
            "{kind: squared error, outputs: sum, samples: sum}",
            "t, t",
            ", c: 0.5",
        )
    else:
        layer = f"{{units: [a], weights: [[w]], activation: {activation}{setting}}}"
        rest, targets, more = "{kind: squared error, samples: sum}", "t", ""
    return chapter(
        folder,
        f"    network: {{inputs: [x], layers: [{layer}], targets: [{targets}], loss: {rest}}}\n"
        f"    values: {{x: {points}, t: {[0] * len(points)}, w: 1{more}}}\n    claims: {{A: [w = 1]}}\n",
    )


@pytest.fixture(scope="module")
def of_the_harness(
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, list[tuple[float, float]]]:
    """Value and slope of each activation at every point."""
    found = {}
    for activation in ACTIVATIONS:
        made = activated(tmp_path_factory.mktemp("a"), activation, POINTS)
        run = Oracle(made.scenario).at(256)
        found[activation] = [
            tuple(
                float(run.quantity(Quantity(f"out_a[{k}]", by)).mid())
                for by in (None, f"net_a[{k}]")
            )
            for k in range(len(POINTS))
        ]
    return found


def torch_activations(functional: Any, torch: Any) -> dict[str, Any]:
    return {
        "identity": lambda z: z * 1,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": functional.relu,
        "leaky_relu": lambda z: functional.leaky_relu(z, 0.2),
        "elu": lambda z: functional.elu(z, 1.5),
        # beyond a threshold PyTorch takes z itself; see docs/activations.md
        "softplus": lambda z: functional.softplus(z, threshold=100),
        "silu": functional.silu,
        "gelu": functional.gelu,
        "gelu_tanh": lambda z: functional.gelu(z, approximate="tanh"),
        "arctan": torch.atan,
        "softmax": lambda z: functional.softmax(torch.stack([z, z.detach() / 2]), dim=0)[0],
    }


@pytest.mark.parametrize("activation", ACTIVATIONS)
# The harness's values are exact; the frameworks' functions have some last places off, and 1 - tanh^2
# and the like lose up to three digits at these points, which other formulas of a function do not
# imitate: the bounds proper are held in test_operations.py.
def test_an_activation_is_torchs(activation: str, of_the_harness: Any) -> None:
    torch = pytest.importorskip("torch")
    function = torch_activations(torch.nn.functional, torch)[activation]
    for point, (value, slope) in zip(POINTS, of_the_harness[activation], strict=True):
        z = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        out = function(z)
        out.backward()
        np.testing.assert_allclose([value, slope], [out.item(), z.grad.item()], rtol=1e-12, atol=1e-15)  # fmt: skip


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_an_activation_is_jaxs(activation: str, of_the_harness: Any) -> None:
    jax = pytest.importorskip("jax")
    nn = jax.nn
    functions: dict[str, Any] = {
        "identity": lambda z: z,
        "leaky_relu": lambda z: nn.leaky_relu(z, 0.2),
        "elu": lambda z: nn.elu(z, 1.5),
        "gelu": lambda z: nn.gelu(z, approximate=False),
        "gelu_tanh": lambda z: nn.gelu(z, approximate=True),
        "arctan": jax.numpy.arctan,
        "tanh": jax.numpy.tanh,
        "softmax": lambda z: nn.softmax(
            jax.numpy.stack([z, jax.lax.stop_gradient(z) / 2])
        )[0],
    }  # fmt: skip
    with x64(jax):
        function = jax.vmap(
            jax.value_and_grad(functions.get(activation) or getattr(nn, activation))
        )
        values, slopes = function(jax.numpy.asarray(POINTS, dtype="float64"))
        found = np.array(of_the_harness[activation])
        np.testing.assert_allclose(found[:, 0], values, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(found[:, 1], slopes, rtol=1e-12, atol=1e-15)


# Losses.

OUTS = [[0.2, 0.5, 0.9], [0.6, 0.3, 0.1]]  # two samples
TARGETS = [[1.0, 0.0, 0.0], [0.25, 0.25, 0.5]]
LOSSES = sorted(get_args(LossKind))


def loss_of_torch(
    torch: Any, kind: str, outs: Any, targets: Any, outputs: str, samples: str
) -> Any:
    """The loss as torch.nn.functional has it, its terms combined as ``outputs`` and ``samples`` say."""
    functional = torch.nn.functional
    combine = {"sum": torch.sum, "mean": torch.mean}
    match kind:
        case "half squared error":
            terms = functional.mse_loss(outs, targets, reduction="none") / 2
        case "squared error":
            terms = functional.mse_loss(outs, targets, reduction="none")
        case "absolute error":
            terms = functional.l1_loss(outs, targets, reduction="none")
        case "huber":
            terms = functional.huber_loss(outs, targets, reduction="none", delta=0.35)
        case "binary cross-entropy":
            terms = functional.binary_cross_entropy(outs, targets, reduction="none")
        case "cross-entropy":
            terms = -targets * outs.log()  # nll_loss has classes in place of shares
        case "softmax cross-entropy":
            whole = functional.cross_entropy(outs, targets, reduction="none")
            share = 1 if outputs == "sum" else outs.shape[1]
            return combine[samples](whole / share)
    return combine[samples](combine[outputs](terms, dim=1))


@pytest.mark.parametrize("samples", ["sum", "mean"])
@pytest.mark.parametrize("outputs", ["sum", "mean"])
@pytest.mark.parametrize("kind", LOSSES)
def test_a_loss_is_torchs(kind: str, outputs: str, samples: str, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    setting = ", setting: 0.35" if kind == "huber" else ""
    columns = list(zip(*OUTS, strict=True)), list(zip(*TARGETS, strict=True))
    values = ", ".join(
        f"{name}{k}: {list(column)}"
        for name, lists in zip("xt", columns, strict=True)
        for k, column in enumerate(lists)
    )
    found = chapter(
        tmp_path,
        "    network:\n      inputs: [x0, x1, x2]\n      layers:\n"
        "        - {net: [z0, z1, z2], out: [o0, o1, o2], activation: identity,\n"
        "           weights: [[one, nil, nil], [nil, one, nil], [nil, nil, one]]}\n"
        "      targets: [t0, t1, t2]\n"
        f"      loss: {{kind: {kind}, outputs: {outputs}, samples: {samples}{setting}}}\n"
        f"    values: {{{values}, one: 1, nil: 0}}\n    claims: {{A: [one = 1]}}\n",
    )
    outs = torch.tensor(OUTS, dtype=torch.float64, requires_grad=True)
    loss = loss_of_torch(
        torch, kind, outs, torch.tensor(TARGETS, dtype=torch.float64), outputs, samples
    )
    loss.backward()
    same(exact(found, "E_total"), [loss.item()])
    for (n, k), slope in np.ndenumerate(outs.grad.numpy()):
        np.testing.assert_allclose(
            exact(found, "E_total", by=f"o{k}[{n}]"), [slope], rtol=1e-12, atol=1e-15
        )


def test_where_a_part_of_an_array_is_trained_its_state_can_be_spoken_of(tmp_path: Path) -> None:
    trained = chapter(
        tmp_path,
        """
    equations: ["L = sum((W - 1)^2)"]
    values: {W: [[1, 2], [3, 4]]}
    training:
      learning_rate: eta = 0.1
      update: ["W[0,1]", "W[1,0]"]
      loss: L
      optimizer: {kind: momentum, momentum: 0.5}
    claims: {A: ["velocity_W[0,1]@1 = 0.2", "velocity_W[0,0]@1 = 0", "W[0,0]@1 = 1"]}
""",
    )
    oracle = Oracle(trained.scenario).at(64)
    values = [
        float(oracle.quantity(Quantity(name, None, 2)).mid())
        for name in ("velocity_W[0,1]", "velocity_W[1,0]", "velocity_W[0,0]", "W[0,0]")
    ]
    assert values == pytest.approx([0.26, 0.52, 0, 1])
