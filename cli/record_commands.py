"""What is asked of the record on the command line: whether it is whole, a copy of it, and the way back."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli import arguments, printing
from cli.arguments import stop
from cli.faults import BUSY, FAILED, UNREADABLE
from pipelines.keeping import anchors, place, verified
from pipelines.keeping import backup as copies
from pipelines.keeping.place import home
from pipelines.keeping.signing import Anchor
from schemas import plan as plans
from schemas.plan import PLAN

app = typer.Typer()


@app.command("trail")
def trail_(
    days: Annotated[
        int | None, typer.Option("--older-than", min=1, help="天数；省略时按方案 campaign.csv 的 trail_days")
    ] = None,
) -> None:
    """封存并移去过了保留期的留痕，链头记入流水（停用应用后进行）。"""
    kept_for = days or PLAN.campaign.trail_days
    if kept_for is None:
        stop(UNREADABLE, "方案没有定留痕的保留天数（campaign.csv 的 trail_days），请用 --older-than 写明")
    where = place.of(home())
    if where.shared is None and place.is_served(home()):
        stop(BUSY, "应用正在运行，请停止应用后再试。")
    with arguments.everybody() as known:
        count = known.trail.seal(dt.datetime.now(tz=dt.UTC) - dt.timedelta(days=kept_for))
    arguments.noted("trail", f"封存 {count} 条")
    typer.echo(f"已封存 {count} 条，链头记入流水。" + ("请逐台重启应用。" if where.shared else ""))


@app.command()
def verify(
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", help="备份、回执（JSON），或逐行写有条目号和指纹的文本，可多次"),
    ] = None,
) -> None:
    """核验原件、流水、签名和数据库的数字有没有被改动，不写任何数据；--against 用留在别处的材料比对。"""
    named = _named(against or [])
    archive = arguments.archive()
    found = verified.of(place.of(home()), archive, plans.HOME, named)
    for words in found.unchecked:
        printing.say(words)
    for words in found.faults:
        typer.echo(printing.printable(words))
    if found.faults:
        stop(FAILED)
    held = f"，与 {len(named)} 处留存的指纹一致" if named else ""
    signed = "流水完整，签名无误" if archive.head.key else "流水完整"
    typer.echo(f"核验无误：{len(archive.receipts())} 份报送，{signed}，方案与登记的一致{held}。")


def _named(files: Sequence[Path]) -> list[tuple[str, Anchor]]:
    """Every entry that some files name, each with the file's name; ends the command where one names none."""
    named: list[tuple[str, Anchor]] = []
    for path in files:
        try:
            named += [(path.name, anchor) for anchor in anchors.read(path)]
        except anchors.NoAnchor as why:
            stop(UNREADABLE, str(why))
        except OSError:
            stop(UNREADABLE, f"找不到或打不开文件：{path}")
    return named


@app.command()
def backup(destination: Annotated[Path, typer.Argument(help="备份文件")]) -> None:
    """把全部原件和流水备份成一个文件；签名私钥不在其中。"""
    count = copies.backup(place.of(home()), destination)
    arguments.noted("backup", f"{count} 个文件")
    typer.echo(f"已备份 {count} 个文件到 {destination}")


@app.command()
def restore(source: Annotated[Path, typer.Argument(help="备份文件")]) -> None:
    """由备份文件恢复到空目录，先核验。"""
    try:
        copies.restore(source, place.of(home()), arguments.actor())
    except copies.CannotRestore as why:
        typer.echo(str(why))
        stop(FAILED)
    typer.echo(f"已恢复到 {home()}")
    with arguments.opened():  # what was put back is read again
        pass
    arguments.noted("restore", source.name)
