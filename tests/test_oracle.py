"""The oracle against a second certified route, against fractions, and against floats.

The oracle runs a Wengert list forward, then backward with a table of slopes. The route here
shares none of that: it runs forward only, in truncated Taylor series. One quantity is moved by t,
and the coefficient of t in another is the derivative of the second by the first.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import mpmath
import pytest
from flint import arb, arb_series, ctx, fmpq
from hypothesis import given
from hypothesis import strategies as st

from harness.notation import parse_equation, parse_expression
from harness.notation.syntax import Derivative, Name
from harness.oracle import FIRST_BITS, Oracle
from harness.oracle.balls import SLOPES, VALUES
from harness.oracle.program import FLOAT64, Rounding
from harness.reading import read_fixture
from harness.scenario.computation import Computation, Equation, compute, in_order
from harness.scenario.optimizers import gradient_descent
from harness.scenario.scenario import Scenario
from harness.scenario.task import OPERATIONS, WITH_CONSTANT, Quantity, Step, Training
from harness.shipped import shipped_fixtures
from harness.verdicts.decimals import shown
from harness.verdicts.values import Values

BITS = 192
#: Of the 192 bits that both routes work with, this many survive in every quantity compared.
CERTAIN_BITS = 128


def scenario(
    equations: Sequence[str],
    values: Mapping[str, Fraction | int | str],
    training: Training | None = None,
) -> Scenario:
    given_values = {name: Fraction(value) for name, value in values.items()}
    parsed = []
    names = {text.partition("=")[0].strip() for text in equations} | given_values.keys()
    for text in equations:
        subject, expression = parse_equation(text, names)
        parsed.append((subject.name, expression))
    ordered, circle = in_order([Equation(*pair) for pair in parsed])
    assert not circle
    computation = compute(ordered, dict.fromkeys(given_values, ()))
    return Scenario("test", tuple(ordered), computation, given_values, (), None, training, {})


# The second route


def _decided(ball: arb, *cases: tuple[bool, Any]) -> Any:
    for holds, result in cases:
        if holds:
            return result
    raise AssertionError(f"a kink: {ball}")


def _larger(a: arb_series, b: arb_series) -> arb_series:
    return _decided(a[0] - b[0], *_tie(a, b), (a[0] > b[0], a), (a[0] < b[0], b))


def _smaller(a: arb_series, b: arb_series) -> arb_series:
    return _decided(a[0] - b[0], *_tie(a, b), (a[0] < b[0], a), (a[0] > b[0], b))


def _tie(a: arb_series, b: arb_series) -> list[tuple[bool, Any]]:
    """At an exact tie there is a value, and any slope between the two."""
    return [((a[0] - b[0]).is_zero(), arb_series([a[0], a[1].union(b[1])]))]


def _reduced(pick: Callable[[Any, Any], Any], operands: Sequence[arb_series]) -> arb_series:
    top = operands[0]
    for operand in operands[1:]:
        top = pick(top, operand)
    return top


def _series_power(base: arb_series, exponent: Fraction) -> arb_series:
    if exponent.denominator == 1:
        power = arb_series([1])
        for _ in range(abs(exponent.numerator)):
            power = power * base
        return power if exponent >= 0 else 1 / power
    return (base.log() * fmpq(exponent.numerator, exponent.denominator)).exp()


def _bent(a: arb_series) -> arb_series:
    return (2 / arb.pi()).sqrt() * (a + arb("0.044715") * a * a * a)


SERIES: dict[str, Callable[..., arb_series]] = {
    "add": lambda *operands: _reduced(lambda a, b: a + b, operands),
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negate": lambda a: -a,
    "power": _series_power,
    "exp": lambda a: a.exp(),
    "log": lambda a: a.log(),
    "sqrt": lambda a: a.sqrt(),
    "abs": lambda a: _larger(a, -a),
    "sin": lambda a: a.sin(),
    "cos": lambda a: a.cos(),
    "tanh": lambda a: (a.exp() - (-a).exp()) / (a.exp() + (-a).exp()),
    "sigmoid": lambda a: 1 / (1 + (-a).exp()),
    "expm1": lambda a: a.exp() - 1,
    "log1p": lambda a: (1 + a).log(),
    "tan": lambda a: a.sin() / a.cos(),
    "arctan": lambda a: a.atan(),
    "sinh": lambda a: (a.exp() - (-a).exp()) / 2,
    "cosh": lambda a: (a.exp() + (-a).exp()) / 2,
    "erf": lambda a: a.erf(),
    "softplus": lambda a: (1 + a.exp()).log(),
    "silu": lambda a: a / (1 + (-a).exp()),
    "gelu": lambda a: a * (1 + (a / arb(2).sqrt()).erf()) / 2,
    "gelu_tanh": lambda a: a / (1 + (-2 * _bent(a)).exp()),
    "leaky_relu": lambda a, c: _larger(a, arb_series([0])) + _smaller(c * a, arb_series([0])),
    "elu": lambda a, c: _decided(a[0], (a[0] > 0, a), (a[0] < 0, c * (a.exp() - 1))),
    "relu": lambda a: _larger(a, arb_series([0])),
    "max": lambda *operands: _reduced(_larger, operands),
    "min": lambda *operands: _reduced(_smaller, operands),
}


@dataclass
class SeriesRoute:
    """A scenario evaluated forward only, in series of two terms."""

    scenario: Scenario
    bits: int = BITS
    trained: dict[int, dict[str, arb]] = field(default_factory=dict)

    def quantity(self, quantity: Quantity) -> arb:
        with ctx.workprec(self.bits):
            givens = self.after(quantity.updates)
            series = self.forward(givens, quantity.by)[quantity.of]
            return series[0] if quantity.by is None else series[1]

    def forward(self, givens: Mapping[str, arb], moved: str | None) -> dict[str, arb_series]:
        ctx.cap = 2
        known = {name: arb_series([value, int(name == moved)]) for name, value in givens.items()}
        for step in self.scenario.computation.steps:
            value = self.result(step, known)
            known[step.result] = arb_series([value[0], 1]) if step.result == moved else value
        return known

    def result(self, step: Step, known: Mapping[str, arb_series]) -> arb_series:
        if step.operation not in WITH_CONSTANT:
            return SERIES[step.operation](*(known[name] for name in step.operands))
        constant = self.constants[step.operands[1]]
        if step.operation == "power":
            return _series_power(known[step.operands[0]], constant)
        ball = fmpq(constant.numerator, constant.denominator)
        return SERIES[step.operation](known[step.operands[0]], ball)

    @property
    def constants(self) -> Mapping[str, Fraction]:
        return {**self.scenario.computation.constants, **self.scenario.values}

    def after(self, updates: int) -> dict[str, arb]:
        if updates not in self.trained:
            self.trained[updates] = self.train(updates)
        return self.trained[updates]

    def train(self, updates: int) -> dict[str, arb]:
        givens = _balls({**self.scenario.values, **self.scenario.computation.constants})
        for made in range(updates):
            givens = self.updated(givens)
            training = self.scenario.training
            assert training is not None
            givens |= _balls(self.scenario.schedule.at(made + 1, training.learning_rate))
        return givens

    def updated(self, givens: Mapping[str, arb]) -> dict[str, arb]:
        """All that is given after one more update: the optimizer's rule for each parameter."""
        training = self.scenario.training
        assert training is not None
        after = dict(givens)
        for place, parameter in enumerate(training.parameters):
            own = {f"{word}#": names[place] for word, names in training.optimizer.state.items()}
            own["parameter#"] = parameter
            known = {name: arb_series([value]) for name, value in givens.items()}
            known |= {role: known[name] for role, name in own.items()}
            known["gradient#"] = arb_series([self.forward(givens, parameter)[training.loss][1]])
            for step in training.rule.steps:
                known[step.result] = self.result(step, known)
            after |= {name: known[training.rule.new[role]][0] for role, name in own.items()}
        return after


