"""An uploaded bank statement: credits nobody had told, settled movement by movement."""

from collections.abc import Callable, Iterable, Set
from dataclasses import asdict, dataclass

from regua.domain.ids import digest
from regua.domain.intake.bank_statement import BankStatement
from regua.domain.intake.row import WrongFileError
from regua.ports import Objects
from regua.use_cases.importing.answers import Answers, Document, received_document
from regua.use_cases.importing.uploaded_file import UploadedFile
from regua.use_cases.paying.statement import StatementSettling

STATE_ACCOUNTS = "accounts"
"""Small facts of a tenant: hash of a bank account -> when a statement of it first settled something."""


@dataclass(frozen=True, slots=True)
class StatementImport:
    """The ports of this use case; `read` raises WrongFileError."""

    objects: Objects
    read: Callable[[Iterable[bytes]], BankStatement]
    statements: StatementSettling
    answers: Answers

    def run(self, file: UploadedFile) -> Document:
        """Settles what the statement tells; what a person must look at is listed in the summary by its line."""
        document = received_document(file.upload)
        try:
            said = self.read(self.objects.read(file.bucket, file.key))
            self._refuse_anothers(file.tenant, said)
        except WrongFileError as error:
            self.statements.settling.metrics.add("FilesRefused", 1)
            document["erro"] = str(error)
        else:
            document |= self._settle(file, said)
        self.answers.summarise(file, document)
        return document

    def _settle(self, file: UploadedFile, said: BankStatement) -> Document:
        done = self.statements.take(file.tenant, file.upload.name, said)
        if done.applied or done.confirmed:
            self._remember(file.tenant, _accounts(said))
        return {
            "formato": said.layout,
            "banco": said.bank,
            "conta": said.account,
            "lancamentos": len(said.entries),
            "aplicadas": done.applied,
            "confirmadas": done.confirmed,
            "ja_conhecidas": done.known,
            "boletos_reconhecidos": done.boletos,
            "devolucoes": done.returned,
            "outros": done.other,
            "sem_correspondencia": done.unmatched,
            "linhas_com_erro": [asdict(fault) for fault in said.faults],
        }

    def _refuse_anothers(self, tenant: str, said: BankStatement) -> None:
        """An account whose statements have settled titles of another creditor of the installation is that one's."""
        settling, accounts = self.statements.settling, _accounts(said)
        if not accounts:
            return
        for other in settling.rulebook.config.tenants():
            if other != tenant and accounts & settling.store.get_state(other, STATE_ACCOUNTS).keys():
                raise WrongFileError("é o extrato da conta de outra empresa desta instalação: nada foi baixado")

    def _remember(self, tenant: str, accounts: Set[str]) -> None:
        store = self.statements.settling.store
        known = store.get_state(tenant, STATE_ACCOUNTS)
        if accounts - known.keys():
            now = self.statements.settling.clock.now().isoformat()
            store.swap_state(tenant, STATE_ACCOUNTS, known, dict.fromkeys(accounts, now) | known)


def _accounts(said: BankStatement) -> Set[str]:
    """All accounts that the file is of, as they are kept."""
    return {_name(account) for account in (said.account, *(entry.account for entry in said.entries)) if account}


def _name(account: str) -> str:
    return digest("".join(c for c in account.upper() if c.isalnum()), 12)
