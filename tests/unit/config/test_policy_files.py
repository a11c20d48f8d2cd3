"""A policy file is either right or comes back with everything that is wrong in it."""

import re

import pytest

from regua.config import ConfigError, ConfigFault, parse_policy, policy_text, shipped_policies, shipped_policy
from regua.domain.model import Channel, Phase, Profile
from regua.domain.policy import Hours

MINIMAL = "name: minima\nsteps:\n  - {key: aviso, phase: friendly, offset_days: 3, channels: [email]}\n"


def faults(text: str) -> list[ConfigFault]:
    with pytest.raises(ConfigError) as caught:
        parse_policy(text, "regua.yaml")
    return caught.value.faults


def only(text: str) -> ConfigFault:
    found = faults(text)
    assert len(found) == 1, found
    return found[0]


def steps(*rows: str, head: str = "") -> str:
    return f"name: teste\n{head}steps:\n" + "".join(f"  - {{{row}}}\n" for row in rows)


def late(key: str, day: int, phase: str = "friendly", channels: str = "[email]", more: str = "") -> str:
    return f"key: {key}, phase: {phase}, offset_days: {day}, channels: {channels}{more}"


def test_five_policies_are_shipped_and_each_is_right() -> None:
    assert shipped_policies() == ["b2b", "condominio", "escola", "leve", "padrao"]
    for name in shipped_policies():
        assert shipped_policy(name).name == name


def test_an_unknown_shipped_policy_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        shipped_policy("nenhuma")


def test_every_shipped_policy_leaves_the_later_measures_to_a_person() -> None:
    for name in shipped_policies():
        for step in shipped_policy(name).steps:
            if step.phase is Phase.LEGAL:
                assert step.is_task
                assert step.approval


def test_shipped_policies_use_whatsapp_only_until_the_friendly_phase() -> None:
    used = {s.phase for n in shipped_policies() for s in shipped_policy(n).steps if Channel.WHATSAPP in s.channels}
    assert used == {Phase.PREVENTIVE, Phase.FRIENDLY}


def test_the_standard_policy_fits_its_own_caps_day_by_day() -> None:
    policy = shipped_policy("padrao")
    days = [s.offset_days for s in policy.steps if not s.is_task]
    for index, day in enumerate(days):
        before = days[:index]
        assert sum(1 for d in before if day - d < 7) < policy.caps.per_week
        assert sum(1 for d in before if day - d < 30) < policy.caps.per_month


def test_a_version_is_the_one_named_or_a_hash_of_the_content() -> None:
    assert parse_policy(MINIMAL + "version: 2026-01\n", "x").version == "2026-01"
    hashed = parse_policy(MINIMAL, "x").version
    assert re.fullmatch(r"[0-9a-f]{10}", hashed)
    assert parse_policy(MINIMAL.replace("\n", "\r\n"), "x").version == hashed
    assert parse_policy(MINIMAL.replace("3", "4"), "x").version != hashed


def test_every_field_of_a_policy_reaches_the_planner() -> None:
    policy = parse_policy(
        """
name: cheia
version: "7"
caps: {min_hours: 72, per_day: 1, per_week: 1, per_month: 3}
hours: {start: "09:30", end: 18h, weekdays: [seg, sex]}
entry_phase: preventive
whatsapp_phases: [preventive]
formal_min_contacts: 4
formal_min_days: 20
legal_min_contacts: 6
legal_min_days: 40
promise_grace_days: 2
clearing_days: 4
vulnerable_min_hours: 336
vulnerable_max_phase: preventive
min_total: "R$ 1.234,56"
upcoming_days: 10
thank_you: não
collect: false
steps:
  - key: aviso
    phase: friendly
    offset_days: 3
    channels: [email, sms]
    template: outro
    conditions:
      min_amount: 10,50
      min_amount_percent: 20
      segments: [varejo]
      tags: [novo]
      without_tags: [vip]
      profiles: [company]
      min_contacts: 0
      min_days_since_first: 0
    approval: true
""",
        "x",
    )
    assert policy.label == "cheia@7"
    assert policy.hours == Hours(9 * 60 + 30, 18 * 60, (0, 4))
    assert (policy.caps.min_hours, policy.caps.per_month) == (72, 3)
    assert (policy.min_total_cents, policy.thank_you, policy.collect) == (123456, False, False)
    assert (policy.formal_min_contacts, policy.legal_min_days, policy.clearing_days) == (4, 40, 4)
    step = policy.steps[0]
    assert (step.min_amount_cents, step.min_amount_percent, step.template_name) == (1050, 20, "outro")
    assert (step.segments, step.tags, step.without_tags) == (("varejo",), ("novo",), ("vip",))
    assert (step.profiles, step.approval) == ((Profile.COMPANY,), True)


def test_all_faults_are_told_at_once_with_line_path_and_what_was_meant() -> None:
    text = policy_text("padrao").replace("min_hours: 48", "min_hours: dois").replace("chanels", "")
    text = text.replace("key: segundo-aviso, phase: friendly", "key: aviso, phase: amigável")
    text = text.replace("offset_days: 25, channels", "offset_days: 12, chanels")
    found = {(f.path, f.suggestion) for f in faults(text)}
    assert ("caps.min_hours", "use só algarismos") in found
    assert ("steps[3].phase", "você quis dizer 'friendly'?") in found
    assert ("steps[7].chanels", "você quis dizer 'channels'?") in found
    lines = text.split("\n")
    for fault in faults(text):
        if fault.path == "steps[3].phase":
            assert "amigável" in lines[fault.line - 1]


