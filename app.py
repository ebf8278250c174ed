"""The front door: `streamlit run app.py` serves the screens in Chinese, and nothing leaves the machine.

Whoever asks passes the gate first. A real campaign in which nobody could sign in does not start.
"""

import sys

import streamlit as st

from door import downloads, page, people, serving, signin
from ui import chinese, faults, packed

if serving.has_nobody():
    sys.exit(people.NOBODY)

serving.trust_named_proxies_only()
app = st.App(
    "ui/shell.py",
    routes=[*chinese.ROUTES, *page.ROUTES, *signin.ROUTES, *downloads.ROUTES],
    middleware=[*chinese.MIDDLEWARE, *serving.middleware(), *packed.MIDDLEWARE],
    lifespan=serving.while_serving,
    on_script_error=faults.apologise,
)

if __name__ == "__main__":
    app.run()
