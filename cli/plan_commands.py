"""What is asked of the plan folder on the command line."""

from pathlib import Path
from typing import Annotated

import pandera.pandas as pa
import typer

from cli import arguments
from cli.faults import FAILED
from pipelines.keeping import adopted
from schemas import plan as plans
from schemas import plan_notice
from schemas.plan import PlanError
from schemas.plan_rules import own_returns
from schemas.returns import RETURNS, of_folder

app = typer.Typer(no_args_is_help=True, help="计划文件夹。")


@app.command("check")
def plan_check(folder: Annotated[Path | None, typer.Argument(help="计划文件夹")] = None) -> None:
    """检查计划文件夹，逐条指出文件、行、列和错误。"""
    at = folder or plans.HOME
    try:
        plan = plans.read(at, _returns(at))
    except PlanError as faults:
        typer.echo(str(faults))
        arguments.stop(FAILED)
    typer.echo(
        f"计划无误：{len(plan.units)}个单位，{len(plan.fields)}个领域，{len(plan.phases)}个阶段，"
        f"{len(plan.obligations)}项应报事项，共{len(plan.duties)}份应报。"
    )
    if plan_notice.clauses(at) is None:
        typer.echo(f"未附通知原文（{plan_notice.FILE}），条款和原文没有核对。")


def _returns(folder: Path) -> dict[str, pa.DataFrameSchema]:
    """The product's returns, and those of a folder in the place of the running plan's own.

    Raises PlanError for one that is none.
    """
    own = {path.stem for path in own_returns(plans.HOME)}
    return {**{code: each for code, each in RETURNS.items() if code not in own}, **of_folder(folder)}


@app.command("adopt")
def plan_adopt(reason: Annotated[str, typer.Option("--reason", help="为什么改")]) -> None:
    """登记改过的方案，写明理由；登记后应用和命令才按新方案工作。"""
    why, archive = arguments.reason(reason), arguments.archive()
    for words in adopted.differences(archive, plans.HOME):
        typer.echo(words)
    done = adopted.adopt(archive, plans.HOME, why, arguments.actor())
    if done:
        arguments.noted("plan adopt", why)
    typer.echo(f"方案已登记，理由：{why}" if done else "方案与最近一次登记的相同，没有登记。")
