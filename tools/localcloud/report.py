"""The demonstration told in Portuguese on the terminal."""

import textwrap
from collections import Counter, defaultdict
from typing import Any

from localcloud import visit
from localcloud.deployment import TENANT
from localcloud.scene import Scene
from localcloud.timeline import BRASILIA
from localcloud.wording import CHANNELS, OUTAGES, TROUBLES, VIOLATIONS
from localcloud.world import MessageRecord, World
from regua.domain.codes.amount import reais
from regua.domain.reasons import TEXTS, Reason
from regua_cli.words import capital, count, listed

SAMPLES = 3
LINES_OF_A_MESSAGE = 24
WIDTH = 96


def show(summary: dict[str, Any], scene: Scene, failures: list[str], stalls: list[str]) -> None:
    """Prints the whole report. `failures` are the product's, `stalls` this machine's."""
    world = scene.world
    print("\n" + "=" * WIDTH)
    print(f"RÉGUA: {count(summary['days'], 'dia', 'dias')} de cobrança, em tempo simulado, nesta máquina")
    print("=" * WIDTH)
    _import(summary)
    _contacts(summary, world)
    _money(summary, world)
    _outages(summary)
    _skipped(summary)
    _messages(world)
    _verdict(summary, world, failures, stalls)


def meaning(reason: str) -> str:
    """A reason code in Portuguese."""
    return TEXTS[Reason(reason)].pt if reason in Reason.__members__ else reason


def _title(text: str) -> None:
    print(f"\n{text}\n" + "-" * len(text))


def _import(summary: dict[str, Any]) -> None:
    file = summary["file"]
    _title("A planilha")
    print(
        f"{count(file['lines'], 'linha', 'linhas')}: {count(file['accepted'], 'aceita', 'aceitas')}, "
        f"{file['unchanged']} sem mudança, {count(file['rejected'], 'rejeitada', 'rejeitadas')} "
        f"(com o motivo e a correção), {file['blank']} em branco."
    )
    for problem, times in summary["problems"].items():
        print(f"  {times:>4}  {problem}")
    debtors = count(summary["debtors"], "devedor", "devedores")
    print(f"{debtors} com {count(summary['receivables'], 'título', 'títulos')}.")


def _contacts(summary: dict[str, Any], world: World) -> None:
    _title("Quem foi procurado, e como")
    total = sum(summary["contacts"].values())
    by_channel = listed(f"{number} por {CHANNELS[name]}" for name, number in summary["contacts"].items())
    people = {record.arrival.person.key for record in world.records if record.arrival.person}
    thanks = summary["notices"]
    lost = sum(1 for record in world.records if not record.reached)
    messages, reached = count(total, "mensagem", "mensagens"), count(len(people), "pessoa", "pessoas")
    print(f"{messages} a {reached}: {by_channel}. Sem chegar, por caixa ou número inválido: {lost}.")
    print(f"Mais {count(thanks, 'aviso que nada pede', 'avisos que nada pedem')}, como agradecer um pagamento.")
    steps: dict[str, Counter[str]] = defaultdict(Counter)
    for record in world.records:
        steps[record.step][record.arrival.channel] += 1
    for step, channels in sorted(steps.items(), key=lambda pair: -pair[1].total()):
        spread = ", ".join(f"{CHANNELS[name]} {number}" for name, number in channels.most_common())
        print(f"  {step:<28} {channels.total():>4}   {spread}")


def _money(summary: dict[str, Any], world: World) -> None:
    _title("Quem pagou")
    payments, told, cases = summary["payments"], world.gateway.told, summary["cases"]
    accounts = world.books.accounts.values()
    paid = [account for account in accounts if account.paid_cents]
    settled = [account for account in accounts if account.person.bills and not any(account.owed.values())]
    payers = count(len(paid), "devedor", "devedores")
    print(f"{reais(summary['recovered_cents'])} recuperados de {payers}; quitaram tudo: {len(settled)}.")
    if waits := summary["money_for_a_person_cents"]:
        print(f"À espera de uma pessoa, que já foi avisada (sem dono, ou talvez pago duas vezes): {reais(waits)}.")
    print(
        f"Avisos dos bancos: {payments['received']} recebidos = {payments['applied']} aplicados + "
        f"{payments['duplicate']} repetidos + {payments['unmatched']} sem dono."
    )
    print(
        f"Entre eles, atrasados: {told.late}; pagamentos parciais: {told.partial}; devoluções: {told.refunds}. "
        f"Avisos falsos, todos recusados: {told.refused}."
    )
    print(f"Casos: {cases['opened']} abertos = {cases['closed']} encerrados + {cases['open']} em andamento.")
    pulls = summary["pulls"]
    print(
        f"Consultas aos gateways: {pulls['completed']} completas, {pulls['failed']} sem resposta (fora do ar), "
        f"{pulls['lost']} pagamentos que o aviso não tinha trazido."
    )
    executions = summary["executions"]
    print(
        f"Execuções: {executions['started']} iniciadas, {executions['ended']} terminadas, "
        f"{executions['failed']} com falha."
    )