def _balls(exact: Mapping[str, Fraction]) -> dict[str, arb]:
    return {name: arb(fmpq(v.numerator, v.denominator)) for name, v in exact.items()}


def assert_same(ours: arb, other: arb, quantity: object, bits: int = CERTAIN_BITS) -> None:
    """Both enclosures are tight, and they have a point in common.

    Tight means relative to the value, or absolutely: 1 - tanh(36)^2 is tiny by cancellation.
    """
    for ball in (ours, other):
        assert ball.is_finite(), quantity
        tight = ball.is_zero() or ball.rel_accuracy_bits() >= bits
        assert tight or ball.rad() < arb(2) ** -bits, (quantity, ball)
    assert ours.overlaps(other), (quantity, ours, other)


# Shipped documents

FIXTURES = [read_fixture(path) for path in shipped_fixtures()]
ASKED = [
    pytest.param(chapter, id=f"{fixture.document.id}/{chapter.scenario.id}")
    for fixture in FIXTURES
    for chapter in fixture.chapters
    if chapter.asked()
]


@pytest.mark.parametrize("chapter", ASKED)
def test_every_quantity_the_document_asks_for_agrees_with_the_series(chapter: Any) -> None:
    oracle = Oracle(chapter.scenario)
    # Balls grow with every update, for XOR by some bits; both are tight with enough of them.
    bits = BITS if chapter.scenario.id not in {"xor", "xor-frozen-biases"} else 4096
    route = SeriesRoute(chapter.scenario, bits)
    asked = chapter.asked()
    if chapter.scenario.training:
        asked += [replace(quantity, updates=1) for quantity in asked if not quantity.updates]
    for quantity in asked:
        ours, other = oracle.at(bits).quantity(quantity), route.quantity(quantity)
        if _wide(other):
            assert _wide(ours), (quantity, ours)  # at a kink no slope is certain
        else:
            assert_same(ours, other, quantity)


