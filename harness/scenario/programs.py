"""Equations into a Wengert list over whole arrays, for implementations that vectorise.

It says the same as the list over single numbers (see ``computation``), and is derived from the
equations by itself: where the two differ, the implementations that run them disagree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np

from harness.notation.functions import REDUCTIONS
from harness.notation.rationals import folded, rational
from harness.notation.syntax import (
    Array,
    Call,
    Constant,
    Expression,
    Index,
    Indexed,
    Name,
    Negative,
    Number,
    Power,
    Product,
    Sum,
)
from harness.scenario.computation import Equation, Shape
from harness.scenario.task import WITH_CONSTANT, ArrayStep, Program

_PRODUCTS = {"*": "multiply", "/": "divide", "@": "matmul"}
Options = tuple[Any, ...]


def program_of(
    equations: Sequence[Equation], given: Mapping[str, Shape], constants: dict[str, Fraction]
) -> Program:
    """The list over whole arrays of equations that are in order and whose shapes fit.

    The constants in it are added to ``constants``.
    """
    tracer = _Tracer(given, constants)
    for equation in equations:
        tracer.define(equation)
    shapes = {step.result: tracer.shapes[step.result] for step in tracer.steps}
    return Program(dict(given), tuple(tracer.steps), shapes)


class _Tracer:
    def __init__(self, given: Mapping[str, Shape], constants: dict[str, Fraction]) -> None:
        self.shapes: dict[str, Shape] = dict(given)
        self.constants = constants
        self.steps: list[ArrayStep] = []
        self.prefix = ""

    def define(self, equation: Equation) -> None:
        """Add the steps of one equation; the last one gets the equation's name."""
        self.prefix = equation.name
        before = len(self.steps)
        value = self.traced(folded(equation.expression))
        if len(self.steps) > before and self.steps[-1].result == value:
            last = self.steps.pop()
            self.steps.append(ArrayStep(equation.name, last.operation, last.operands, last.options))
            self.shapes[equation.name] = self.shapes.pop(value)
        else:
            self.step("add", value, self.number(Fraction(0)), named=equation.name)

    def step(
        self, operation: str, *operands: str, options: Options = (), named: str | None = None
    ) -> str:
        result = named or f"{self.prefix}#{len(self.steps)}"
        shapes = [self.shapes.get(name, ()) for name in operands]
        self.steps.append(ArrayStep(result, operation, operands, options))
        self.shapes[result] = _shape(operation, shapes, options)
        return result

    def number(self, value: Fraction) -> str:
        self.constants[str(value)] = value
        return str(value)

    def traced(self, node: Expression) -> str:
        match node:
            case Number():
                return self.number(node.value)
            case Name():
                return self.index(node.name, node.index)
            case Indexed():
                return self.index(self.traced(node.body), node.index)
            case Constant():
                return self.constant(node.name)
            case Negative():
                return self.step("negate", self.traced(node.body))
            case Sum():
                return self.sum(node)
            case Product():
                return self.product(node)
            case Power():
                return self.power(node)
            case Array():
                return self.step("stack", *[self.traced(element) for element in node.elements])
            case Call():
                return self.call(node)
        raise AssertionError(node)  # an equation holds no derivatives

    def constant(self, name: str) -> str:
        one = self.number(Fraction(1))
        if name == "e":
            return self.step("exp", one)
        return self.step("multiply", self.number(Fraction(4)), self.step("arctan", one))

    def index(self, name: str, index: Index) -> str:
        if not index:
            return name
        places = zip(index, self.shapes[name], strict=False)
        options = tuple(
            i if isinstance(i, int) else (i.start or 0, n if i.stop is None else i.stop)
            for i, n in places
        )
        return self.step("index", name, options=options)

    def sum(self, node: Sum) -> str:
        total = self.traced(node.terms[0])
        for term, sign in zip(node.terms[1:], node.signs[1:], strict=True):
            total = self.step("add" if sign > 0 else "subtract", total, self.traced(term))
        return total

    def product(self, node: Product) -> str:
        total = self.traced(node.factors[0])
        for factor, operator in zip(node.factors[1:], node.operators[1:], strict=True):
            total = self.step(_PRODUCTS[operator], total, self.traced(factor))
        return total

    def power(self, node: Power) -> str:
        if isinstance(node.base, Constant) and node.base.name == "e":
            return self.step("exp", self.traced(node.exponent))
        exponent = rational(node.exponent)
        if exponent is not None:
            return self.step("power", self.traced(node.base), self.number(exponent))
        log = self.step("log", self.traced(node.base))
        return self.step("exp", self.step("multiply", self.traced(node.exponent), log))

    def call(self, node: Call) -> str:
        arguments = [self.traced(argument) for argument in node.arguments]
        if node.function in REDUCTIONS:
            if len(arguments) > 1:
                return self.of_several(node.function, arguments)
            axis = tuple(value for name, value in node.options if name == "axis")
            return self.reduced(node.function, arguments[0], axis)
        match node.function:
            case "square":
                return self.step("power", *arguments, self.number(Fraction(2)))
            case "log10" | "log2":
                base = self.step("log", self.number(Fraction(node.function[3:])))
                return self.step("divide", self.step("log", *arguments), base)
            case "dot":
                return self.step("matmul", *arguments)
            case "outer":
                column = self.reshaped(arguments[0], (*self.shapes[arguments[0]], 1))
                return self.step("multiply", column, arguments[1])
            case "softmax" | "concatenate":
                return self.lined_up(node, arguments)
            case "flatten":
                return self.reshaped(arguments[0], (prod(self.shapes.get(arguments[0], ())),))
            case "convolve":
                arguments[1] = self.step("flip", arguments[1])
                return self.step("correlate", *arguments, options=_window(node))
            case "correlate":
                return self.step("correlate", *arguments, options=_window(node))
            case "max_pool" | "mean_pool":
                width = int(rational(node.arguments[1]) or 1)
                options = (width, node.option("stride", width))
                return self.step(node.function, arguments[0], options=options)
        return self.step(node.function, *arguments)

    def of_several(self, function: str, arguments: list[str]) -> str:
        """Of several numbers, or arrays element by element."""
        if function in {"max", "min"}:
            return self.step(function, *arguments)
        shape = np.broadcast_shapes(*(self.shapes.get(name, ()) for name in arguments))
        zero = self.number(Fraction(0))
        filled = [self.step("add", name, self.zeros(zero, shape)) for name in arguments]
        return self.reduced(function, self.step("stack", *filled), (0,))

    def zeros(self, zero: str, shape: Shape) -> str:
        """A zero for every element: numbers become arrays by adding them."""
        for length in reversed(shape):
            zero = self.step("stack", *[zero] * length)
        return zero

    def reduced(self, function: str, array: str, axis: Options) -> str:
        """A reduction of an array along an axis, or of all its elements."""
        if function in {"sum", "prod", "max", "min"}:
            return self.step(function, array, options=axis)
        if function == "norm":
            squares = self.step("power", array, self.number(Fraction(2)))
            return self.step("sqrt", self.reduced("sum", squares, axis))
        shape = self.shapes[array]
        count = self.number(Fraction(shape[axis[0]] if axis else prod(shape)))
        mean = self.step("divide", self.reduced("sum", array, axis), count)
        if function == "mean":
            return mean
        if axis:
            mean = self.reshaped(mean, tuple(1 if k == axis[0] else n for k, n in enumerate(shape)))
        squares = self.step("power", self.step("subtract", array, mean), self.number(Fraction(2)))
        return self.step("divide", self.reduced("sum", squares, axis), count)

    def lined_up(self, node: Call, arguments: list[str]) -> str:
        """softmax and concatenate: along an axis, of vectors where numbers are given."""
        vectors = [
            name if self.shapes.get(name) else self.reshaped(name, (1,)) for name in arguments
        ]
        return self.step(node.function, *vectors, options=(node.option("axis", 0),))

    def reshaped(self, array: str, shape: Shape) -> str:
        return self.step("reshape", array, options=shape)


