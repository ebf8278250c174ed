"""What a person sees when the software itself fails: an apology with a number, never a stack trace."""

import logging
import secrets

import streamlit as st

from pipelines.keeping.postgres import Away

LOG = logging.getLogger("campaign")


def apologise(error: Exception, what: str = "本页出错了") -> bool:
    """Log the failure under a number and show only the number; True keeps Streamlit's English panel away."""
    if isinstance(error, Away):
        LOG.error("away: %s", error)
        st.error("数据库服务器或共享磁盘连不上，请稍后刷新。", title="暂时打不开数据")
        return True
    number = secrets.token_hex(4).upper()
    LOG.error("screen failure %s", number, exc_info=error)
    st.error(
        f"错误编号 **{number}**。已存档的报送不受影响。请刷新页面重试；"
        "仍不行的，请把错误编号告知系统管理员。",
        title=f"{what}，是系统的问题，不是您的操作有误",
    )
    return True