ONE_NEURON = scenario(
    ["z = w*x + b", "a = sigmoid(z)", "L = 1/2*(y - a)^2"],
    {"x": "0.5", "y": "0.9", "w": "0.3", "b": "0.1", "eta": "0.1"},
    gradient_descent("L", "eta", ("w", "b")),
)


def test_10000_updates_agree_with_the_series() -> None:
    route = SeriesRoute(ONE_NEURON)
    with ctx.workprec(BITS):
        trained = route.after(10_000)
        ours = Oracle(ONE_NEURON).at(BITS)
        for name in ("w", "b"):
            assert_same(ours.quantity(Quantity(name, None, 10_000)), trained[name], name)
        loss = route.forward(trained, "w")["L"]
    assert_same(ours.quantity(Quantity("L", None, 10_000)), loss[0], "L@10000")
    assert_same(ours.quantity(Quantity("L", "w", 10_000)), loss[1], "dL/dw@10000")


# Random computations

INPUTS = ("p", "q", "r")
ARITY = {"add": (2, 4), "max": (2, 3), "min": (2, 3)} | dict.fromkeys(
    ("subtract", "multiply", "divide"), (2, 2)
)


@st.composite
def computations(
    draw: st.DrawFn, operations: Sequence[str] = tuple(sorted(OPERATIONS))
) -> Scenario:
    """A short random Wengert list in which any step may use any earlier result."""
    numbers = st.fractions(-3, 3, max_denominator=64)
    values = {name: draw(numbers) for name in INPUTS}
    constants: dict[str, Fraction] = {}
    steps: list[Step] = []
    for place in range(draw(st.integers(1, 8))):
        operation = draw(st.sampled_from(operations))
        known = [*INPUTS, *(step.result for step in steps)]
        least, most = ARITY.get(operation, (1, 1))
        operands = draw(st.lists(st.sampled_from(known), min_size=least, max_size=most))
        if operation in WITH_CONSTANT:
            exponents = [-2, -1, 0, 1, 2, 3, 5, Fraction(1, 2), Fraction(3, 2)]
            slopes = [Fraction(1, 100), Fraction(1, 4), 1, 2]
            constant = draw(st.sampled_from(exponents if operation == "power" else slopes))
            constants[str(constant)] = Fraction(constant)
            operands.append(str(constant))
        steps.append(Step(f"s{place}", operation, tuple(operands)))
    names = [*INPUTS, *constants, *(step.result for step in steps)]
    computation = Computation(tuple(steps), constants, dict.fromkeys(names, ()), ())
    training = gradient_descent(steps[-1].result, "r", ("p", "q"))
    return Scenario("random", (), computation, values, (), None, training, {})


def _regular(route: SeriesRoute, quantity: Quantity) -> arb | None:
    """What the second route encloses; None where there is no value, and where it encloses several,
    as at a kink."""
    try:
        ball = route.quantity(quantity)
    except (AssertionError, ZeroDivisionError, ValueError):
        return None
    return ball if ball.is_finite() and not _wide(ball) else None


def _wide(ball: arb) -> bool:
    return bool(ball.rad() > arb(2) ** -20 * (1 + abs(ball.mid())))


