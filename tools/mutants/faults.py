"""The faults: every small change of a module's meaning, as the text of the module with that one change.

Changed are arithmetic operators and signs, comparisons and their negation, "and" and "or", numbers, True and False, and
two neighbouring arguments of a call, swapped. Left alone is what is no behaviour of the library: docstrings,
annotations, texts, what is raised (its words), the guards in UNCHANGED and the LOOKS. A change that compiles to the
same bytecode is none.
"""

from __future__ import annotations

import ast
import hashlib
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType

LAYERS = ("measures", "models", "evidence", "economy", "lesson")

OPERATORS = {
    ast.Add: ("+", ["-"]), ast.Sub: ("-", ["+"]), ast.Mult: ("*", ["/"]), ast.Div: ("/", ["*"]),
    ast.Pow: ("**", ["*"]), ast.FloorDiv: ("//", ["*"]), ast.Mod: ("%", ["*"]),
    ast.BitAnd: ("&", ["|"]), ast.BitOr: ("|", ["&"]), ast.BitXor: ("^", ["&"]),
    ast.Lt: ("<", ["<=", ">="]), ast.LtE: ("<=", ["<", ">"]), ast.Gt: (">", [">=", "<="]), ast.GtE: (">=", [">", "<"]),
    ast.Eq: ("==", ["!="]), ast.NotEq: ("!=", ["=="]), ast.Is: ("is", ["is not"]), ast.IsNot: (r"is\s+not", ["is"]),
    ast.In: ("in", ["not in"]), ast.NotIn: (r"not\s+in", ["in"]), ast.And: ("and", ["or"]), ast.Or: ("or", ["and"]),
}  # fmt: skip
# The order of these arguments means nothing, or they are no argument of a computation.
ANY_ORDER = {
    "maximum", "minimum", "max", "min", "logical_and", "logical_or", "isinstance", "issubclass", "getattr", "hasattr",
    "setattr", "allclose", "isclose", "equal", "add", "multiply", "hypot", "TypeVar",
}  # fmt: skip
# Guards against slips of whoever calls, settings of storage, and what only a type checker reads.
UNCHANGED = {"strict", "frozen", "slots", "kw_only", "eq", "repr", "maxsize", "copy", "check_dtype", "bound"}
# How a picture looks; tests/lib/test_figures.py holds what it says.
LOOKS = {
    "linewidth", "mutation_scale", "fontsize", "alpha", "zorder", "markersize", "size", "shrinkA", "shrinkB", "figsize",
    "dpi", "pad", "rad", "labelpad", "linespacing",
}  # fmt: skip
TOLERANCE = 1e-3
"""A number below this is a tolerance or a guard: it is changed a hundredfold, others by one or a tenth."""


@dataclass(frozen=True)
class Fault:
    """One change. module: its full name; function: the outermost function around it, "" at the module's level.

    line, becomes: the first line that differs, without its margins; text: the whole module with the fault.
    """

    module: str
    path: Path
    function: str
    number: int
    kind: str
    line: str
    becomes: str
    text: str

    @property
    def key(self) -> str:
        """Which fault it is, whatever else changes in other modules."""
        return hashlib.sha256(f"{self.module}\n{self.text}".encode()).hexdigest()[:20]

    @property
    def layer(self) -> str:
        return self.module.split(".")[1]

    def told(self) -> str:
        where = f"{self.module}:{self.number} ({self.function or 'module'}) {self.kind}"
        return f"{where}\n    - {self.line}\n    + {self.becomes}"


class _Source:
    """A text and where its syntax tree's nodes stand in it; positions count bytes."""

    def __init__(self, text: str) -> None:
        self.bytes = text.encode()
        self.starts = [0]
        for line in self.bytes.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))

    def start(self, node: ast.expr | ast.stmt) -> int:
        return self.starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt) -> int:
        return self.starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)

    def text(self, node: ast.expr) -> str:
        return self.bytes[self.start(node) : self.end(node)].decode()

    def replaced(self, start: int, end: int, new: str) -> str:
        return (self.bytes[:start] + new.encode() + self.bytes[end:]).decode()


def _numbers(value: float | int) -> list[str]:
    """What a number becomes."""
    if isinstance(value, int):
        return [str(value + 1), str(value - 1)] if value else ["1"]
    if not 0 < abs(value) < float("inf"):
        return ["1.0"]
    factors = (100.0, 0.01) if abs(value) < TOLERANCE else (1.1, 0.9)
    return [repr(float(f"{value * factor:.12g}")) for factor in factors]


def _between(source: _Source, left: ast.expr | ast.stmt, right: ast.expr, operator: type) -> Iterator[tuple[str, str]]:
    """Kind and text for each change of the operator that stands between two nodes."""
    symbol, others = OPERATORS[operator]
    pattern = rf"\b{symbol}\b" if symbol[0].isalpha() else re.escape(symbol)
    start, end = source.end(left), source.start(right)
    gap = source.bytes[start:end].decode()
    found = re.search(pattern, re.sub(r"#.*", lambda m: " " * len(m.group()), gap))
    if found is None:
        return
    for other in others:
        yield "operator", source.replaced(start, end, gap[: found.start()] + other + gap[found.end() :])


