"""What a file asks of a person, as work: answered in `tenant.yaml`, and the files whose lines wait are read again."""

import json

from regua.domain.ids import digest
from regua.domain.intake.questions import Questions
from regua.domain.work import NotForAPersonError, Work, WorkKind, WorkStatus
from regua.ports import Store
from regua.use_cases.importing.uploaded_file import UploadedFile

MOST_FILES = 12
"""Files that wait for one answer; of more, the newest."""


def ask(store: Store, file: UploadedFile, counts: dict[str, int]) -> None:
    """Makes the questions one piece of work; the same ones of a later file are the same work, and both files wait."""
    questions = Questions(counts)
    asked = questions.all()
    name = digest("\0".join(sorted(f"{one.kind}={one.column}" for one in asked)), 12)
    before = store.get_work(file.tenant, f"{WorkKind.FILE_QUESTION}:{name}")
    jobs = _jobs(before) if before is not None and before.status is WorkStatus.OPEN else []
    jobs = [*(job for job in jobs if job != file.job), file.job][-MOST_FILES:]
    lines = sum(one.lines for one in asked)
    text = "\n\n".join(f"{one.text} ({one.lines} linhas)\nEm tenant.yaml: {one.answer}" for one in asked)
    store.put_work(
        Work(
            file.tenant,
            WorkKind.FILE_QUESTION,
            name,
            file.upload.at,
            reference=file.upload.name,
            note=f"{lines} linhas do arquivo {file.upload.name} esperam: {asked[0].text}",
            text=(
                f"{text}\n\nResponda em tenant.yaml, ao lado de columns:, publique, e diga approve: as linhas que"
                " esperam são lidas de novo. refuse: elas ficam de fora. Os títulos já conhecidos que elas citam"
                " ficam parados até uma linha que se entenda, ou até uma pessoa os soltar (estado file)."
            ),
            change=json.dumps({"jobs": jobs}),
        )
    )


def waiting(store: Store, tenant: str, key: str) -> tuple[Work, list[str]]:
    """The question and the jobs of the files that wait for its answer. Raises KeyError, NotForAPersonError."""
    work = store.get_work(tenant, key)
    if work is None or work.kind is not WorkKind.FILE_QUESTION:
        raise KeyError(key)
    if work.status is not WorkStatus.OPEN:
        raise NotForAPersonError(f"isto já foi respondido: {work.outcome}")
    return work, _jobs(work)


def close(store: Store, tenant: str, key: str, outcome: str) -> Work:
    """Notes what a person has said. Raises KeyError, NotForAPersonError."""
    work, _ = waiting(store, tenant, key)
    done = work.done(outcome)
    if not store.mark_work(work, done):
        raise NotForAPersonError("esta tarefa acaba de mudar; veja a lista de novo")
    return done


def _jobs(work: Work) -> list[str]:
    jobs: list[str] = json.loads(work.change or "{}").get("jobs", [])
    return jobs