@given(computations())
def test_random_computations_agree_with_the_series(drawn: Scenario) -> None:
    oracle, route = Oracle(drawn), SeriesRoute(drawn)
    results = [step.result for step in drawn.computation.steps]
    asked = [Quantity(of) for of in results]
    asked += [Quantity(of, by) for of in results for by in (*INPUTS, *results)]
    asked += [Quantity(name, None, 1) for name in ("p", "q", *results)]
    asked += [Quantity(results[-1], by, 1) for by in INPUTS]
    for quantity in asked:
        other = _regular(route, quantity)
        if other is not None:
            ours = oracle.at(BITS).quantity(quantity)
            # Where the second route has a value, ours may still have none (0 * log 0 on another
            # branch), but never another one.
            assert not ours.is_finite() or ours.overlaps(other), (quantity, ours, other)
            if _steep(drawn, oracle) or not _smooth(drawn, route):
                continue
            assert_same(ours, other, quantity, bits=64)


def _steep(drawn: Scenario, oracle: Oracle) -> bool:
    """Whether some value is so large, so small or so undefined that relative accuracy is lost."""
    run = oracle.at(BITS)
    balls = [
        run.quantity(Quantity(step.result, None, updates))
        for step in drawn.computation.steps
        for updates in (0, 1)
    ]
    return not all(
        ball.is_finite() and (ball.is_zero() or 2**-20 < abs(ball) < 2**20) for ball in balls
    )


def _smooth(drawn: Scenario, route: SeriesRoute) -> bool:
    """Whether every step has a slope by each of its operands: the root of 0 has none."""
    slopes = [
        Quantity(step.result, operand, updates)
        for step in drawn.computation.steps
        for operand in step.operands[: 1 if step.operation in WITH_CONSTANT else None]
        for updates in (0, 1)
    ]
    return all(_regular(route, slope) is not None for slope in slopes)


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_has_its_value_and_slope(operation: str) -> None:
    operands = ("p", "q") if operation in ARITY else ("p",)
    constants = {"3": Fraction(3)} if operation in WITH_CONSTANT else {}
    step = Step("y", operation, (*operands, *constants))
    names = ["p", "q", *constants, "y"]
    drawn = Scenario(
        "one step",
        (),
        Computation((step,), constants, dict.fromkeys(names, ()), ("y",)),
        {"p": Fraction(7, 5), "q": Fraction(2, 3)},
        (),
        None,
        None,
        {},
    )
    for quantity in (Quantity("y"), *(Quantity("y", name) for name in operands)):
        ours = Oracle(drawn).at(BITS).quantity(quantity)
        assert_same(ours, SeriesRoute(drawn).quantity(quantity), quantity)


def test_the_two_routes_have_the_same_operations_and_no_derivation_in_common() -> None:
    assert set(SERIES) == set(VALUES) == OPERATIONS
    assert set(SLOPES) < OPERATIONS  # the table that the series do without


# Fractions

RATIONAL = ("add", "subtract", "multiply", "divide", "negate", "power", "abs", "max", "min", "relu")


def _holds(ball: arb, value: Fraction) -> bool:
    """Whether a ball contains a fraction, as 4,096 bits tell it."""
    with ctx.workprec(4096):
        return bool(ball.overlaps(arb(fmpq(value.numerator, value.denominator))))


def _in_fractions(drawn: Scenario) -> dict[str, Fraction | None]:
    known: dict[str, Fraction | None] = {**drawn.values}
    for step in drawn.computation.steps:
        names = step.operands[:1] if step.operation == "power" else step.operands
        operands = [known[name] for name in names]
        value: Fraction | None = None
        if all(operand is not None for operand in operands):
            value = _python(step, operands, drawn.computation.constants)
        known[step.result] = value
    return known


def _python(step: Step, operands: Sequence[Any], constants: Mapping[str, Fraction]) -> Any:
    try:
        match step.operation:
            case "power":
                exponent = constants[step.operands[1]]
                return operands[0] ** int(exponent) if exponent.denominator == 1 else None
            case "add":
                return sum(operands)
            case "relu":
                return max(operands[0], Fraction(0))
            case "max" | "min" | "abs":
                return {"max": max, "min": min, "abs": lambda *a: abs(*a)}[step.operation](
                    *operands
                )
            case "negate":
                return -operands[0]
            case _:
                a, b = operands
                return {
                    "subtract": lambda: a - b,
                    "multiply": lambda: a * b,
                    "divide": lambda: a / b,
                }[step.operation]()
    except ZeroDivisionError:
        return None


