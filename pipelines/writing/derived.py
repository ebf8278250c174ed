"""The reference pages that derive from the declarations: returns, rules, access and acts of docs."""

from collections.abc import Iterator
from pathlib import Path

import pandera.pandas as pa

from pipelines.writing.template import heading
from schemas import access
from schemas import rules as between
from schemas.acting import STATES, STAYS, SUBJECTS, ActKind
from schemas.acts import ACTS
from schemas.columns import UNKNOWN, allowed
from schemas.cover import COVER
from schemas.problems import LEVELS, MUST, SENTENCES
from schemas.returns import RETURNS
from schemas.said import TERRITORY

KINDS = {
    "text": "文字",
    "choice": "单选",
    "choices": "多选",
    "money": "金额",
    "number": "数",
    "whole": "整数",
    "day": "日期",
    "code": "号码",
    "phone": "电话",
}
DERIVED = "<!-- 由 python -m pipelines docs 生成，请勿手改 -->\n\n"
SHOWN_OPTIONS = 12
RIGHTS = {access.ALL: "全部", access.OWN: "本范围", access.GIVEN: "分给它核查的", "": "—"}
HANDED_OUT = {
    "people": "联系电话、法定代表人、实际控制人",
    "original": "原件",
    "export": "导出的表格",
    "template": "模板",
    "answer": "说明、撤回、申请延期、整改回复、答复、签收",
    "inspect": "记录核查、更正、复核",
    "close": "销号、退回复核",
}
OWN_WORDS = (
    f"\n本范围：本单位报送的，本{TERRITORY}的，或本单位牵头领域的；督察组为分给它的{TERRITORY}和领域。"
    "没有列出的页面、路径和文件，谁都看不到；不在范围内的，与不存在的说法相同。\n"
)


