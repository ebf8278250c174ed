"""账户: who can come in, and how far they see; what is stopped stops at once."""

import streamlit as st

from ui import cards, manage, top

top.top("accounts", "**账户**　:gray[登录权限和可见范围；停用即时生效]", day=False)
manage.tell_code()
cards.row(manage.summary())
with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
    listed = manage.narrowed()
    with st.container(horizontal=True, width="content", gap="small"):
        if st.button("按单位批量建"):
            manage.make_for_units()
        if st.button("＋ 新账户", type="primary"):
            manage.make_one()
left, right = st.columns([70, 30], gap="small")
with left:
    chosen = manage.table(listed)
    manage.missing()
with right:
    if chosen:
        manage.one(chosen)