@given(computations(RATIONAL))
def test_fractions_are_those_of_python_and_lie_in_the_balls(drawn: Scenario) -> None:
    oracle = Oracle(drawn)
    for name, expected in _in_fractions(drawn).items():
        assert oracle.fraction(Name(name)) == expected
        if expected is not None:
            assert _holds(oracle.at(64).quantity(Quantity(name)), expected)


@given(computations(RATIONAL))
def test_fractions_of_derivatives_lie_in_the_balls(drawn: Scenario) -> None:
    oracle, last = Oracle(drawn), drawn.computation.steps[-1].result
    for name in INPUTS:
        slope = oracle.fraction(Derivative(Name(last), Name(name)))
        if slope is not None:
            assert _holds(oracle.at(64).quantity(Quantity(last, name)), slope)


@given(computations())
def test_a_value_that_is_no_fraction_has_none_and_raises_nothing(drawn: Scenario) -> None:
    oracle = Oracle(drawn)
    for step in drawn.computation.steps:
        for node in (Name(step.result), *(Derivative(Name(step.result), Name(n)) for n in INPUTS)):
            value = oracle.fraction(node)
            assert value is None or isinstance(value, Fraction)


@pytest.mark.parametrize(
    ("equation", "slope"),
    [
        ("y = w*sigmoid(x)", None),
        ("y = w*x + sin(v)", Fraction(1, 8)),
        ("y = 3*x^2", Fraction(3)),
        ("y = abs(x)", Fraction(1)),
        ("y = x^1000000000", None),
    ],
)
def test_the_fraction_of_a_derivative_beside_what_is_no_fraction(
    equation: str, slope: Fraction | None
) -> None:
    drawn = scenario([equation], {"w": "1/8", "x": "1/2", "v": 1})
    assert Oracle(drawn).fraction(Derivative(Name("y"), Name("x"))) == slope


# mpmath


def test_balls_contain_what_mpmath_computes() -> None:
    values = {"x": "0.7", "w": "-1.3", "b": "0.25"}
    drawn = scenario(["y = exp(sin(w*x))*log(x + 2) - tanh(b)/sqrt(x) + cos(w)^3"], values)
    with mpmath.workdps(60):
        x, w, b = (mpmath.mpf(values[name]) for name in ("x", "w", "b"))

        def y(x: Any) -> Any:
            bent = mpmath.exp(mpmath.sin(w * x)) * mpmath.log(x + 2)
            return bent - mpmath.tanh(b) / mpmath.sqrt(x) + mpmath.cos(w) ** 3

        value, slope = y(x), mpmath.diff(y, x)
    with ctx.workprec(BITS):
        run = Oracle(drawn).at(BITS)
        for ball, expected, digits in (
            (run.quantity(Quantity("y")), value, 55),
            (run.quantity(Quantity("y", "x")), slope, 25),
        ):
            assert ball.overlaps(arb(mpmath.nstr(expected, 60)) + arb(0, arb(10) ** -digits))


# Precision


def test_a_value_that_needs_400_bits_gets_them() -> None:
    drawn = scenario(["y = exp(x) - 1 - x"], {"x": "1e-100"})  # 1/2 e-200: 128 bits see nothing
    oracle = Oracle(drawn)
    assert oracle.at(FIRST_BITS).quantity(Quantity("y")).contains(0)
    assert shown(Values(oracle).value(Name("y"))) == "5.000000000000000000000000e-201"


def test_more_bits_give_a_narrower_ball_inside_the_wider_one() -> None:
    oracle = Oracle(ONE_NEURON)
    for quantity in (Quantity("L"), Quantity("L", "w"), Quantity("w", None, 3)):
        wide, narrow = (oracle.at(bits).quantity(quantity) for bits in (128, 512))
        assert wide.overlaps(narrow)
        assert narrow.rad() * 2**300 < wide.rad()


# Values that do not exist