def _window(node: Call) -> Options:
    return (node.option("pad", 0), node.option("stride", 1))


def _shape(operation: str, shapes: Sequence[Shape], options: Options) -> Shape:
    """The shape of a result. The operands' shapes have been found to fit."""
    blanks = [np.broadcast_to(np.int8(0), shape) for shape in shapes]
    match operation:
        case "matmul":
            return (*shapes[0][:-1], *shapes[1][1:])
        case "sum" | "prod" | "max" | "min" if len(shapes) == 1:
            axis = options[0] if options else None
            return () if axis is None else (*shapes[0][:axis], *shapes[0][axis + 1 :])
        case "transpose":
            return shapes[0][::-1]
        case "reshape":
            return options
        case "stack":
            return (len(shapes), *shapes[0])
        case "index":
            places = tuple(i if isinstance(i, int) else slice(*i) for i in options)
            return blanks[0][places].shape
        case "concatenate":
            first, axis = shapes[0], options[0]
            return (*first[:axis], sum(s[axis] for s in shapes), *first[axis + 1 :])
        case "softmax" | "flip":
            return shapes[0]
        case "correlate":
            pad, stride = options
            sizes = zip(shapes[0], shapes[1], strict=True)
            return tuple((n + 2 * pad - k) // stride + 1 for n, k in sizes)
        case "max_pool" | "mean_pool":
            width, stride = options
            return tuple((n - width) // stride + 1 for n in shapes[0])
        case _ if operation in WITH_CONSTANT:
            return shapes[0]
    return np.broadcast_shapes(*shapes)
