"""留痕: who did what, when, from where, to what; for the administrator, with the state of the chain."""

import streamlit as st

from ui import deeds, tables, top

scope = top.top("trail", "**留痕**　:gray[操作人、时间、来源、对象和内容；只增不改]", day=False)
deeds.chain()
chosen = deeds.narrowed()
rows = deeds.rows(chosen)
left, right = st.columns([74, 26], gap="small")
with left:
    at = deeds.table(rows)
with right:
    deeds.one(chosen, at)
tables.download(rows, "留痕", scope, place="trail")
