"""The front door: `streamlit run app.py` serves the screens in Chinese, and nothing leaves the machine."""

import streamlit as st

from ui import chinese, faults

app = st.App(
    "ui/shell.py", routes=chinese.ROUTES, middleware=chinese.MIDDLEWARE, on_script_error=faults.apologise
)

if __name__ == "__main__":
    app.run()