def write(folder: Path) -> list[Path]:
    """Write the pages into a folder; returns their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {"returns.md": returns(), "rules.md": rules(), "access.md": matrix(), "acts.md": acts()}
    for name, words in pages.items():
        (folder / name).write_text(words, encoding="utf-8")
    return [folder / name for name in pages]


def returns() -> str:
    """Markdown: for the cover and every return a table of what each column asks for."""
    parts = [DERIVED, "# 报表\n"]
    for schema in (COVER, *RETURNS.values()):
        parts.append(f"\n## {schema.title} `{schema.name}`\n\n{schema.description}\n\n")
        parts.append("| 列 | 名称 | 类型 | 必填 | 可选值 | 也认作 |\n|---|---|---|---|---|---|\n")
        parts += [_column(name, column) for name, column in schema.columns.items()]
    return "".join(parts)


def matrix() -> str:
    """Markdown: which role sees what of each page, and of each thing that is handed out."""
    heading_ = "".join(f" {title} |" for title in access.ROLES.values())
    parts = [DERIVED, "# 谁能看什么\n\n", f"| 页面、文件 |{heading_}\n|---|{'---|' * len(access.ROLES)}\n"]
    for name, rights in ((name, rights) for name, rights in access.PLACES.items() if rights):
        cells = "".join(f" {RIGHTS[rights.get(role, '')]} |" for role in access.ROLES)
        parts.append(f"| {access.TITLES.get(name) or HANDED_OUT[name]} |{cells}\n")
    return "".join([*parts, OWN_WORDS])


def acts() -> str:
    """Markdown: every kind of act, who may do it to what, from which state to which, and its rules."""
    parts = [
        DERIVED,
        "# 办理\n\n每次办理都写入流水：谁、何时、对什么、为什么；不改、不删，更正是再办一次。\n",
    ]
    for code, kind in ACTS.items():
        schema = kind.content
        parts.append(f"\n## {schema.title} `{code}`\n\n{schema.description}\n\n")
        parts += _course(kind)
        if schema.columns:
            parts.append("\n| 列 | 名称 | 类型 | 必填 | 可选值 | 也认作 |\n|---|---|---|---|---|---|\n")
            parts += [_column(name, column) for name, column in schema.columns.items()]
        if schema.checks:
            parts.append("\n| 规则 | 问题 | 怎么办 | 依据 |\n|---|---|---|---|\n")
            parts += [_rule_of_act(check) for check in schema.checks]
    return "".join(parts)


def _course(kind: ActKind) -> Iterator[str]:
    """From which state to which an act goes, who may do it, and what it asks for besides its columns."""
    before = "、".join(f"“{STATES[state]}”" for state in kind.before)
    after = "，状态不变" if kind.after == STAYS else f"变为“{STATES[kind.after]}”"
    yield f"- 对什么：{SUBJECTS[kind.about]}；由{before}{after}\n"
    who = (f"{access.ROLES[r]}（{RIGHTS[may]}）" for r, may in access.PLACES[kind.place].items())
    conditions = {
        "，不能由提出申请的人办理": kind.by_another,
        "，只由发现人或其代理人办理": kind.by_opener,
        "，不能由发现人、经办过的人和责任单位的人办理": bool(kind.not_by),
    }
    but = "".join(words for words, holds in conditions.items() if holds)
    yield f"- 谁可以：{'、'.join(who) or '系统自动办理'}{but}\n"
    yield f"- {kind.reason_title}：{'必填' if kind.asks_reason else '可不填'}\n"
    if kind.files is not None:
        least = f"至少 {kind.files} 份" if kind.files else "可不附"
        yield f"- 附件：{least}；JPG、PNG 或 PDF，每份不超过 20 MB\n"


def _rule_of_act(check: pa.Check) -> str:
    facts = check.statistics or {}
    return f"| {check.name} | {facts['wrong']} | {facts['mend']} | {facts['basis']} |\n"


def _column(name: str, column: pa.Column) -> str:
    meta = column.metadata or {}
    options = allowed(column)
    more = f" 等{len(options)}项" if len(options) > SHOWN_OPTIONS else ""
    shown = "、".join(options[:SHOWN_OPTIONS]) + more
    shown = f"可填“{UNKNOWN}”" if meta.get("may_be_unknown") else shown
    also = "、".join(meta.get("also", ()))
    required = "" if column.nullable else "●"
    return f"| {heading(column)} | `{name}` | {KINDS[meta['kind']]} | {required} | {shown} | {also} |\n"


def rules() -> str:
    """Markdown: every rule with sentence and remedy; those across a row, and beside the records, with level,
    column and basis too.
    """
    parts = [DERIVED, "# 规则\n\n## 单元格\n\n| 规则 | 问题 | 怎么改 |\n|---|---|---|\n"]
    parts += [f"| `{rule}` | {wrong} | {mend} |\n" for rule, (wrong, mend) in SENTENCES.items()]
    for schema in (COVER, *RETURNS.values()):
        lines = list(_rules_of(schema))
        if lines:
            parts.append(f"\n## {schema.title} `{schema.name}`\n\n")
            parts.append("| 规则 | 级别 | 列 | 问题 | 怎么改 | 依据 |\n|---|---|---|---|---|---|\n")
            parts += lines
    return "".join([*parts, *_rules_between()])


def _rules_between() -> Iterator[str]:
    """The rules that hold a sheet against what was in force: each once, with the returns it is asked of."""
    yield "\n## 与此前的报送和其他单位的报送相比\n\n入库时按当时有效的报送核对；离线核对列为暂未检查。\n\n"
    yield "| 规则 | 级别 | 报表 | 列 | 问题 | 怎么改 | 依据 |\n|---|---|---|---|---|---|---|\n"
    lines: dict[tuple[str, ...], list[str]] = {}
    for schema in RETURNS.values():
        for check in between.of_return(str(schema.name)):
            facts = check.statistics or {}
            said = (str(schema.columns[facts["on"]].title), facts["wrong"], facts["mend"], facts["basis"])
            key = (str(check.name), LEVELS[facts["level"]], " | ".join(said))
            lines.setdefault(key, []).append(str(schema.title))
    for (name, level, words), titles in sorted(lines.items()):
        yield f"| {name} | {level} | {'、'.join(titles)} | {words} |\n"


def _rules_of(schema: pa.DataFrameSchema) -> Iterator[str]:
    for check in schema.checks:
        facts = check.statistics
        place = f"{LEVELS[facts.get('level', MUST)]} | {schema.columns[facts['on']].title}"
        yield f"| {check.name} | {place} | {facts['wrong']} | {facts['mend']} | {facts['basis']} |\n"
