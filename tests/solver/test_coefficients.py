"""Coefficients that depend on data: as sums of products where they are that, by Pyomo where they are not."""

import numpy as np
import pyomo.core as pyo

from sourcing.solver.compile import DataCoefficients


def test_sums_of_products_are_evaluated_from_the_data() -> None:
    """a = (2, 3), b = (5, 7): 4; 1 + 3a = (7, 10); 2 - ab = (-8, -19); a + b - b = a. None of them asks Pyomo."""
    model = pyo.ConcreteModel()
    model.a, model.b = pyo.Var(), pyo.Var()
    a, b = model.a, model.b
    found = DataCoefficients.of([4.0, 1 + 3 * a, 2 - a * b, a + b - b], {id(a): 0, id(b): 1})
    values = found.values([np.array([2.0, 3.0]), np.array([5.0, 7.0])], 2)
    assert not found.places
    assert values.tolist() == [[4.0, 4.0], [7.0, 10.0], [-8.0, -19.0], [2.0, 3.0]]


def test_other_data_give_other_values() -> None:
    """What is worked out once holds for every data: 2a of 1 and then of 10."""
    model = pyo.ConcreteModel()
    model.a = pyo.Var()
    found = DataCoefficients.of([2 * model.a], {id(model.a): 0})
    assert [found.values([np.array([a])], 1).tolist() for a in (1.0, 10.0)] == [[[2.0]], [[20.0]]]


def test_what_is_no_sum_of_products_is_left_to_pyomo() -> None:
    """exp(a) at a = 0 is 1."""
    model = pyo.ConcreteModel()
    model.a = pyo.Var()
    found = DataCoefficients.of([pyo.exp(model.a)], {id(model.a): 0})
    model.a.set_value(0.0, skip_validation=True)
    assert found.places == (0,)
    assert found.values([np.array([0.0])], 1).tolist() == [[1.0]]
