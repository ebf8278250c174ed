"""Workbooks made by the product's own template, period by period: for the tests of rules between returns."""

import datetime as dt

from pipelines import intake
from pipelines.writing import template
from schemas import forms
from tests.build import COVER, good

AFTER = {
    "county_survey": dt.date(2016, 7, 6),
    "field_survey": dt.date(2016, 7, 9),
    "monthly_07": dt.date(2016, 8, 3),
    "monthly_08": dt.date(2016, 9, 5),
    "monthly_09": dt.date(2016, 10, 8),
}
STILL = {"scale_mom": 0, "nc_mom": 0}  # the month after GOOD's, in which nothing moved


def workbook(matter, unit="652301", day=None, **rows):
    """The workbook of a unit for a matter, with rows by return; every other sheet says 零报告, or 未完成."""
    said, filled = {}, {}
    for form in forms.forms(matter, unit):
        if rows.get(form.return_):
            filled[form.title], said[form.title] = rows[form.return_], ("有数", None, None)
        else:
            said[form.title] = ("零报告" if "零报告" in form.answers else "未完成", "12", None)
    dated = {"fill_date": day or AFTER[matter], "data_as_of": day or AFTER[matter]}
    return template.template(unit, matter, rows=filled, cover={**COVER, **dated}, lines=said)


def send(store, content, day, **more):
    came = dt.datetime(day.year, day.month, day.day, 4, tzinfo=dt.UTC)
    return intake.receive(store, content, "上报.xlsx", "示例甲", received_at=came, **more)


def send_for(store, matter, unit="652301", *, later=0, **rows):
    """Send a workbook for a matter, some days after the first that is sent for it."""
    return send(store, workbook(matter, unit, **rows), AFTER[matter] + dt.timedelta(later))


def mending(name="示例甲网络科技有限公司", **other):
    return good("rectification", entity_name=name, **other)


def banned(name="示例甲网络科技有限公司", **other):
    return good("ban", entity_name=name, **other)


def surveyed(code, name, n=0, **other):
    return good(code, entity_name=name, id_no=None, id_type="无证未登记", url_or_app=f"示例{n}平台", **other)
