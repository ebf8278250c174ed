"""The slip that goes with a document owed (方案、报告、名单): title, number, date, signer, attachment.

Where several documents are owed they are counted by their titles.
"""

import pandera.pandas as pa

from schemas.columns import choice, day, text, whole
from schemas.declare import FILLED_IN, has_happened, rule
from schemas.problems import VERIFY
from schemas.subjects import FIELD_WORDS, FIELDS, first_told, told_before

RETURN = pa.DataFrameSchema(
    title="报送单",
    description="每份文件填一行；正文另行报送的，写明附件文件名。",
    columns={
        "doc_title": text("文件标题", max_length=120, also=("标题", "文件名称")),
        "doc_no": text("文号", optional=True, max_length=60, also=("发文字号",)),
        "field": choice(
            "所属领域", FIELDS, "属某一领域的文件必填", means=FIELD_WORDS, optional=True, also=("领域",)
        ),
        "doc_date": day("成文日期", also=("日期", "成文时间")),
        "signer": text("签发人", max_length=30),
        "attachment": text("附件文件名", optional=True, max_length=200, also=("附件",)),
        "pages": whole("页数", unit="页", optional=True),
        "remark": text("内容摘要", optional=True, max_length=2000, also=("备注",)),
    },
    checks=[
        *has_happened("doc_date"),
        rule(
            "X13",
            on="doc_title",
            level=VERIFY,
            test=lambda rows: ~told_before(rows, "doc_title"),
            basis="一份一行",
            wrong="与上面的行文件标题相同，按同一份文件计",
            mend="同一份文件请只填一行；确为两份的，请在标题中写明区别",
            first=first_told("doc_title"),
        ),
    ],
    metadata={"answers": FILLED_IN, "key": ["doc_title"]},
)
