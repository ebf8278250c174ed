"""The people whom a unit names, its liaison officer or those it lends: one row a person, by name."""

import pandera.pandas as pa

from schemas.columns import day, phone, text
from schemas.declare import FILLED_IN, has_happened, rule
from schemas.subjects import first_told, told_before

RETURN = pa.DataFrameSchema(
    title="人员名单",
    description="每人填一行；按姓名计数，更换人员的，在新的一份中写现在的人员。",
    columns={
        "person_name": text("姓名", min_length=2, max_length=30, also=("人员姓名", "抽调人员姓名")),
        "post": text("单位职务", optional=True, max_length=100, also=("职务", "单位及职务")),
        "contact_phone": phone("联系电话", optional=True, also=("电话", "手机号码", "手机号", "联系方式")),
        "named_on": day("确定日期", also=("抽调日期", "到岗日期", "指定日期", "确定时间")),
        "remark": text("备注", optional=True),
    },
    checks=[
        *has_happened("named_on"),
        rule(
            "X13",
            on="person_name",
            test=lambda rows: ~told_before(rows, "person_name"),
            basis="一人一行",
            wrong="与上面的行姓名相同",
            mend="一人只填一行；确为同名的两人，请在姓名后注明单位",
            first=first_told("person_name"),
        ),
    ],
    metadata={"answers": FILLED_IN, "key": ["person_name"]},
)