def test_a_misspelt_step_does_not_hide_what_is_wrong_with_the_others() -> None:
    found = faults(
        steps(late("aviso", 3), "key: dois, fase: firm, offset_days: 5, channels: [email]", late("aviso", 9))
    )
    assert {f.path for f in found} == {"steps[1]", "steps[1].fase", "steps[2].key"}
    assert next(f for f in found if f.path == "steps[1].fase").suggestion == "você quis dizer 'phase'?"


@pytest.mark.parametrize(
    ("rows", "path", "words"),
    [
        ([late("a", 3), late("a", 5)], "steps[1].key", "já é da etapa da linha 3"),
        ([late("a", 5), late("b", 3)], "steps[1].offset_days", "vem depois de 'a'"),
        ([late("a", 3), late("b", 3)], "steps[1].offset_days", "mesmo dia"),
        ([late("a", -3)], "steps[0].phase", "fala de atraso"),
        ([late("a", 3, "preventive")], "steps[0].phase", "até o vencimento"),
        ([late("a", 3, "firm"), late("b", 5)], "steps[1].phase", "volta atrás"),
        ([late("a", 3, "firm", "[email, whatsapp]")], "steps[0].channels[1]", "WhatsApp"),
        ([late("a", 3, channels="[email, email]")], "steps[0].channels", "repetido"),
        ([late("a", 3, channels="[task, email]")], "steps[0].channels", "uma pessoa"),
        ([late("a", 3, channels="[task]", more=", approval: false")], "steps[0].approval", "aprovação"),
        ([late("a", 3), late("b", 5, more=", after: c")], "steps[1].after", "não existe"),
        ([late("a", 3, more=", after: b"), late("b", 5)], "steps[0].after", "não vem antes"),
        ([late("a", 3), late("b", 0, more=", after: a")], "steps[1].offset_days", "ao menos 1 dia"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(rows: list[str], path: str, words: str) -> None:
    matching = [f for f in faults(steps(*rows)) if f.path == path and words in f.problem]
    assert matching, faults(steps(*rows))
    assert matching[0].suggestion


def test_two_steps_may_share_a_day_when_a_condition_parts_them() -> None:
    shared = steps(late("a", 3), late("b", 3, more=", conditions: {tags: [vip]}"))
    assert len(parse_policy(shared, "x").steps) == 2


def test_a_formal_step_needs_three_possible_contacts_and_fifteen_days() -> None:
    few = only(steps(late("a", 1), late("b", 10), late("f", 20, "formal")))
    assert "pede 3 contatos anteriores" in few.problem
    soon = only(steps(late("a", 1), late("b", 4), late("c", 8), late("f", 12, "formal")))
    assert "pede 15 dias" in soon.problem
    assert "+16" in soon.suggestion


def test_contacts_the_caps_leave_no_room_for_do_not_count_towards_a_formal_step() -> None:
    crowded = steps(late("a", 1), late("b", 2), late("c", 3), late("f", 20, "formal"))
    assert "só dão 2" in only(crowded).problem


def test_a_legal_step_needs_five_contacts_thirty_days_and_a_person() -> None:
    found = faults(steps(late("a", 1), late("b", 10), late("l", 20, "legal")))
    assert any("pede 5 contatos" in f.problem for f in found)
    assert any("aprovação" in f.problem for f in found)


@pytest.mark.parametrize(
    "head",
    [
        "formal_min_contacts: 1\n",
        "legal_min_days: 5\n",
        "caps: {min_hours: 0}\n",
        "caps: {per_week: 5, per_month: 2}\n",
        "caps: {per_day: 2}\n",
        "hours: {start: '18:00', end: '09:00'}\n",
        "hours: {start: '25:00'}\n",
        "hours: {weekdays: []}\n",
        "entry_phase: firm\n",
        "whatsapp_phases: [friendly, firm]\n",
        "vulnerable_min_hours: 48\ncaps: {min_hours: 72}\n",
        "min_total: 1.234\n",
        "min_total: -1\n",
        "version: a@b\n",
    ],
)
def test_limits_below_the_law_or_against_each_other_are_refused(head: str) -> None:
    assert faults(steps(late("aviso", 3), head=head))


def test_a_key_given_twice_is_a_fault_and_not_the_last_one_wins() -> None:
    fault = only(MINIMAL + "name: outra\n")
    assert (fault.line, fault.path) == (4, "name")
    assert "repete a da linha 1" in fault.problem


def test_empty_keys_are_left_at_their_defaults() -> None:
    assert parse_policy(MINIMAL + "hours:\ncaps:\n", "x").caps.min_hours == 48


def test_a_decimal_comma_inside_braces_is_explained() -> None:
    found = faults(steps(late("a", 3, more=", conditions: {min_amount: 10,50}")))
    assert any("aspas" in f.suggestion for f in found)


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n" for i in range(9)
)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nada\n",
        "[]",
        "name",
        "a: b: c",
        'name: "x',
        "name:\tx",
        "\x00",
        "[" * 5000,
        "a: &a\n  b: *a",
        "a: *nada",
        "a: !!python/object/apply:os.system [ls]",
        "a: !segredo x",
        "---\na: 1\n---\nb: 1",
        "? [a]\n: 1",
        "<<: {a: 1}",
        BOMB,
        "x" * 300_000,
    ],
)
def test_a_file_that_is_no_policy_is_refused_and_never_runs_or_grows(text: str) -> None:
    for fault in faults(text):
        assert fault.problem
        assert str(fault).startswith("regua.yaml")
