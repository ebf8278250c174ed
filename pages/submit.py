"""上传: hand over workbooks, and read what is wrong with them cell by cell."""

import streamlit as st

from ui import acting, correcting, own_acts, sending, top, uploader, within
from ui.plain import plain

top.top("submit", "**报送工作簿**", day=False)
choice, answer = st.columns([4, 8], gap="large")

with choice:
    unit = sending.pick_unit()
    duty = sending.pick_duty(unit)
    if unit and duty:
        sending.offer_template(unit, duty)
        own_acts.extend(unit, duty)
    if unit:
        correcting.notices(unit, within.today("submit"), "submit")
    st.markdown(f"报送人　**{plain(sending.sender())}**")
    files = uploader.files()
    first, then = st.columns(2)
    if first.button("先检查", width="stretch", disabled=not files, help="只检查，不存档，没有回执"):
        sending.look(files, unit, duty)
        st.rerun()
    if then.button("报送", type="primary", width="stretch", disabled=not files):
        sending.send(files, unit, duty)
        st.rerun()

with answer:
    acting.said()
    sent = sending.sent()
    if not sending.is_told():
        sending.explain(unit)
    sending.tell_lost()
    sending.tell_looked()
    sending.summed_up(sent)
    for each in sent:
        sending.show(each)
sending.recent(unit)
