"""What was found in a field that asks for the core columns alone: for campaigns with other fields."""

from schemas.survey import survey

RETURN = survey(
    "摸底排查表(通用)",
    "每家机构填一行；同一机构涉及多个领域的，分别填入各领域的表。",
    extras={},
    violations=("无证经营", "超范围经营", "虚假宣传", "承诺保本", "资金池", "其他"),
)
