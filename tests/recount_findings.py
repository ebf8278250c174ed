"""What inspectors checked and found, by other means: every accepted checklist, and acts on the screen.

What was told stands until somebody closes it; the same institution, day and words told again is the same
check, as it was told last. A check on the screen has a number, and its state is that of the last act.
"""

import datetime as dt
import json

from tests import recompute
from tests.raw import Raw, Row, key

NAMES = {"编号": "entity_code", "机构名称": "entity_name", "所属领域": "field", "所属县市(园区)": "territory",
         "核查日期": "inspected_on", "核查内容": "checked", "核查结论": "conclusion", "发现的问题": "finding",
         "问题程度": "finding_level", "整改时限": "mend_due", "整改结果": "result",
         "整改完成日期": "mended_on"}  # fmt: skip
CLEAN, FOUND = "未发现问题", "发现问题"
WAITING = ("found", "sent_back")  # for the unit
AFTER = {"found": "found", "found_again": "found",
         "replied": "replied", "sent_back": "sent_back", "passed": "passed",
         "closed": "closed", "review_refused": "replied", "nothing_found": "clean"}  # fmt: skip
OF_SHEETS = {"未整改": "found", "正在整改": "found", "已整改": "passed", "已销号": "closed"}


def checks(sent: Raw, day: dt.date) -> list[Row]:
    """Each check as it was last told, with its state, and whether it is open, late and grave."""
    rows = [*_of_sheets(sent, day), *_of_acts(sent, day)]
    for row in rows:
        row["is_fault"] = row["核查结论"] == FOUND
        row["is_open"] = row["is_fault"] and row["state"] != "closed"
        row["is_overdue"] = row["is_open"] and row["state"] in WAITING and row["整改时限"] < day
        row["is_grave"] = row["is_open"] and row["问题程度"] == "严重"
    return rows


def _of_sheets(sent: Raw, day: dt.date) -> list[Row]:
    told: dict[tuple, Row] = {}
    for sheet in sent.sheets:
        if sheet.return_ == "inspection" and sheet.when.date() <= day and sheet.is_settled:
            for row in sheet.rows:
                told[key(row), row["核查日期"], row.get("发现的问题")] = row
    return [{**row, "state": OF_SHEETS.get(str(row.get("整改结果")), "clean")} for row in told.values()]


def _of_acts(sent: Raw, day: dt.date) -> list[Row]:
    told: dict[str, Row] = {}
    for act in sent.acts:
        when = dt.datetime.fromisoformat(act["moment"]).astimezone(recompute.SHANGHAI)
        if when.date() <= day:
            row = told.setdefault(act["subject"], {})
            row |= {title: act[name] for title, name in NAMES.items() if name in act}
            said = json.loads(act["content"])
            row |= {title: _plain(said[name]) for title, name in NAMES.items() if name in said}
            if act["kind"] == "finding_extension_granted":
                row["整改时限"] = dt.date.fromisoformat(said["new_due"])
            row["state"] = AFTER.get(act["kind"], row.get("state"))
            row["核查结论"] = CLEAN if row["state"] == "clean" else FOUND
    return list(told.values())


def _plain(value: str) -> object:
    return dt.date.fromisoformat(value) if value[:4].isdigit() else value


def finding(sent: Raw, day: dt.date) -> list[Row]:
    """The same under the names of the answer's columns."""
    flags = ("is_fault", "is_open", "is_overdue", "state")
    return [
        {english: row.get(title) for title, english in NAMES.items()} | {name: row[name] for name in flags}
        for row in checks(sent, day)
    ]
