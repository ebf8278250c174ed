"""What is asked on the command line: also the contract for other programs (`docs/使用手册.md`)."""

import json
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

import demo as demonstration
import views
from cli import account_commands, arguments, key_commands, plan_commands, printing, record_commands
from cli.arguments import CODES, stop
from cli.faults import FAILED, UNREADABLE, Commands
from demo import halves
from demo.story import SEED, Story
from pipelines import acts, intake, rebuild
from pipelines.judging.between import offline
from pipelines.judging.judge import judge
from pipelines.keeping import adopted, names
from pipelines.keeping.place import home
from pipelines.keeping.receipts import listed, reached
from pipelines.keeping.store import Store, demo_day
from pipelines.writing import derived, marks, template
from schemas.clock import local_day
from schemas.forms import forms
from schemas.plan import PLAN
from schemas.said import EXAMPLE_DAY
from views.answers import prefill

VIEWS = views.questions()

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    help=f"{PLAN.campaign.short}报送：模板、核对、报送、查询、备份。",
)
app.add_typer(plan_commands.app, name="plan")
app.add_typer(key_commands.app, name="key")
app.add_typer(record_commands.app)
app.add_typer(account_commands.app, name="account")

UnitOption = Annotated[str | None, typer.Option("--unit", help="单位代码或名称；省略时按工作簿识别")]
MatterOption = Annotated[str | None, typer.Option("--obligation", help="事项代码；省略时按工作簿识别")]
ReasonOption = Annotated[str | None, typer.Option("--reason", help="另定收到时间的理由")]
AsOption = Annotated[
    str | None, typer.Option("--as", help="以哪个账户的身份，范围与页面相同；省略为本机用户")
]
JsonOption = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Files = Annotated[list[Path], typer.Argument(help="工作簿")]


@app.command("template")
def template_(
    unit: Annotated[str, typer.Argument(help="单位代码或名称；all 为全部单位")],
    folder: Annotated[Path, typer.Option("--out", help="存放文件夹")],
    obligation: Annotated[
        str | None, typer.Option("--obligation", help="事项代码；all 为该单位的全部事项")
    ] = None,
    prefilled: Annotated[bool, typer.Option("--known", help="预填此前已受理的机构")] = False,
) -> None:
    """生成待填的工作簿。不指明事项的，生成该单位分领域的排查表，没有的生成最早到期的一项。"""
    wanted = list(PLAN.units) if unit == "all" else [arguments.unit_code(unit) or ""]
    folder.mkdir(parents=True, exist_ok=True)
    moved = adopted.moved_words(arguments.archive()) if home().exists() else {}
    with arguments.opened() if prefilled else nullcontext() as store:
        for code in wanted:
            for owed in arguments.matters(code, "all" if unit == "all" else obligation):
                name = f"{PLAN.units[code].title}_{owed.title}_{owed.obligation}.xlsx".replace("/", "、")
                rows = _prefill(store, code, owed.obligation) if store else None
                said = moved.get(owed.obligation, "")
                (folder / name).write_bytes(template.template(code, owed.obligation, rows=rows, moved=said))
                typer.echo(str(folder / name))


def _prefill(store: Store, unit: str, obligation: str) -> dict[str, list[dict[str, Any]]]:
    scope = views.Scope(None, local_day(store.now()), None)
    return {
        form.title: prefill.fetch(store.con, scope, unit, form.return_, form.field, obligation)
        for form in forms(obligation, unit)
    }