@pytest.mark.parametrize(
    ("equation", "x"),
    [
        ("y = 1/x", 0),
        ("y = x/x", 0),
        ("y = log(x)", 0),
        ("y = log(x)", -1),
        ("y = sqrt(x)", -1),
        ("y = x^-1", 0),
        ("y = x^(1/3)", -8),
        ("y = exp(x)", 10**30),
        ("y = exp(exp(exp(x)))", 100),
        ("y = max(log(x), 1)", 0),
    ],
)
def test_a_value_that_does_not_exist_is_a_ball_that_is_not_finite(equation: str, x: int) -> None:
    oracle = Oracle(scenario([equation], {"x": x}))
    for quantity in (Quantity("y"), Quantity("y", "x")):
        assert not oracle.at(FIRST_BITS).quantity(quantity).is_finite()
        assert not oracle.rounded.quantity(quantity).is_finite()
    assert oracle.fraction(Name("y")) is None
    assert oracle.fraction(Derivative(Name("y"), Name("x"))) is None


@pytest.mark.parametrize(
    ("equation", "x"), [("y = 0*log(x)", 0), ("y = x^1.5", 0), ("y = sqrt(x)", 0)]
)
def test_at_the_edge_of_a_domain_nothing_is_raised(equation: str, x: int) -> None:
    oracle = Oracle(scenario([equation], {"x": x}))
    for quantity in (Quantity("y"), Quantity("y", "x")):
        oracle.at(FIRST_BITS).quantity(quantity)
        oracle.rounded.quantity(quantity)


@pytest.mark.parametrize("net", [800, -800])
def test_a_saturated_sigmoid_has_its_exact_value_and_slope(net: int) -> None:
    drawn = scenario(["y = sigmoid(z)"], {"z": net})
    run = Oracle(drawn).at(4096)
    route = SeriesRoute(drawn, 4096)
    for quantity in (Quantity("y"), Quantity("y", "z")):
        assert_same(run.quantity(quantity), route.quantity(quantity), quantity, bits=1024)
    assert 0 < run.quantity(Quantity("y", "z")) < arb(10) ** -340


def test_what_overflows_float64_has_an_exact_value_and_no_bound() -> None:
    oracle = Oracle(scenario(["y = exp(x)", "z = 1/y"], {"x": 800}))
    assert oracle.at(FIRST_BITS).quantity(Quantity("y")).is_finite()
    assert not oracle.rounded.quantity(Quantity("y")).is_finite()


# Kinks


@pytest.mark.parametrize(
    ("equation", "low", "high"),
    [
        ("y = relu(x)", 0, 1),
        ("y = abs(x)", -1, 1),
        ("y = max(x, 0)", 0, 1),
        ("y = min(x, 2*x)", 1, 2),
        ("y = max(x, -x, 3*x)", -1, 3),
        ("y = relu(3*x)", 0, 3),
    ],
)
def test_at_a_kink_the_derivative_covers_the_slopes_of_both_sides(
    equation: str, low: int, high: int
) -> None:
    oracle = Oracle(scenario([equation], {"x": 0}))
    assert oracle.at(FIRST_BITS).quantity(Quantity("y")).is_zero()
    slope = oracle.at(FIRST_BITS).quantity(Quantity("y", "x"))
    assert slope.contains(low)
    assert slope.contains(high)
    assert oracle.fraction(Derivative(Name("y"), Name("x"))) is None


@pytest.mark.parametrize("x", ["1e-40", "-1e-40"])
def test_beside_a_kink_the_derivative_is_that_of_one_side(x: str) -> None:
    oracle = Oracle(scenario(["y = relu(x)"], {"x": x}))
    expected = 1 if Fraction(x) > 0 else 0
    assert oracle.at(FIRST_BITS).quantity(Quantity("y", "x")) == expected


# Rounding


def _float_bent(a: float) -> float:
    return math.sqrt(2 / math.pi) * (a + 0.044715 * a**3)


def _float_silu_slope(a: float) -> float:
    s = FLOATS["sigmoid"](a)
    return s * (1 + a * (1 - s))


def _float_gelu_tanh_slope(a: float) -> float:
    t = math.tanh(_float_bent(a))
    bend = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * a * a)
    return 0.5 * (1 + t) + 0.5 * a * (1 - t * t) * bend


