"""The shipped tables hold what datapackage.json promises, and every number can be traced and has a unit."""

import csv
import json
import re
from datetime import date
from typing import Any

import frictionless
import pytest

from sourcing import library

PACKAGE = json.loads((library.data() / "datapackage.json").read_text(encoding="utf-8"))
RESOURCES = {resource["name"]: resource for resource in PACKAGE["resources"] if resource["format"] == "csv"}
each_table = pytest.mark.parametrize("table", RESOURCES)


def rows(table: str) -> list[dict[str, str]]:
    with (library.data() / f"{table}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def fields(table: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = RESOURCES[table]["schema"]["fields"]
    return found


def test_frictionless_finds_nothing() -> None:
    """Types, required cells, listed values, unique ids and materials that exist, all in one pass."""
    report = frictionless.validate(str(library.data() / "datapackage.json"))
    assert report.flatten(["name", "rowNumber", "fieldName", "message"]) == []
    assert report.valid


def test_frictionless_would_find_a_wrong_material() -> None:
    """The foreign key is live: the check above can fail."""
    materials = {"name": "materials", "data": [["id"], ["gallium"]], "schema": {"fields": [{"name": "id"}]}}
    key = {"fields": ["material"], "reference": {"resource": "materials", "fields": ["id"]}}
    schema = {"fields": [{"name": "material"}], "foreignKeys": [key]}
    prices = {"name": "prices", "data": [["material"], ["galium"]], "schema": schema}
    report = frictionless.Package.from_descriptor({"resources": [materials, prices]}).validate()
    assert [error.type for task in report.tasks for error in task.errors] == ["foreign-key"]


def test_every_csv_is_declared() -> None:
    assert {file.stem for file in library.data().glob("*.csv")} == set(RESOURCES)
    (other,) = (resource["path"] for resource in PACKAGE["resources"] if resource["format"] != "csv")
    assert other == "regimes.yaml"


@each_table
def test_every_row_can_be_traced(table: str) -> None:
    for row in rows(table):
        assert row["source"], row["id"]
        assert row["confidence"] in {"read", "recalled", "estimate"}, row["id"]
        year, month, day = [*row["as_of"].split("-"), "01", "01"][:3]
        assert len(year) == 4, row["id"]
        date(int(year), int(month), int(day))
    assert len({row["id"] for row in rows(table)}) == len(rows(table))


@each_table
def test_every_resource_names_licence_and_sources(table: str) -> None:
    assert RESOURCES[table]["licenses"][0]["name"] == "CC0-1.0"
    assert RESOURCES[table]["sources"]
    assert all(field["description"] for field in fields(table))


@each_table
def test_every_number_has_a_unit(table: str) -> None:
    """A description ends in its unit: [days], or [column unit] when a column of the table holds it, row by row."""
    for field in fields(table):
        bracket = re.search(r"\[(.+)\]\.$", field["description"])
        assert (field["type"] == "number") == bool(bracket), field["name"]
        if bracket and "column" in bracket[1]:
            unit = re.split(r"columns? |, ", bracket[1])[-1]
            missing = [row["id"] for row in rows(table) if row[field["name"]] and not row[unit]]
            assert missing == [], field["name"]


@each_table
def test_low_is_not_above_high(table: str) -> None:
    """A range that was split the wrong way round, or around the value of another row, shows here."""
    names = {field["name"] for field in fields(table)}
    pairs = {(low, low.replace("low", "high")) for low in names if low == "low" or low.endswith("_low")}
    for low, high in pairs:
        wrong = [row["id"] for row in rows(table) if row[low] and float(row[low]) > float(row[high])]
        assert wrong == [], low


@each_table
def test_lists_of_materials_name_materials(table: str) -> None:
    """Lists separated by ";" are out of reach of a foreign key."""
    known = {row["id"] for row in rows("materials")} | {"all-controlled"}
    for column in ("material_ids", "maps_to", "also_makes"):
        for row in rows(table):
            assert set(filter(None, row.get(column, "").split(";"))) <= known, row["id"]


def test_a_price_series_is_one_material_and_one_kind_of_price() -> None:
    """`last known` walks along series_id: a domestic price must never answer for an export price."""
    kinds: dict[str, set[tuple[str, str]]] = {}
    for row in rows("prices"):
        kinds.setdefault(row["series_id"], set()).add((row["material"], row["series"]))
    assert {name: kind for name, kind in kinds.items() if len(kind) > 1} == {}


def test_only_the_mark_says_why_a_value_is_blank() -> None:
    """Marks of the U.S. Geological Survey: NA, W and E come without a value, > with its lower bound."""
    for row in rows("imports"):
        assert bool(row["value"]) == (row["mark"] in {"", ">"}), row["id"]