@app.command()
def check(
    files: Files,
    unit: UnitOption = None,
    obligation: MatterOption = None,
    as_json: JsonOption = False,
    marked_up: Annotated[
        Path | None, typer.Option("--marked-up", help="把标出问题的原表存到这个文件夹")
    ] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="按哪一天收到核对；省略为今天")] = None,
) -> None:
    """核对工作簿，不报送，不改动任何数据；与此前报送相比的规则列为暂未检查，其余结论与报送时相同。"""
    judged = []
    for path in files:
        content = arguments.contents(path)
        alone = judge(
            content, unit=arguments.unit_code(unit), obligation=obligation, arrived_on=arguments.day(as_of)
        )
        judgement = offline(alone)
        judged.append((names.filename(path.name), judgement))
        if marked_up and judgement.problems:
            marked_up.mkdir(parents=True, exist_ok=True)
            (marked_up / f"{Path(names.filename(path.name)).stem}_问题.xlsx").write_bytes(
                marks.marked_up(content, judgement)
            )
    printing.judgements(judged, as_data=as_json)
    stop(max(CODES.get(judgement.verdict, UNREADABLE) for _, judgement in judged))


@app.command()
def submit(
    files: Files,
    sent_by: Annotated[str | None, typer.Option("--by", help="报送人；写明 --as 的不必写")] = None,
    unit: UnitOption = None,
    obligation: MatterOption = None,
    as_account: AsOption = None,
    received_at: Annotated[
        str | None, typer.Option("--received-at", help=f"收到时间，如 {EXAMPLE_DAY}T17:30")
    ] = None,
    reason: ReasonOption = None,
    as_json: JsonOption = False,
) -> None:
    """报送工作簿：留存、核对、入库，给出回执。"""
    arrived = arguments.instant(received_at)
    why = arguments.reason(reason) if arrived else None
    contents = [(path, arguments.contents(path)) for path in files]
    account = arguments.account(as_account)
    person = account.person if account else sent_by or stop(UNREADABLE, "请用 --by 写明报送人")
    stated: intake.Stated = {"unit": arguments.own_unit(account, unit), "obligation": obligation}
    by = account.name if account else arguments.actor()
    stated |= {"received_at": arrived, "reason": why, "by": by}
    outcomes: list[intake.Outcome] = []
    try:
        with arguments.opened() as store:
            for path, content in contents:
                outcomes.append(intake.receive(store, content, path.name, person, **stated))
                if account:
                    acts.read_back(store, account, outcomes[-1].receipt.no, outcomes[-1].judgement.notes)
    finally:
        if outcomes:  # whatever became of the rest, what has its receipt is told
            arguments.noted("submit", f"回执 {'、'.join(each.receipt.no for each in outcomes)}")
            printing.outcomes(outcomes, as_data=as_json)
    stop(max(CODES.get(each.judgement.verdict, UNREADABLE) for each in outcomes))


@app.command()
def receipts(unit: UnitOption = None, as_account: AsOption = None, as_json: JsonOption = False) -> None:
    """列出收到的报送和结论。"""
    account = arguments.account(as_account)
    reach = arguments.reach(account, "original")
    every = listed(arguments.archive(), arguments.unit_code(unit))
    printing.receipts(reached(every, reach, account.name if account else ""), as_data=as_json)


@app.command()
def receipt(
    no: Annotated[str, typer.Argument(help="回执号")],
    came_at: Annotated[str | None, typer.Option("--came-at", help="更正收到时间")] = None,
    reason: ReasonOption = None,
) -> None:
    """显示一份回执和当日的结论（JSON）；收到时间记错的，用 --came-at 更正并写明理由。"""
    if came := arguments.instant(came_at):
        why = arguments.reason(reason)
        with arguments.opened() as store:
            intake.place(store, no, came, why, arguments.actor())
        arguments.noted("receipt --came-at", f"回执 {no}")
    archive = arguments.archive()
    asked = archive.receipt(no)
    if asked is None:
        stop(UNREADABLE, f"没有这个回执号：{no}")
    signed = archive.verdict(no)
    report = json.loads(archive.bytes_of(signed["judgement"])) if signed else None
    printing.data({"receipt": printing.receipt(asked), "judgement": report})


