"""What went wrong around a command → a sentence and an exit code, instead of a traceback.

Only what is not our own bug: the disk, the archive, the plan, another program. Every receipt that was given
out is on disk by then.
"""

import errno
from collections.abc import Mapping
from typing import Any

import typer
import typer.core

from cli import printing
from demo.halves import CannotBegin
from pipelines.keeping.adopted import PlanChanged
from pipelines.keeping.journal import ArchiveDamaged
from pipelines.keeping.place import WrongSetting
from pipelines.keeping.postgres import Away
from pipelines.keeping.warehouse import Busy, of_machine
from pipelines.reading.worker import ChildDied

FAILED, UNREADABLE, BUSY = 1, 2, 3  # exit codes
SAFE = "已给出回执的报送都已存盘，没有丢失。"
TOLD: Mapping[type[Exception], tuple[int, str]] = {
    CannotBegin: (BUSY, "{why}"),
    PlanChanged: (
        FAILED,
        "方案文件夹与最近一次登记的方案不同：{why}。确实要改的，运行 plan adopt --reason 理由；"
        "不是要改的，请把文件改回原样。",
    ),
    ArchiveDamaged: (
        FAILED,
        "留存的流水或原件不完整：{why}。数据没有改动。请先运行 verify 核验，再由备份恢复，"
        "或重新报送同一文件。",
    ),
    WrongSetting: (FAILED, "设置有误：{why}。"),
    Away: (BUSY, "数据库服务器或共享磁盘暂时连不上：{why}。请联系系统管理员，稍后再试。" + SAFE),
    Busy: (BUSY, "数据库正由另一个程序使用，请等它结束后再试。"),
    ChildDied: (BUSY, "读取工作簿时多次中断，可能是机器繁忙，请稍后再试。" + SAFE),
}
FULL = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}
CLOSED = {errno.EACCES, errno.EPERM, errno.EROFS}


class Commands(typer.core.TyperGroup):
    """The commands, of which each ends with a sentence whatever happens around it."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; raises typer.Exit with its code where something around it failed."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except tuple(TOLD) as why:
            code, words = next(told for kind, told in TOLD.items() if isinstance(why, kind))
            printing.say(words.format(why=why))
            raise typer.Exit(code) from why
        except Exception as why:
            fault = why if isinstance(why, OSError) else of_machine(why)
            if fault is None:
                raise
            printing.say(_said_of(fault))
            raise typer.Exit(FAILED) from why


def _said_of(why: OSError) -> str:
    """What a fault of the machine means, and how to mend it."""
    place = f"（{why.filename}）" if why.filename else ""
    if why.errno in FULL:
        return f"磁盘已满，或文件超过大小限制{place}。请腾出空间后再试。{SAFE}"
    if why.errno in CLOSED:
        return f"没有写入权限{place}，请检查数据目录的权限。{SAFE}"
    return f"读写文件失败{place}：{why.strerror or why}。请检查磁盘空间、权限和路径后再试。{SAFE}"
