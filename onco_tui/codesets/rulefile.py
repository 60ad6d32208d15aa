"""Reads YAML rule files safely: every scalar stays text, hostile files are refused before they are parsed.

Plain YAML loaders turn the code 00100 into the number 64, 12:30 into 750 and NO into false; here all stay as
written and pydantic gives them their type. PyYAML's C loader crashes on deep nesting, so a cheap scan bounds it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

_MAX_BYTES = 1 << 20
_MAX_DEPTH = 64
_MAX_INDENT = 2 * _MAX_DEPTH

Model = TypeVar("Model", bound=BaseModel)
Tree = str | list["Tree"] | dict[str, "Tree"]


class RulefileError(ValueError):
    """A rule file that cannot be used; the message gives file, line and field."""


def read_rulefile(path: Path, model: type[Model]) -> Model:
    """Read one YAML file into a pydantic model. Raises RulefileError."""
    text = _bounded_text(path)
    node = _compose(text, path)
    tree = _tree(node, path)
    try:
        return model.model_validate(tree)
    except ValidationError as error:
        fault = error.errors(include_input=False)[0]
        line = _line_of(node, fault["loc"])
        where = ".".join(str(part) for part in fault["loc"])
        raise RulefileError(f"{path.name}:{line}: {where}: {fault['msg']}") from None


def read_tree(path: Path) -> Tree:
    """Read one YAML file as text scalars, lists and mappings. Raises RulefileError."""
    return _tree(_compose(_bounded_text(path), path), path)


def _bounded_text(path: Path) -> str:
    with path.open("rb") as file:
        raw = file.read(_MAX_BYTES + 1)
    if len(raw) > _MAX_BYTES:
        raise RulefileError(f"{path.name}: larger than 1 MiB")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RulefileError(f"{path.name}: not UTF-8 text at byte {error.start}") from None
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        depth += line.count("[") + line.count("{") - line.count("]") - line.count("}")
        dashes = len(line) - len(line.lstrip(" -?:"))
        if depth > _MAX_DEPTH or dashes > _MAX_INDENT or line.count("[") + line.count("{") > _MAX_DEPTH:
            raise RulefileError(f"{path.name}:{number}: nested too deeply")
    return text


def _compose(text: str, path: Path) -> yaml.Node:
    loader = yaml.CBaseLoader if hasattr(yaml, "CBaseLoader") else yaml.BaseLoader
    try:
        for event in yaml.parse(text, Loader=loader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                line = event.start_mark.line + 1 if event.start_mark else 0
                raise RulefileError(f"{path.name}:{line}: anchors and aliases are not allowed")
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f":{mark.line + 1}" if mark else ""
        raise RulefileError(f"{path.name}{where}: {getattr(error, 'problem', 'not YAML')}") from None
    if node is None:
        raise RulefileError(f"{path.name}: empty")
    return node


def _tree(node: yaml.Node, path: Path) -> Tree:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_tree(item, path) for item in node.value]
    found: dict[str, Tree] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode) or key.value in found:
            raise RulefileError(f"{path.name}:{key.start_mark.line + 1}: a key that is not text or stands twice")
        found[str(key.value)] = _tree(value, path)
    return found


def _line_of(node: yaml.Node, location: tuple[str | int, ...]) -> int:
    for part in location:
        if isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == part), node)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
            node = node.value[part]
    return int(node.start_mark.line) + 1