@app.command()
def answer(
    view: Annotated[str, typer.Argument(help="视图：" + "、".join(VIEWS))],
    as_of: Annotated[str, typer.Option("--as-of", help="截至日期")],
    phase: Annotated[str | None, typer.Option("--phase", help="阶段代码；省略为全部阶段")] = None,
    unit: UnitOption = None,
    field: Annotated[str | None, typer.Option("--field", help="领域")] = None,
    as_account: AsOption = None,
    as_data: Annotated[bool | None, typer.Option("--json/--csv", help="输出 JSON 或 CSV；省略为表格")] = None,
) -> None:
    """输出一个视图的结果，与页面相同。"""
    day = arguments.day(as_of)
    if view not in VIEWS or day is None:
        stop(UNREADABLE, f"没有这个视图：{view}")
    if phase is not None and phase not in PLAN.phases:
        stop(UNREADABLE, f"没有这个阶段：{phase}（可用：{'、'.join(PLAN.phases)}）")
    reach = arguments.reach(arguments.account(as_account), "export")
    with arguments.opened() as store:
        rows = VIEWS[view].fetch(store.con, views.Scope(phase, day, reach))
    chosen = {arguments.unit_code(unit): ("unit", "territory"), arguments.field_code(field): ("field",)}
    rows = _narrowed(rows, chosen)
    printing.rows(rows, VIEWS[view].ANSWER, as_data=as_data)


def _narrowed(rows: pd.DataFrame, chosen: Mapping[str | None, tuple[str, ...]]) -> pd.DataFrame:
    """The rows of a unit or a field, which an answer names by code or, in the ledger, by title."""
    for code, columns in chosen.items():
        if code is None:
            continue
        titles = [things[code].title for things in (PLAN.units, PLAN.fields) if code in things]
        for column in columns:
            if column in rows:
                rows = rows[rows[column].isin([code, *titles])]
    return rows


@app.command("rebuild")
def rebuild_() -> None:
    """由留存的原件重建数据库，并列出按今天的规则结论会不同的回执。"""
    with printing.bar("正在重建") as progress:
        otherwise = arguments.patiently(lambda: rebuild.rebuild(home(), progress))
    for each in otherwise:
        typer.echo(f"按今天的规则结论不同：{each.no} {each.filename}")
    arguments.noted("rebuild", f"结论不同的 {len(otherwise)} 份")
    typer.echo(f"重建完成，结论不同的 {len(otherwise)} 份；原结论不变。")


@app.command()
def compact() -> None:
    """合并共享数据湖中的小文件（每夜一次；单机不需要）。"""
    with arguments.opened() as store:
        is_done = store.gate.compact(store.con)
    typer.echo("已合并。" if is_done else "另一台服务器正在合并，本次不必再做。")


@app.command()
def demo(
    until: Annotated[str | None, typer.Option("--until", help="只演到这一天")] = None,
    seed: Annotated[int, typer.Option("--seed", help="随机种子")] = SEED,
    scale: Annotated[int, typer.Option("--scale", help="机构数量的倍数")] = 1,
    workbooks: Annotated[Path | None, typer.Option("--workbooks", help="另存全部工作簿")] = None,
) -> None:
    """生成虚构的示例战役：做成工作簿，逐份报送。"""
    if aside := halves.put_aside(home()):
        printing.say(f"上次生成示例时中断，只有一半；已移到 {aside}（可以删除），现从头生成。")
    archive = arguments.archive()
    if (home() / "demo.json").exists() and demo_day(archive) is None:
        stop(FAILED, f"{home()} 是旧版示例（demo.json）。示例现记在流水首条，请移走该目录后重新生成。")
    if archive.entries():
        printing.say(f"{home()} 中已有数据，不再生成示例。")
        return
    last = arguments.day(until) or demonstration.END
    with printing.bar("正在生成示例") as progress:
        story = Story(seed, scale)
        count = demonstration.run(home(), story, until=last, workbooks=workbooks, progress=progress)
    typer.echo(f"示例数据已生成：{count} 份工作簿。")


@app.command()
def docs(folder: Annotated[Path, typer.Option("--out", help="存放文件夹")] = Path("docs")) -> None:
    """生成报表和规则的说明页。"""
    for path in derived.write(folder):
        typer.echo(str(path))
