"""上传: hand over workbooks, and read what is wrong with them cell by cell."""

import streamlit as st

from ui import results, sending, top

top.top("submit", "**报送工作簿**", day=False)
choice, answer = st.columns([4, 8], gap="large")

with choice:
    unit = sending.pick_unit()
    duty = sending.pick_duty(unit)
    if unit and duty:
        sending.offer_template(unit, duty)
    name = st.text_input("报送人（必填）", key="sent_by", max_chars=30, placeholder="姓名").strip()
    files = st.file_uploader("工作簿（可一次选多个）", accept_multiple_files=True, key=sending.uploader_key())
    if st.button("报送", type="primary", width="stretch", disabled=not files):
        if name:
            sending.send(files, name, unit, duty)
            st.rerun()
        st.warning("请先填写报送人。")

with answer:
    sent = sending.sent()
    if not sent:
        sending.explain(unit)
    sending.tell_lost()
    for each in sent:
        results.show(each)
    sending.recent(unit)
