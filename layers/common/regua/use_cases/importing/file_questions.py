"""What a file asks of a person, as work: answered in `tenant.yaml`, and the files whose lines wait are read again."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from regua.domain.contact.by_person import Act, let_go
from regua.domain.ids import digest
from regua.domain.intake.questions import Question, Questions
from regua.domain.intake.rights import asked_of, held_for
from regua.domain.model import Debtor, Hold
from regua.domain.values import replace
from regua.domain.work import NotForAPersonError, Work, WorkKind, WorkStatus
from regua.ports import ConflictError, Store
from regua.use_cases.conflicts import until_committed
from regua.use_cases.importing.uploaded_file import UploadedFile
from regua.use_cases.opened_work import OURS

MOST_FILES = 12
"""Files that wait for one answer; of more, the newest."""
STATE_QUESTIONS = "file-questions"
"""The names of what files ask, so that an import need not look through all that waits for people."""
BY_A_NEWER = "respondida por um arquivo mais novo, que traz os mesmos títulos"
ANSWERED = "respondida: as linhas foram lidas de novo"


def ask(store: Store, file: UploadedFile, counts: dict[str, int]) -> None:
    """Makes the questions one piece of work; the same ones of a later file are the same work, and both files wait. What
    was answered or refused before and is asked again is open again. Raises OvertakenError.
    """
    until_committed(partial(_ask, store, file, Questions(counts).all()))


def _ask(store: Store, file: UploadedFile, asked: list[Question]) -> None:
    keys = sorted({asked_of(one.kind, one.column) for one in asked})
    name = digest("\0".join(keys), 12)
    before = store.get_work(file.tenant, f"{WorkKind.FILE_QUESTION}:{name}")
    jobs = _told(before, "jobs") if before is not None and before.status is WorkStatus.OPEN else []
    jobs = [*(job for job in jobs if job != file.job), file.job][-MOST_FILES:]
    lines = sum(one.lines for one in asked)
    work = Work(
        file.tenant,
        WorkKind.FILE_QUESTION,
        name,
        file.upload.at,
        reference=file.upload.name,
        note=f"{_lines(lines)} do arquivo {file.upload.name} {'espera' if lines == 1 else 'esperam'}: {asked[0].text}",
        text=_text(asked, f"{OURS}/{WorkKind.FILE_QUESTION}:{name}"),
        change=json.dumps({"jobs": jobs, "asks": keys}),
    )
    if before is None:
        if store.put_work(work) != work:
            raise ConflictError("another file asks it at this moment")
    elif not store.mark_work(before, work):
        raise ConflictError("the question has just changed")
    known = store.get_state(file.tenant, STATE_QUESTIONS)
    names = _names(known)
    if name not in names and not store.swap_state(file.tenant, STATE_QUESTIONS, known, _state([*names, name])):
        raise ConflictError("another question was asked at this moment")


def _names(state: Mapping[str, str]) -> list[str]:
    found: list[str] = json.loads(state.get("names", "[]"))
    return found


def _state(names: list[str]) -> dict[str, str]:
    return {"names": json.dumps(names)}


def _open(store: Store, tenant: str) -> list[Work]:
    """The questions nobody has answered."""
    names = _names(store.get_state(tenant, STATE_QUESTIONS))
    asked = (store.get_work(tenant, f"{WorkKind.FILE_QUESTION}:{name}") for name in names)
    return [work for work in asked if work is not None and work.status is WorkStatus.OPEN]


def answered_since(store: Store, tenant: str, by: str, waits: Callable[[str], bool]) -> None:
    """Ends what files ask whose lines newer ones have brought, `by` the last of them: the creditor has answered by
    another file. `waits` says whether a file (its job) still waits; of those that do not no line is read again.
    """
    known = store.get_state(tenant, STATE_QUESTIONS)
    if not known:
        return
    opened = _open(store, tenant)
    for work in opened:
        jobs = _told(work, "jobs")
        left = [job for job in jobs if waits(job)]
        if left and left != jobs:
            change = json.dumps({"jobs": left, "asks": _told(work, "asks")})
            store.mark_work(work, replace(work, change=change))
        elif not left:
            store.mark_work(work, work.done(f"{BY_A_NEWER}: {by}"))
    if len(opened) < len(_names(known)):  # those that were ended, by whomever
        store.swap_state(tenant, STATE_QUESTIONS, known, _state([work.name for work in opened]))


def _lines(count: int) -> str:
    return "1 linha" if count == 1 else f"{count} linhas"


def _text(asked: Iterable[Question], work: str) -> str:
    told = "\n\n".join(f"{one.text} ({_lines(one.lines)})\nEm tenant.yaml: {one.answer}" for one in asked)
    return (
        f"{told}\n\nEscreva a resposta em tenant.yaml, ao lado de columns:, e publique. Só isso ainda não traz as"
        f" linhas que esperam: diga\n\n  regua work approve {work}\n\ne os arquivos são lidos de novo (enviar a"
        f" planilha de novo também as traz).\n\n  regua work refuse {work}\n\ndeixa as linhas de fora. Os títulos já"
        " conhecidos que elas citam estão parados (estado file): com refuse voltam a ser cobrados como estavam; com"
        " approve, ficam como a linha diz. Um arquivo seguinte com a mesma dúvida pergunta de novo."
    )


def waiting(store: Store, tenant: str, key: str) -> tuple[Work, list[str]]:
    """The question and the jobs of the files that wait for its answer. Raises KeyError, NotForAPersonError."""
    work = store.get_work(tenant, key)
    if work is None or work.kind is not WorkKind.FILE_QUESTION:
        raise KeyError(key)
    if work.status is not WorkStatus.OPEN:
        raise NotForAPersonError(f"isto já foi respondido: {work.outcome}")
    return work, _told(work, "jobs")


def answer(store: Store, tenant: str, key: str) -> Work:
    """Notes that a person has told what was asked. Raises KeyError, NotForAPersonError."""
    work, _ = waiting(store, tenant, key)
    done = work.done(ANSWERED)
    if not store.mark_work(work, done):
        raise NotForAPersonError("esta tarefa acaba de mudar; veja a lista de novo")
    return done


def reopen(store: Store, done: Work) -> None:
    """What was answered is asked again: reading the files has failed."""
    store.mark_work(done, replace(done, status=WorkStatus.OPEN, outcome=""))


def refuse(store: Store, tenant: str, key: str, act: Act, owner: Callable[[], str]) -> Work:
    """A person wants none of the lines: titles we have that waited for what they say go on as they stood, which their
    record tells. Raises KeyError, NotForAPersonError, OvertakenError.
    """
    work, _ = waiting(store, tenant, key)
    others = [frozenset(_told(one, "asks")) for one in _open(store, tenant) if one.key != key]
    of = partial(held_for, asked=frozenset(_told(work, "asks")), others=others)
    for file in store.tenant_open(tenant):
        if of(file.debtor):
            until_committed(partial(_let_go, store, tenant, file.debtor.id, of, act, owner))
    done = work.done(f"as linhas ficam de fora {act.why}".strip())
    if not store.mark_work(work, done):
        raise NotForAPersonError("esta tarefa acaba de mudar; veja a lista de novo")
    return done


def _let_go(
    store: Store,
    tenant: str,
    debtor: str,
    of: Callable[[Debtor], tuple[Hold, ...]],
    act: Act,
    owner: Callable[[], str],
) -> None:
    file = store.load(tenant, debtor)
    holds = of(file.debtor) if file is not None else ()
    if file is not None and holds:
        after, ledger = let_go(file, act, holds)
        store.commit(file, after, owner=owner(), ledger=ledger)


def _told(work: Work, name: str) -> list[str]:
    told: list[str] = json.loads(work.change or "{}").get(name, [])
    return told