def _outages(summary: dict[str, Any]) -> None:
    met = {(who, kind): number for who, kinds in summary["outages"].items() for kind, number in kinds.items() if number}
    if not met:
        return
    _title("O que esteve fora do ar")
    for (who, kind), number in met.items():
        print(f"  {number:>4}  {OUTAGES[who]}: {TROUBLES[kind]}")
    print(
        f"Mensagens de que ninguém disse se foram aceitas, nunca repetidas: {summary['unknown_contacts']}. "
        f"Dadas por enviadas que a ninguém chegaram: {len(summary['sent_and_never_arrived'])}."
    )


def _skipped(summary: dict[str, Any]) -> None:
    _title("Quem não foi procurado, e por quê")
    if not summary["skipped"]:
        print("Ninguém ficou de fora.")
    for reason, number in sorted(summary["skipped"].items(), key=lambda pair: -pair[1]):
        print(f"  {number:>4}  {reason:<24} {meaning(reason)}")


def samples(world: World) -> list[MessageRecord]:
    """A few messages of different channels, the richest e-mail first."""
    found: list[MessageRecord] = []
    for channel in CHANNELS:
        of_channel = [r for r in world.records if r.arrival.channel == channel and r.reached and not r.notice]
        if of_channel:
            found.append(of_channel[len(of_channel) // 3])
    return found[:SAMPLES]


def _messages(world: World) -> None:
    _title("Algumas mensagens, como os devedores as viram")
    for record in samples(world):
        arrival = record.arrival
        zone = arrival.at.astimezone(BRASILIA)
        print(f"\n{capital(CHANNELS[arrival.channel])}, {zone:%d/%m/%Y %H:%M} (Brasília), etapa {record.step}")
        lines = ([f"Assunto: {arrival.subject}", ""] if arrival.subject else []) + arrival.text.splitlines()
        lines = [part for line in lines for part in textwrap.wrap(line, WIDTH - 4) or [""]]
        for line in lines[:LINES_OF_A_MESSAGE]:
            print(f"  | {line}".rstrip())
        if len(lines) > LINES_OF_A_MESSAGE:
            print(f"  | (mais {len(lines) - LINES_OF_A_MESSAGE} linhas)")


def _verdict(summary: dict[str, Any], world: World, failures: list[str], stalls: list[str]) -> None:
    _title("O que nunca pode acontecer")
    for name, number in summary["violations"].items():
        print(f"  {number:>4}  {VIOLATIONS[name]}")
    for violation in world.referee.violations[:10]:
        arrival = violation.arrival
        message = f"{CHANNELS[arrival.channel]} {arrival.message_id[:24]}"
        print(f"        {VIOLATIONS[violation.kind]}: {message} {violation.why}")
    for violation, why in world.referee.withdrawn[:10]:
        message = f"{CHANNELS[violation.arrival.channel]} {violation.arrival.message_id[:24]}"
        print(f"        (conferido: {message} {why}: nenhuma promessa quebrada)")
    flight = summary["flight_seconds"]
    print(f"  Do portão ao provedor: {_seconds(flight['p50'])} (metade), {_seconds(flight['p99'])} (99 de 100).")
    if summary["standstill_seconds"] > 1:
        stood, longest = summary["standstill_seconds"], _seconds(round(world.standstill.longest, 1))
        print(
            f"\nA máquina esteve parada por {stood:.0f} s (até {longest} de uma vez), e um segundo são horas "
            "simuladas: o que estava a caminho ganhou esse prazo."
        )
    if not failures and not stalls:
        print("\nTudo como prometido.")
    if stalls:
        print("\nA máquina não acompanhou, e nada se pode concluir do seguinte (tente de novo com ela livre):")
        for stall in stalls:
            print(f"  - {stall}")
    if failures:
        print("\nFALHOU:")
        for failure in failures:
            print(f"  - {failure}")


def _seconds(value: float) -> str:
    return f"{value:g} s".replace(".", ",")


def keep(scene: Scene) -> None:
    """What to play with while everything goes on running: with what the project installs, and nothing else."""
    deployment, url = scene.deployment, scene.emulator.url
    visit.leave(url, deployment)
    at = f"--tenant {TENANT} --endpoint-url {url} --shards 1"
    _title("Continua rodando (KEEP=1); o tempo simulado agora anda no passo do relógio")
    print(f"""  nuvem local           {url}
  webhooks              {deployment.api_url}/webhooks/{{pix,asaas}}/{TENANT}
  caixa de e-mail       {url}/_ministack/ses/messages
  SMS enviados          {url}/_ministack/sns/sms-messages
  servidor do WhatsApp  {scene.graph.url}

Em outro terminal, nesta pasta:
  export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test AWS_DEFAULT_REGION=sa-east-1
  .venv/bin/regua work list {at}
  .venv/bin/regua inbox list {at}
  .venv/bin/regua person find NOME {at}
  .venv/bin/python tools/localcloud/visit.py upload planilha.csv
  .venv/bin/python tools/localcloud/visit.py reports
  .venv/bin/python tools/localcloud/visit.py scan
  .venv/bin/python tools/localcloud/visit.py executions
  .venv/bin/python tools/localcloud/visit.py pix        (um Pix que ninguém pediu)

Para desligar tudo: Ctrl-C.""")