def _changes(node: ast.AST, source: _Source) -> Iterator[tuple[str, str]]:
    """Kind of fault and text of the module, for each change at one node."""
    match node:
        case ast.BinOp(left, operator, right) if type(operator) in OPERATORS:
            yield from _between(source, left, right, type(operator))
            if isinstance(operator, ast.Mult | ast.Div):
                yield "sign", source.replaced(source.start(node), source.end(node), f"(-({source.text(node)}))")
        case ast.AugAssign(target, operator, value) if type(operator) in OPERATORS:
            yield from _between(source, target, value, type(operator))
        case ast.Compare(left, operators, rights):
            for one, operator, other in zip([left, *rights], operators, rights, strict=False):
                for _, text in _between(source, one, other, type(operator)):
                    yield "comparison", text
        case ast.BoolOp(operator, values):
            for one, other in itertools.pairwise(values):
                yield from _between(source, one, other, type(operator))
        case ast.UnaryOp(ast.USub() | ast.Not() | ast.Invert() as operator, operand):
            kind = "sign" if isinstance(operator, ast.USub) else "comparison"
            yield kind, source.replaced(source.start(node), source.end(node), f"({source.text(operand)})")
        case ast.Constant(bool() as value):
            yield "constant", source.replaced(source.start(node), source.end(node), repr(not value))
        case ast.Constant(int() | float() as value):
            for new in _numbers(value):
                yield "constant", source.replaced(source.start(node), source.end(node), new)
        case ast.Call(function, arguments) if _name(function) not in ANY_ORDER:
            for one, other in itertools.pairwise(arguments):
                if not isinstance(one, ast.Starred) and not isinstance(other, ast.Starred):
                    gap = source.bytes[source.end(one) : source.start(other)].decode()
                    swapped = source.text(other) + gap + source.text(one)
                    yield "swapped arguments", source.replaced(source.start(one), source.end(other), swapped)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _nodes(node: ast.AST, function: str = "", inside: str = "") -> Iterator[tuple[ast.AST, str]]:
    """Every node that may be changed, with the outermost function around it (Class.method for a method)."""
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_left_out(name, child):
                continue
            where, outer = function, inside
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef) and not function:
                where = outer + child.name
            elif isinstance(child, ast.ClassDef) and not function:
                outer += child.name + "."
            yield child, where
            yield from _nodes(child, where, outer)


def _is_left_out(name: str, child: ast.AST) -> bool:
    """Whether a part of the tree is no behaviour of the library."""
    return (
        name in ("annotation", "returns", "exc", "bases", "type_params")
        or isinstance(child, ast.JoinedStr)
        or (isinstance(child, ast.keyword) and child.arg in UNCHANGED | LOOKS)
        or (isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test))
        or (isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant))
    )


def _meaning(code: CodeType) -> tuple[object, ...]:
    """What a compiled module does, without where its lines stand."""
    constants = tuple(_meaning(c) if isinstance(c, CodeType) else (type(c), repr(c)) for c in code.co_consts)
    return code.co_code, constants, code.co_names, code.co_varnames, code.co_cellvars, code.co_freevars


def is_one(fault: Fault) -> bool:
    """Whether the text with the fault compiles, and to other bytecode than the module's own."""
    try:
        changed = compile(fault.text, str(fault.path), "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return _meaning(changed) != _meaning(compile(fault.path.read_bytes(), str(fault.path), "exec", dont_inherit=True))


def faults_of(module: str, path: Path) -> list[Fault]:
    """Every fault that may be put into one module, in the order of its source; see is_one."""
    text = path.read_text(encoding="utf-8")
    source, lines = _Source(text), text.splitlines()
    found, seen = [], {text}
    for node, function in _nodes(ast.parse(text)):
        for kind, new in _changes(node, source):
            if new not in seen:
                seen.add(new)
                others = new.splitlines()
                at = next(i for i, (old, now) in enumerate(zip(lines, others, strict=False)) if old != now)
                found.append(Fault(module, path, function, at + 1, kind, lines[at].strip(), others[at].strip(), new))
    return found


def modules(library: Path) -> dict[str, Path]:
    """The modules that faults are put into, by their full name."""
    found = {}
    for layer in LAYERS:
        for path in sorted((library / layer).rglob("*.py")):
            if path.stem != "__init__":
                found[".".join(("symbiosis", *path.relative_to(library).with_suffix("").parts))] = path
    return found


def sampled(faults: list[Fault], seed: int, number: int) -> list[Fault]:
    """A random sample that stays the same, but for faults that are gone or new, when the source changes elsewhere."""
    mixed = sorted(faults, key=lambda f: hashlib.sha256(f"{seed} {f.key}".encode()).digest())
    return list(itertools.islice(filter(is_one, mixed), number))
