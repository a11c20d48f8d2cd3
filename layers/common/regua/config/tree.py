"""YAML into plain values, remembering the line of every key and value. Nothing in a file can run or grow without end.

Scalars stay text (`document: 01234567000190` keeps its zero, `18:00` stays an hour, `2.5` never becomes binary
floating point); the models give them their types. Duplicate keys, tags and multiplying anchors are faults.
"""

from dataclasses import dataclass, field
from typing import Any

import yaml

from regua.config.faults import ConfigError, ConfigFault

_MAX_CHARACTERS = 256_000
_MAX_NODES = 20_000
"""Values in one file, aliases counted as often as they are used: ten times the largest real tenant."""
_MAX_DEPTH = 20

Path = tuple[str | int, ...]


@dataclass(slots=True)
class Tree:
    """A document as plain values, with where each of them stands."""

    source: str
    data: Any = None
    lines: dict[Path, int] = field(default_factory=dict)
    faults: list[ConfigFault] = field(default_factory=list)
    _nodes: int = 0

    def line(self, path: Path) -> int:
        """The line of `path`, or of the nearest thing around it."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.lines:
                return self.lines[path[:end]]
        return 1

    def fault(self, path: Path, problem: str, suggestion: str = "") -> None:
        """Notes a fault at `path`."""
        self.faults.append(ConfigFault(self.source, self.line(path), show(path), problem, suggestion))


def show(path: Path) -> str:
    """`steps[2].channels[0]`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def read(text: str, source: str) -> Tree:
    """The document in `text`. Raises ConfigError when it is not one mapping or cannot be read to its end."""
    tree = Tree(source)
    if len(text) > _MAX_CHARACTERS:
        raise ConfigError(
            [ConfigFault(source, 0, "", f"o arquivo tem mais de {_MAX_CHARACTERS // 1000} mil caracteres")]
        )
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConfigError([_syntax(source, error, mark.line + 1 if mark else 0)]) from None
    except yaml.YAMLError:
        raise ConfigError([ConfigFault(source, 0, "", "há um caractere que não é texto", "salve em UTF-8")]) from None
    except RecursionError:
        raise ConfigError([ConfigFault(source, 0, "", "há listas dentro de listas demais")]) from None
    if node is None or not isinstance(node, yaml.MappingNode):
        line = node.start_mark.line + 1 if node else 0
        raise ConfigError(
            [ConfigFault(source, line, "", "o arquivo não tem nenhum campo 'chave: valor'", "veja docs/examples")]
        )
    tree.data = _plain(tree, node, ())
    return tree


_SYNTAX = (
    ("found undefined alias", "o apelido (*) não foi definido antes"),
    ("found character '\\t'", "há uma tabulação: o recuo é feito com espaços"),
    ("mapping values are not allowed here", "há ':' a mais, ou o texto precisa de aspas"),
    ("could not find expected ':'", "falta ':' depois da chave"),
    ("expected <block end>", "o recuo desta linha não combina com o das linhas acima"),
    ("found unexpected end of stream", "aspas abertas e não fechadas"),
    ("expected ',' or ", "falta ',' ou o fechamento da lista"),
    ("but found another document", "há mais de um documento no arquivo ('---')"),
    ("expected a single document", "há mais de um documento no arquivo ('---')"),
)


def _syntax(source: str, error: yaml.MarkedYAMLError, line: int) -> ConfigFault:
    words = f"{error.problem or ''} {error.context or ''}"
    for english, portuguese in _SYNTAX:
        if english in words:
            return ConfigFault(source, line, "", portuguese)
    return ConfigFault(source, line, "", "o YAML não pode ser lido aqui", "confira o recuo, as aspas e os ':'")


def _plain(tree: Tree, node: yaml.Node, path: Path) -> Any:
    tree._nodes += 1  # a Tree is filled by this module alone
    line = node.start_mark.line + 1
    tree.lines.setdefault(path, line)
    if tree._nodes > _MAX_NODES or len(path) > _MAX_DEPTH:
        raise ConfigError(
            [ConfigFault(tree.source, line, "", "o arquivo cresce sem fim (âncoras '&' que se multiplicam)")]
        )
    if node.tag.startswith("!") or node.tag in {"tag:yaml.org,2002:binary", "tag:yaml.org,2002:set"}:
        tree.fault(path, f"o marcador '{node.tag.removeprefix('tag:yaml.org,2002:')}' não é aceito", "apague-o")
        return None
    if isinstance(node, yaml.MappingNode):
        return _mapping(tree, node, path)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(tree, item, (*path, i)) for i, item in enumerate(node.value)]
    return None if node.tag == "tag:yaml.org,2002:null" else str(node.value)


def _mapping(tree: Tree, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            tree.faults.append(ConfigFault(tree.source, line, show(path), "uma chave precisa ser um texto"))
            continue
        key = str(key_node.value)
        if key == "<<":
            tree.faults.append(ConfigFault(tree.source, line, show(path), "'<<' não é aceito", "repita os campos"))
            continue
        if key in values:
            first = tree.lines[(*path, key)]
            tree.faults.append(
                ConfigFault(
                    tree.source, line, show((*path, key)), f"a chave repete a da linha {first}", "apague uma delas"
                )
            )
            continue
        tree.lines[(*path, key)] = line
        values[key] = _plain(tree, value_node, (*path, key))
    return values
