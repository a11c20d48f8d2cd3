"""What owners and operators read in two languages says the same in both: no twin is forgotten when one changes."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DOCS = ROOT / "docs"
TWINS = ("deploy", "runbook", "cost", "messages", "payments", "gateway-words")
ANCHOR = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+|restore")
"""A heading that alarms link, the same in every language."""


def text(name: str) -> str:
    return (DOCS / name).read_text("utf-8")


def sections(page: str) -> list[str]:
    """What stands between headings, the headings left out; fenced blocks hold none."""
    return re.split(r"^#+ .*\n", page, flags=re.MULTILINE)


def headings(page: str) -> list[str]:
    return re.findall(r"^#+ .*$", re.sub(r"```.*?```", "", page, flags=re.DOTALL), flags=re.MULTILINE)


def commands(page: str) -> list[str]:
    """The lines of fenced blocks, without their comments, which are translated."""
    blocks = re.findall(r"^```\w*\n(.*?)^```", page, flags=re.DOTALL | re.MULTILINE)
    return [re.sub(r"\s+# .*", "", line) for block in blocks for line in block.splitlines()]


def names(section: str) -> set[str]:
    """What is set in backticks: parameters, metrics, files, commands."""
    plain = re.sub(r"```.*?```", "", section, flags=re.DOTALL)
    return {" ".join(span.split()) for span in re.findall(r"`([^`]+)`", plain)}


def figures(section: str) -> set[str]:
    """Its numbers, however the language parts thousands and cents."""
    plain = re.sub(r"```.*?```|`[^`]+`|\(https?:[^)]*\)", "", section, flags=re.DOTALL)
    return {re.sub(r"[.,]", "", number) for number in re.findall(r"\d(?:[\d.,]*\d)?", plain)}


def rows(section: str) -> int:
    return len(re.findall(r"^\|", section, flags=re.MULTILINE))


@pytest.mark.parametrize("name", TWINS)
def test_twins_have_the_same_parts_in_the_same_order(name: str) -> None:
    english, portuguese = headings(text(f"{name}.md")), headings(text(f"{name}.pt-BR.md"))
    assert [h.split(" ")[0] for h in portuguese] == [h.split(" ")[0] for h in english]
    for ours, theirs in zip(portuguese, english, strict=True):
        anchor = theirs.lstrip("# ")
        assert not ANCHOR.fullmatch(anchor) or ours == theirs


@pytest.mark.parametrize("name", TWINS)
def test_twins_give_the_same_commands(name: str) -> None:
    assert commands(text(f"{name}.pt-BR.md")) == commands(text(f"{name}.md"))


@pytest.mark.parametrize("name", TWINS)
def test_twins_name_the_same_things_and_say_the_same_figures_in_every_part(name: str) -> None:
    pairs = zip(sections(text(f"{name}.md")), sections(text(f"{name}.pt-BR.md")), strict=True)
    for number, (english, portuguese) in enumerate(pairs):
        assert names(portuguese) == names(english), f"part {number}"
        assert figures(portuguese) == figures(english), f"part {number}"
        assert rows(portuguese) == rows(english), f"part {number}"


@pytest.mark.parametrize("name", TWINS)
def test_twins_lead_to_each_other_and_both_readmes_to_both(name: str) -> None:
    assert f"*[Em português]({name}.pt-BR.md)*" in text(f"{name}.md")
    assert f"*[In English]({name}.md)*" in text(f"{name}.pt-BR.md")
    for readme in ("README.md", "README.pt-BR.md"):
        page = (ROOT / readme).read_text("utf-8")
        assert f"(docs/{name}.md)" in page
        assert f"(docs/{name}.pt-BR.md)" in page


def test_who_reads_portuguese_is_led_to_portuguese_pages() -> None:
    for page in [*DOCS.glob("*.pt-BR.md"), DOCS / "planilhas.md"]:
        said = page.read_text("utf-8").replace(f"*[In English]({page.name.replace('.pt-BR', '')})*", "")
        for name in TWINS:
            assert f"({name}.md)" not in said, page.name
            assert f"docs/{name}.md" not in said.replace("`docs/runbook.md`", ""), page.name


@pytest.mark.parametrize("page", ["README.md", "README.pt-BR.md", *(f"docs/{path.name}" for path in DOCS.glob("*.md"))])
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    path = ROOT / page
    links = re.findall(r"\]\(([^):#]+)(?:#[^)]*)?\)", path.read_text("utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_readmes_have_the_same_parts() -> None:
    english, portuguese = (headings((ROOT / name).read_text("utf-8")) for name in ("README.md", "README.pt-BR.md"))
    assert [h.split(" ")[0] for h in portuguese] == [h.split(" ")[0] for h in english]
