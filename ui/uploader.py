"""The uploader: which files are chosen, emptied by a sending, and what to do where they are gone."""

from typing import Any

import streamlit as st
from streamlit.runtime.uploaded_file_manager import DeletedFile

from pipelines.reading import guard
from ui import data, who

SENT_BEFORE = "sent_before"  # how many files the account had sent when this session began, and those since
LARGEST = guard.FILE_LIMIT >> 20  # MB of a file


def files() -> list[Any]:
    """The files that are chosen; where some were lost on the server, that they are to be chosen again."""
    chosen = st.file_uploader(
        "工作簿（可一次选多个）", accept_multiple_files=True, max_upload_size=LARGEST, key=_key()
    )
    if any(isinstance(file, DeletedFile) for file in st.session_state[_key()]):
        st.warning(
            "选好而没有报送的工作簿已不在服务器上（服务重新启动过），没有存档。"
            "请点文件右边的 ✕ 移除，重新选择后报送；此前已出的回执不受影响。",
            title="请重新选择文件",
        )
    return chosen


def emptied(sent: int) -> None:
    """Begin with an empty uploader, since so many files were sent."""
    st.session_state[SENT_BEFORE] += sent


def _key() -> str:
    """Changes with each file that is sent.

    It goes on from what the account has sent before, not from 0: a browser that comes back to a server
    started anew finds its uploader again, with what lay in it.
    """
    if SENT_BEFORE not in st.session_state:
        name = who.now().name
        deeds = data.people().trail.deeds()
        st.session_state[SENT_BEFORE] = sum(deed.kind == "sent" and deed.account == name for deed in deeds)
    return f"upload_{st.session_state[SENT_BEFORE]}"
