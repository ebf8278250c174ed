"""What is asked of the key by which the record is signed, on the command line."""

from typing import Annotated

import typer

from cli import arguments, printing
from cli.faults import FAILED
from pipelines.keeping.journal import SEAL

app = typer.Typer(no_args_is_help=True, help="流水的签名私钥。")


@app.command("show")
def key_show() -> None:
    """显示公钥和起签的条目：请抄存在别处，供以后比对（verify --against 也认这一输出）。"""
    archive = arguments.archive()
    public, seals, keys = archive.head.key, archive.entries(SEAL), archive.keys
    if not seals or keys is None:
        arguments.stop(FAILED, "流水还没有签名：启动应用或运行一次报送即开始签名。")
    is_here = keys.read(public) is not None
    printing.data(
        {
            "public": public,
            "entry": seals[0].seq,
            "hash": seals[0].hash,
            "began_at": seals[0].written_at,
            "file": str(keys.path),
            "is_here": is_here,
        }
    )


@app.command("replace")
def key_replace(reason: Annotated[str, typer.Option("--reason", help="为什么换")]) -> None:
    """换用新的签名私钥，写明理由；旧私钥已丢失的也用它，流水中会写明。"""
    why, archive = arguments.reason(reason), arguments.archive()
    was_lost = archive.replace_key(why, arguments.actor())
    arguments.noted("key replace", why)
    lost = "原私钥不在本机，流水中已写明它丢失；" if was_lost else ""
    path = archive.keys.path if archive.keys else ""
    typer.echo(f"{lost}已换用新的签名私钥：{path}。请另存一份到别处，并抄存 key show 的输出。")
