"""A template fills in blanks and can do nothing else."""

import pytest

from regua.messages import sandbox
from regua.messages.render import lists, shipped

ESCAPES = [
    "{{ nome.__class__ }}",
    "{{ ''.__class__.__mro__ }}",
    "{{ nome|attr('__class__') }}",
    "{{ nome['__class__'] }}",
    "{{ '%s'|format(nome) }}",
    "{{ 'a' * 100000000 }}",
    "{{ 'a'.join(nome) }}",
    "{{ range(1000000000) }}",
    "{{ self }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ config }}",
    "{{ lipsum() }}",
    "{{ namespace() }}",
    "{% for a in vencidas %}{% for b in vencidas %}x{% endfor %}{% endfor %}",
    "{% for a in 'aaaa' %}x{% endfor %}",
    "{% for a in range(10) %}x{% endfor %}",
    "{% for a in vencidas recursive %}{{ loop(a) }}{% endfor %}",
    "{% for a in vencidas if a.total %}x{% endfor %}",
    "{% for nome in vencidas %}x{% endfor %}",
    "{% for a, b in vencidas %}x{% endfor %}",
    "{% for f in vencidas %}{{ f.__class__ }}{% endfor %}",
    "{% for f in vencidas %}{{ f }}{% endfor %}",
    "{% for f in vencidas %}{{ loop.index }}{% endfor %}",
    "{{ vencidas }}",
    "{% set x = 1 %}",
    "{% macro m() %}x{% endmacro %}",
    "{% include 'x' %}",
    "{% import 'x' as y %}",
    "{% extends 'x' %}",
    "{% block x %}{% endblock %}",
    "{% with x = 1 %}{% endwith %}",
    "{% filter maiusculas %}x{% endfilter %}",
    "{{ nome ~ nome }}",
    "{{ 1 + 1 }}",
    "{{ nome if nome else '' }}",
    "{{ nome is string }}",
    "{{ [1] }}",
    "{{ {} }}",
    "{{ nome | safe }}",
    "{{ nome | curto(nome) }}",
    "{{ nome | maiusculas(1) }}",
    "{{ '" + "a" * 300 + "' }}",
    "{{ nome",
    "{% if nome %}",
]


@pytest.mark.parametrize("text", ESCAPES)
def test_nothing_but_blanks_gets_through(text: str) -> None:
    with pytest.raises(sandbox.TemplateError) as caught:
        sandbox.compiled("x.txt", text)
    assert all(fault.line >= 1 and fault.problem for fault in caught.value.faults)


@pytest.mark.parametrize(
    "text",
    [
        "Olá, {{ nome }}.",
        "{{ credor | curto(10) | maiusculas }}",
        "{% if varias and not pix %}a{% elif qtd_vencidas > 1 %}b{% else %}c{% endif %}",
        "{% for f in vencidas %}{{ f.total }}{% else %}nada{% endfor %}",
        "{# nota #}texto",
    ],
)
def test_what_owners_need_is_there(text: str) -> None:
    sandbox.compiled("x.txt", text)


def test_a_misspelt_variable_is_told_with_its_line_and_what_was_meant() -> None:
    faults = sandbox.check("a\nb {{ totall }}\n{% for f in vencidas %}{{ f.totl }}{% endfor %}\n{{ nome | maiuscula }}")
    assert [(f.line, f.suggestion) for f in faults] == [
        (2, "você quis dizer 'total'?"),
        (3, "você quis dizer 'total'?"),
        (4, "você quis dizer 'maiusculas'?"),
    ]


def test_a_template_cannot_be_made_to_work_for_long() -> None:
    for text in ("{{ nome }}" * 3000, "{% if nome %}" * 500 + "{% endif %}" * 500, "a" * 40_000):
        assert sandbox.check(text)
    assert sandbox.check("{% for f in vencidas %}x{% endfor %}" * 7)


def test_what_is_short_or_spoken_never_lists_lines() -> None:
    assert not lists("pt_BR/aviso.sms.txt")
    assert sandbox.check("{% for f in vencidas %}x{% endfor %}", lists=False)


def test_the_shipped_templates_obey_the_same_rules() -> None:
    assert all(
        len(text) <= sandbox.MAX_CHARACTERS for path, text in shipped().items() if path.endswith((".txt", ".html"))
    )
