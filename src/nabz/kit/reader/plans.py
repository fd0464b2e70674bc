"""From a type to its plan, once per type."""

from __future__ import annotations

from enum import Enum
from typing import Any

from msgspec import inspect

from nabz.kit.reader.containers import Array, Either, Map, Shape
from nabz.kit.reader.leaves import ANY, RAW, Bool, Choice, Exact, Float, Int, Leaf, Moment, Plan, Text

_REFUSED = (
    inspect.CustomType,
    inspect.DataclassType,
    inspect.TypedDictType,
    inspect.NamedTupleType,
    inspect.ExtType,
    inspect.MemoryViewType,
)


_plans: dict[Any, Plan] = {}


def plan_of(type_: Any) -> Plan:  # noqa: ANN401 - a type expression such as list[X] | None is no `type`
    """Give the plan of a type; a TypeError says that the type is not for the reader."""
    plan = _plans.get(type_)
    if plan is None:
        plan = _plans[type_] = _plan(inspect.type_info(type_), {}, optional=False)
    return plan


def _plan(kind: inspect.Type, shapes: dict[object, Shape], *, optional: bool) -> Plan:
    if isinstance(kind, inspect.Metadata):
        return _plan(kind.type, shapes, optional=optional)
    if isinstance(kind, inspect.AnyType) or (isinstance(kind, inspect.CustomType) and kind.cls is object):
        return ANY
    if isinstance(kind, _REFUSED):
        raise TypeError(f"{type(kind).__name__} is not for messages: use a Struct")
    if isinstance(kind, inspect.UnionType):
        return _either(kind, shapes)
    if isinstance(kind, inspect.StructType):
        return _shape(kind, shapes)
    if isinstance(kind, inspect.DictType | inspect.TupleType | inspect.CollectionType):
        return _container(kind, shapes)
    return _leaf(kind, optional=optional)


def _container(
    kind: inspect.DictType | inspect.TupleType | inspect.CollectionType, shapes: dict[object, Shape]
) -> Plan:
    if isinstance(kind, inspect.DictType):
        return Map(_plan(kind.value_type, shapes, optional=False))
    if isinstance(kind, inspect.TupleType):
        return Array(tuple(_plan(place, shapes, optional=False) for place in kind.item_types))
    rest = _plan(kind.item_type, shapes, optional=False)
    if isinstance(kind, inspect.SetType | inspect.FrozenSetType) and not isinstance(rest, Leaf):
        raise TypeError("a set of anything but plain values cannot be read")
    return Array((), rest)


def _leaf(kind: inspect.Type, *, optional: bool) -> Plan:
    if isinstance(kind, inspect.RawType):
        return RAW
    if isinstance(kind, inspect.StrType):
        return Text(optional=optional)
    if isinstance(kind, inspect.EnumType | inspect.LiteralType):
        return _choice(kind, optional=optional)
    leaf: type[Leaf] = {
        inspect.IntType: Int,
        inspect.FloatType: Float,
        inspect.DecimalType: Exact,
        inspect.DateTimeType: Moment,
        inspect.BoolType: Bool,
    }.get(type(kind), Leaf)
    return leaf(optional=optional)


def _choice(kind: inspect.EnumType | inspect.LiteralType, *, optional: bool) -> Plan:
    choices: tuple[object, ...]
    if isinstance(kind, inspect.EnumType):
        members: type[Enum] = kind.cls
        choices = tuple(member.value for member in members)
    else:
        choices = tuple(kind.values)
    if all(isinstance(choice, int) for choice in choices):
        return Int(optional=optional)
    if all(isinstance(choice, str) for choice in choices):
        return Choice(optional=optional, choices=choices)
    return ANY


def _either(kind: inspect.UnionType, shapes: dict[object, Shape]) -> Plan:
    optional = kind.includes_none
    members = [member for member in kind.types if not isinstance(member, inspect.NoneType)]
    plans = [_plan(member, shapes, optional=optional) for member in members]
    if len(plans) == 1:
        return plans[0]
    objects = [plan for plan in plans if isinstance(plan, Shape | Map)]
    arrays = [plan for plan in plans if isinstance(plan, Array)]
    leaves = [plan for plan in plans if isinstance(plan, Leaf)]
    if len(objects) > 1 or len(arrays) > 1 or RAW in plans:
        raise TypeError("a union whose kinds only their content tells apart cannot be read")
    # Among several kinds of leaves every kindness could change the meaning, so none is done.
    leaf = leaves[0] if len(leaves) == 1 and ANY not in plans else ANY
    return Either([*objects, ANY][0], [*arrays, ANY][0], leaf)


def _shape(kind: inspect.StructType, shapes: dict[object, Shape]) -> Shape:
    known = shapes.get(kind.cls)
    if known is not None:  # a type that holds itself
        return known
    if kind.tag is not None or kind.array_like:
        raise TypeError(f"{kind.cls.__name__}: tagged and array-like structs cannot be read")
    shape = shapes[kind.cls] = Shape(strict=kind.forbid_unknown_fields)
    aliases = _aliases(kind.cls)
    for field in kind.fields:
        shape.add(
            field.encode_name,
            aliases.pop(field.name, ()),
            _plan(field.type, shapes, optional=False),
        )
    if aliases:
        raise TypeError(f"{kind.cls.__name__}: aliases for fields that it does not have: {sorted(aliases)}")
    return shape


def _aliases(cls: type) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for ancestor in reversed(getattr(cls, "__origin__", cls).__mro__):
        found.update(vars(ancestor).get("aliases", {}))
    return found
