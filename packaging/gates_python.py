"""House rules for Python files: sizes, errors caught by name, no state behind the back."""

import ast
import re
from collections.abc import Iterator

from house import Finding, House, Module

MODULE_LINES = 400
FUNCTION_LINES = 60
CLASS_METHODS = 20

# The only places that may survive the unknown: one keeps a driver's crash from the other
# drivers, one a listener's crash from the readings of all others, and one writes the report
# when the program itself fails.
SUPERVISORS = frozenset({"app/acquisition/supervisor.py", "app/pointtable.py", "app/crash.py"})
BROAD = frozenset({"Exception", "BaseException"})

# Modules of the standard library that Windows does not have.
POSIX_ONLY = frozenset(
    {"crypt", "curses", "fcntl", "grp", "nis", "posix", "pty", "pwd", "readline"}
    | {"resource", "spwd", "syslog", "termios", "tty"}
)

# Words by which a text itself says that it is not done; the brackets keep this line clean.
UNFINISHED = re.compile(
    # … but for the style sheet's colour of the hint in an empty field
    r"\b(TO[D]O|FIX[M]E|XX[X]|st[u]b|place[h]older(?!-text-color)|NotImplemented[E]rror)\b",
    re.IGNORECASE,
)


def long_modules(house: House) -> Iterator[Finding]:
    """Find modules with too much in them; tests may be longer."""
    for module in house.modules:
        lines = len(module.text.splitlines())
        if not module.is_test and lines > MODULE_LINES:
            sentence = f"{lines} lines, at most {MODULE_LINES}: split the room in two"
            yield Finding(module.path, 1, sentence)


def long_functions(house: House) -> Iterator[Finding]:
    """Find functions that do too much, in tests as well."""
    for module in house.modules:
        for node in module.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > FUNCTION_LINES:
                    sentence = f"{node.name} has {lines} lines, at most {FUNCTION_LINES}"
                    yield Finding(module.path, node.lineno, sentence)


def crowded_classes(house: House) -> Iterator[Finding]:
    """Find classes with too many methods; getter and setter of one name count once."""
    for module in house.modules:
        if module.is_test:
            continue
        for node in module.nodes:
            if isinstance(node, ast.ClassDef):
                methods = {
                    part.name
                    for part in node.body
                    if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef)
                }
                if len(methods) > CLASS_METHODS:
                    sentence = (
                        f"{node.name} has {len(methods)} methods, at most {CLASS_METHODS}"
                    )
                    yield Finding(module.path, node.lineno, sentence)


def global_statements(house: House) -> Iterator[Finding]:
    """Find functions that change their module's variables."""
    for module in house.modules:
        for node in module.nodes:
            if isinstance(node, ast.Global):
                names = ", ".join(node.names)
                sentence = f"global {names}: hand the value in, or keep it in an object"
                yield Finding(module.path, node.lineno, sentence)


def broad_excepts(house: House) -> Iterator[Finding]:
    """Find code outside the supervisors that survives errors it cannot name."""
    for module in house.modules:
        if module.path in SUPERVISORS:
            continue
        for node in module.nodes:
            if _catches_everything(node):
                sentence = (
                    "catches every error; catch by name, only the supervisors may do this"
                )
                yield Finding(module.path, getattr(node, "lineno", 1), sentence)


def missing_first_sentences(house: House) -> Iterator[Finding]:
    """Find modules whose first line is not a sentence that says what they are."""
    for module in house.modules:
        if not module.text.strip():
            continue  # an empty __init__.py of a test folder
        first = 2 if module.text.startswith("#!") else 1
        docstring = ast.get_docstring(module.tree)
        if not docstring or module.tree.body[0].lineno != first:
            sentence = "the first line must be a docstring that says what this module is"
            yield Finding(module.path, 1, sentence)
        elif not docstring.splitlines()[0].rstrip().endswith((".", "?", "!")):
            sentence = "the docstring's first line must be one whole sentence"
            yield Finding(module.path, first, sentence)


def unfinished_words(house: House) -> Iterator[Finding]:
    """Find code that says by its own words that it is not done."""
    for module in house.modules:
        if module.is_test:
            continue
        for number, line in enumerate(module.text.splitlines(), start=1):
            if found := UNFINISHED.search(line):
                sentence = f"says {found.group()!r}: finish it, or leave it out"
                yield Finding(module.path, number, sentence)


def posix_only_imports(house: House) -> Iterator[Finding]:
    """Find imports that would stop the product on Windows the moment a module is loaded."""
    for module in house.modules:
        if module.is_test:
            continue
        for node in _run_at_import(module):
            names = {name.partition(".")[0] for name in _imported(node)}
            for name in sorted(names & POSIX_ONLY):
                sentence = (
                    f"{name} does not exist on Windows: import it inside the function "
                    "that uses it, under a check of sys.platform"
                )
                yield Finding(module.path, node.lineno, sentence)


def qt_traps(house: House) -> Iterator[Finding]:
    """Find calls of PyQt that crash or slow down the whole program, now and then."""
    for module in house.modules:
        for node in () if module.is_test else module.nodes:
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            names = _names(node.func.value)
            if node.func.attr == "device" and "painter" in names:
                sentence = (
                    "painter.device() can return the wrapper of a widget that has gone, "
                    "which crashes: ask widgets.icons.pixel_ratio"
                )
                yield Finding(module.path, node.lineno, sentence)
            if node.func.attr == "installEventFilter" and names & {"app", "application"}:
                sentence = (
                    "a filter of the application takes every event of every widget "
                    "through Python: install it at the windows"
                )
                yield Finding(module.path, node.lineno, sentence)


def _catches_everything(node: ast.AST) -> bool:
    if isinstance(node, ast.ExceptHandler):
        return node.type is None or bool(_names(node.type) & BROAD)
    if isinstance(node, ast.Call) and "suppress" in _names(node.func):
        return any(_names(argument) & BROAD for argument in node.args)
    return False


def _names(node: ast.expr) -> set[str]:
    """Return the plain and dotted names of an expression, last part each."""
    if isinstance(node, ast.Tuple):
        return {name for part in node.elts for name in _names(part)}
    if isinstance(node, ast.Attribute):
        return {node.attr}
    return {node.id} if isinstance(node, ast.Name) else set()


def _run_at_import(module: Module) -> Iterator[ast.stmt]:
    """Yield the statements that run on import, without those under a check of the platform."""
    waiting: list[ast.AST] = list(module.tree.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.If) and "platform" in ast.dump(node.test):
            continue
        if isinstance(node, ast.stmt):
            yield node
        waiting.extend(ast.iter_child_nodes(node))


def _imported(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module and not node.level:
        return [node.module]
    return []
