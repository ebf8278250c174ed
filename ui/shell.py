"""The script behind the door: the page's frame, and which screens there are."""

from pathlib import Path

import streamlit as st

from schemas.plan import PLAN

ROOT = Path(__file__).parent.parent
ICON = str(ROOT / "static" / "icon.png")

st.set_page_config(page_title=PLAN.campaign.short, page_icon=ICON, layout="wide")
st.logo(ICON, size="medium")
st.navigation(
    [
        st.Page(ROOT / "pages" / "deadline.py", title="时限", default=True),
        st.Page(ROOT / "pages" / "submit.py", title="上传", url_path="submit"),
    ],
    position="top",
).run()