FLOATS: dict[str, Callable[..., float]] = {
    "subtract": lambda a, b: a - b,
    "multiply": lambda a, b: a * b,
    "divide": lambda a, b: a / b,
    "negate": lambda a: -a,
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "abs": abs,
    "sin": math.sin,
    "cos": math.cos,
    "tanh": math.tanh,
    "sigmoid": lambda a: 1 / (1 + math.exp(-a)),
    "expm1": math.expm1,
    "log1p": math.log1p,
    "tan": math.tan,
    "arctan": math.atan,
    "sinh": math.sinh,
    "cosh": math.cosh,
    "erf": math.erf,
    "softplus": lambda a: math.log1p(math.exp(a)) if a < 700 else a,
    "silu": lambda a: a / (1 + math.exp(-a)),
    "gelu": lambda a: 0.5 * a * (1 + math.erf(a / math.sqrt(2))),
    "gelu_tanh": lambda a: 0.5 * a * (1 + math.tanh(_float_bent(a))),
    "leaky_relu": lambda a, c: a if a > 0 else c * a,
    "elu": lambda a, c: a if a > 0 else c * math.expm1(a),
    "relu": lambda a: a if a > 0 else 0.0,
    "max": max,
    "min": min,
}
FLOAT_SLOPES: dict[str, Callable[..., list[float]]] = {
    "subtract": lambda y, a, b: [1.0, -1.0],
    "multiply": lambda y, a, b: [b, a],
    "divide": lambda y, a, b: [1 / b, -y / b],
    "negate": lambda y, a: [-1.0],
    "exp": lambda y, a: [y],
    "log": lambda y, a: [1 / a],
    "sqrt": lambda y, a: [0.5 / y],
    "abs": lambda y, a: [math.copysign(1.0, a)],
    "sin": lambda y, a: [math.cos(a)],
    "cos": lambda y, a: [-math.sin(a)],
    "tanh": lambda y, a: [1 - y * y],
    "sigmoid": lambda y, a: [y * (1 - y)],
    "expm1": lambda y, a: [math.exp(a)],
    "log1p": lambda y, a: [1 / (1 + a)],
    "tan": lambda y, a: [1 / math.cos(a) ** 2],
    "arctan": lambda y, a: [1 / (1 + a * a)],
    "sinh": lambda y, a: [math.cosh(a)],
    "cosh": lambda y, a: [math.sinh(a)],
    "erf": lambda y, a: [2 / math.sqrt(math.pi) * math.exp(-a * a)],
    "softplus": lambda y, a: [FLOATS["sigmoid"](a)],
    "silu": lambda y, a: [_float_silu_slope(a)],
    "gelu": lambda y, a: [
        0.5 * (1 + math.erf(a / math.sqrt(2))) + a * math.exp(-a * a / 2) / math.sqrt(2 * math.pi)
    ],
    "gelu_tanh": lambda y, a: [_float_gelu_tanh_slope(a)],
    "leaky_relu": lambda y, a, c: [1.0 if a > 0 else c],
    "elu": lambda y, a, c: [1.0 if a > 0 else c * math.exp(a)],
    "relu": lambda y, a: [1.0 if a > 0 else 0.0],
    "max": lambda y, *operands: [float(k == operands.index(y)) for k in range(len(operands))],
    "min": lambda y, *operands: [float(k == operands.index(y)) for k in range(len(operands))],
}


def _any_order(terms: Sequence[float], source: random.Random) -> float:
    """A sum in a random order and with random brackets."""
    terms = list(terms)
    while len(terms) > 1:
        a, b = (terms.pop(source.randrange(len(terms))) for _ in range(2))
        terms.append(a + b)
    return terms[0]


def _float_power(base: float, exponent: Fraction, repeated: bool) -> float:
    if not repeated or exponent.denominator != 1:
        return math.pow(base, float(exponent))
    product = 1.0
    for _ in range(abs(int(exponent))):
        product *= base
    return product if exponent >= 0 else 1 / product


