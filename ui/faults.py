"""What a person sees when the software itself fails: an apology with a number, never a stack trace."""

import logging
import secrets

import streamlit as st

LOG = logging.getLogger("campaign")


def apologise(error: Exception, what: str = "本页出错了") -> bool:
    """Log the failure under a number and show only the number; True keeps Streamlit's English panel away."""
    number = secrets.token_hex(4).upper()
    LOG.error("screen failure %s", number, exc_info=error)
    st.error(
        f"错误编号 **{number}**。已存档的报送不受影响。请刷新页面重试；"
        "仍不行的，请把错误编号告知系统管理员。",
        title=f"{what}，是系统的问题，不是您的操作有误",
    )
    return True
