"""CPF and CNPJ, held against an independent library and against published numbers."""

import json
import re
from pathlib import Path

import pytest
import validate_docbr
from hypothesis import given, settings
from hypothesis import strategies as st

from regua.domain.codes import tax_id

VECTORS = Path(__file__).parents[2].parent / "shared/payloads/documents_vectors.json"
ROOTS = st.from_regex(r"[0-9]{9}|[0-9]{12}|[0-9A-Z]{12}", fullmatch=True)
FILLER = [digit * size for digit in "0123456789" for size in (11, 14)]


def by_library(number: str) -> bool:
    return bool((validate_docbr.CPF() if len(number) == 11 else validate_docbr.CNPJ()).validate(number))


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared payloads are not beside this checkout")
def test_published_numbers_are_judged_as_published() -> None:
    published = json.loads(VECTORS.read_text("utf-8"))
    for kind in (tax_id.CPF, tax_id.CNPJ):
        assert published[f"{kind}_valid"]
        for number in published[f"{kind}_valid"]:
            assert tax_id.is_valid(number), number
            assert tax_id.kind(number) == kind
            assert tax_id.check_digits(number[:-2]) == number[-2:]
            assert by_library(number)
        assert not [number for number in published[f"{kind}_invalid"] if tax_id.is_valid(number)]


@given(ROOTS)
@settings(max_examples=300)
def test_every_ending_of_a_root_is_judged_as_the_library_judges_it(root: str) -> None:
    every_ending = [f"{root}{ending:02d}" for ending in range(100)]
    assert [tax_id.is_valid(number) for number in every_ending] == [by_library(number) for number in every_ending]


@given(ROOTS)
@settings(max_examples=300)
def test_a_root_has_one_pair_of_check_digits_or_is_filler(root: str) -> None:
    right = [f"{ending:02d}" for ending in range(100) if tax_id.is_valid(f"{root}{ending:02d}")]
    assert right == [tax_id.check_digits(root)] or len(set(root)) == 1


@given(st.text(max_size=16) | st.text("0123456789ABCabc.-/ ١", max_size=16))
@settings(max_examples=300)
def test_any_text_is_judged_without_a_crash(text: str) -> None:
    assert tax_id.is_valid(text) == (tax_id.is_cpf(text) or tax_id.is_cnpj(text))
    assert not tax_id.is_valid(text) or tax_id.kind(text)
    assert tax_id.bare(tax_id.bare(text)) == tax_id.bare(text)


@pytest.mark.parametrize("number", FILLER)
def test_one_digit_repeated_is_nobody(number: str) -> None:
    assert not tax_id.is_valid(number)


@pytest.mark.parametrize(
    ("written", "number", "kind", "printed"),
    [
        ("529.982.247-25", "52998224725", "cpf", "529.982.247-25"),
        (" 52998224725\n", "52998224725", "cpf", "529.982.247-25"),
        ("11.222.333/0001-81", "11222333000181", "cnpj", "11.222.333/0001-81"),
        ("12.abc.345/01de-35", "12ABC34501DE35", "cnpj", "12.ABC.345/01DE-35"),
        ("12ABC34501DEAB", "12ABC34501DEAB", "", "12ABC34501DEAB"),
        ("5299822472", "5299822472", "", "5299822472"),
        ("5299822472\u0665", "5299822472\u0665", "", "5299822472\u0665"),
        ("", "", "", ""),
    ],
)
def test_a_number_is_stored_bare_and_printed_as_the_registry_prints_it(
    written: str, number: str, kind: str, printed: str
) -> None:
    assert tax_id.bare(written) == number
    assert tax_id.kind(number) == kind
    assert tax_id.formatted(number) == printed
    assert tax_id.bare(printed) == number


@pytest.mark.parametrize("root", ["", "12345678", "1234567890", "12abc34501de", "12ABC34501D\u00c9"])
def test_what_is_no_root_has_no_check_digits(root: str) -> None:
    with pytest.raises(ValueError, match="raiz"):
        tax_id.check_digits(root)


@pytest.mark.parametrize("number", ["A0000000060", "٠0000000082"])
def test_a_cpf_has_the_digits_of_our_keyboards_only(number: str) -> None:
    """Both add up when their first character is taken for what its bytes say."""
    assert not tax_id.is_cpf(number)


def test_nobody_else_works_out_check_digits_of_a_cpf_or_cnpj() -> None:
    """One room: their weights stand nowhere else."""
    weights = re.compile(r"10, ?9, ?8, ?7, ?6, ?5, ?4, ?3, ?2|6, ?5, ?4, ?3, ?2, ?9, ?8, ?7|range\(1[01], 1, -1\)")
    root = Path(__file__).parents[2]
    found = [
        path.relative_to(root).as_posix()
        for folder in ("layers/common/regua", "functions", "tools")
        for path in (root / folder).rglob("*.py")
        if weights.search(path.read_text("utf-8"))
    ]
    assert found == ["layers/common/regua/domain/codes/tax_id.py"]
