"""`regua doctor`: whether an installation is ready to write to one creditor's debtors, and what to do next."""

import argparse
from datetime import UTC, datetime
from typing import Any

from regua.platform import clients
from regua_cli import cloud
from regua_cli.main import CliError, emit
from regua_cli.words import count, sentence

MARKS = {"ok": "certo", "attention": "atenção", "failed": "falta"}


def register(groups: Any) -> None:
    """Adds `doctor`."""
    parser = groups.add_parser(
        "doctor",
        help="confere se a instalação está pronta para cobrar",
        description="Confere remetentes, limites, segredos, modelos, avisos e alarmes, sem mudar nada, e diz o que "
        "fazer. Sai com 0 se nada falta, 1 se falta algo, 2 se não deu para conferir (rede, credenciais, nome errado).",
    )
    cloud.add_arguments(parser)
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from regua_cli.checkup import frame  # noqa: PLC0415 (they load what each channel and gateway is made of)
    from regua_cli.checkup.all_checks import CHECKS  # noqa: PLC0415 (as above)

    stack = cloud.table(options)
    with cloud.reaching(options) as store:
        place = frame.Installation(stack, _function(stack), options.tenant, store, datetime.now(UTC))
        found = []
        for finding in frame.examine(place, CHECKS):
            found.append(finding)
            if not options.json:
                print(f"[{MARKS[finding.state]}] {sentence(finding.what)}", flush=True)
                if finding.todo:
                    print(f"  -> {finding.todo}", flush=True)
    failed = sum(finding.state is frame.CheckState.FAILED for finding in found)
    doubts = sum(finding.state is frame.CheckState.ATTENTION for finding in found)
    if options.json:
        checks = [{"check": f.check, "state": f.state.value, "what": f.what, "todo": f.todo} for f in found]
        emit({"tenant": options.tenant, "stack": stack, "ok": not failed, "checks": checks})
    else:
        right = len(found) - failed - doubts
        print(f"{count(right, 'certa', 'certas')}, {doubts} de atenção, {count(failed, 'falta', 'faltas')}")
    return 1 if failed else 0


def _function(stack: str) -> dict[str, Any]:
    """One of its functions, which has been told everything. Raises CliError where there is no such installation."""
    client = clients.lambda_()
    try:
        found: dict[str, Any] = client.get_function_configuration(FunctionName=f"{stack}-send-channel")
    except client.exceptions.ResourceNotFoundException:
        raise CliError(f"não há instalação {stack} nesta região (use --table e --region)") from None
    return found