@dataclass
class InFloats:
    """A straightforward evaluation in floats, forward and backward; sums in any order."""

    scenario: Scenario
    source: random.Random

    def forward(self) -> dict[str, float]:
        computation = self.scenario.computation
        known = {name: float(value) for name, value in self.scenario.values.items()}
        for step in computation.steps:
            operands = [known[name] for name in step.operands if name in known]
            if step.operation == "add":
                value = _any_order(operands, self.source)
            elif step.operation == "power":
                exponent = computation.constants[step.operands[1]]
                value = _float_power(operands[0], exponent, self.source.random() < 0.5)
            else:
                value = FLOATS[step.operation](*operands, *self.constant(step))
            known[step.result] = value
        return known

    def backward(self, known: Mapping[str, float], of: str) -> dict[str, float]:
        terms: dict[str, list[float]] = {of: [1.0]}
        gradient: dict[str, float] = {}
        for step in reversed(self.scenario.computation.steps):
            if step.result not in terms:
                continue
            adjoint = gradient[step.result] = _any_order(terms.pop(step.result), self.source)
            names = [name for name in step.operands if name in known]
            operands = [known[name] for name in names]
            if step.operation == "add":
                slopes = [1.0] * len(names)
            elif step.operation == "power":
                exponent = self.scenario.computation.constants[step.operands[1]]
                power = _float_power(operands[0], exponent - 1, self.source.random() < 0.5)
                slopes = [float(exponent) * power]
            else:
                constant = self.constant(step)
                slopes = FLOAT_SLOPES[step.operation](known[step.result], *operands, *constant)
            for name, slope in zip(names, slopes, strict=True):
                terms.setdefault(name, []).append(adjoint * slope)
        return gradient | {name: _any_order(t, self.source) for name, t in terms.items()}

    def constant(self, step: Step) -> list[float]:
        constants = self.scenario.computation.constants
        return [float(constants[step.operands[1]])] if step.operation in WITH_CONSTANT else []


def _inside(ball: arb, value: float) -> bool:
    return not ball.is_finite() or (math.isfinite(value) and ball.contains(arb(value)))


@given(computations(), st.integers(0, 2**32))
def test_the_bound_contains_what_floats_compute_in_any_order(drawn: Scenario, seed: int) -> None:
    floats = InFloats(drawn, random.Random(seed))
    bounds = Oracle(drawn).rounded
    try:
        known = floats.forward()
        last = drawn.computation.steps[-1].result
        gradient = floats.backward(known, last)
    except (ZeroDivisionError, OverflowError, ValueError):
        return
    for name, value in known.items():
        assert _inside(bounds.quantity(Quantity(name)), value), name
    for name, value in gradient.items():
        assert _inside(bounds.quantity(Quantity(last, name)), value), name


FINITE = st.floats(allow_nan=False, allow_infinity=False)


@given(FINITE, FINITE)
def test_the_bound_of_a_product_or_a_sum_contains_what_floats_give(a: float, b: float) -> None:
    with ctx.workprec(FIRST_BITS):
        rounding = Rounding(FLOAT64)
        assert _inside(rounding.product(arb(a), arb(b)), a * b)
        assert _inside(rounding.total([arb(a), arb(b)]), a + b)


@given(st.floats(0.5, 2), st.integers(2, 60))
def test_the_bound_of_a_power_contains_repeated_multiplication(base: float, exponent: int) -> None:
    drawn = scenario([f"y = x^{exponent}"], {"x": Fraction(base)})
    bounds = Oracle(drawn).rounded
    power = _float_power(base, Fraction(exponent), True)
    slope = exponent * _float_power(base, Fraction(exponent - 1), True)
    assert _inside(bounds.quantity(Quantity("y")), power)
    assert _inside(bounds.quantity(Quantity("y", "x")), slope)


@given(st.fractions(-(10**300), 10**300))
def test_the_bound_of_a_given_number_contains_its_float(value: Fraction) -> None:
    drawn = scenario(["y = x"], {"x": value})
    assert _inside(Oracle(drawn).rounded.quantity(Quantity("x")), float(value))


@pytest.mark.parametrize("updates", [0, 1, 100])
def test_the_bound_after_updates_contains_the_exact_value_and_stays_near_it(updates: int) -> None:
    oracle = Oracle(ONE_NEURON)
    quantity = Quantity("L", None, updates)
    exact, bound = oracle.at(FIRST_BITS).quantity(quantity), oracle.rounded.quantity(quantity)
    assert bound.contains(exact)
    assert bound.rad() < abs(exact) * arb(2) ** -53 * 100 * (updates + 1)


def test_the_derivative_of_an_expression_is_that_of_the_equation_it_repeats() -> None:
    oracle = Oracle(ONE_NEURON)
    node = parse_expression("d/dw(1/2*(y - sigmoid(w*x + b))^2)", ONE_NEURON.values)
    bound = ONE_NEURON.binder.bind(node)
    assert_same(
        oracle.at(BITS).evaluate(bound), oracle.at(BITS).quantity(Quantity("L", "w")), "dL/dw"
    )
