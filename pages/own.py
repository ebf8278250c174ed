"""我的留痕: what one's own account did, and where it is signed in."""

import streamlit as st

from ui import data, deeds, tables, top, who

account = who.now()
scope = top.top("own", "**我的留痕**　:gray[本账户的登录、报送、查看和导出；只增不改]", day=False)
mine = [deed for deed in reversed(data.people().trail.deeds()) if deed.account == account.name]

st.markdown(f"**登录中的电脑**　:gray[{len(deeds.sessions(account.name))} 处]")
deeds.end_sessions(account.name)
theirs = deeds.concerning(who.unit(), account.name)
if theirs:
    st.markdown(f"**别人对本单位报送做过的事**　:gray[{len(theirs)} 条]")
    st.dataframe(deeds.rows(theirs), hide_index=True, column_order=deeds.OF_OTHERS, height="content")
rows = deeds.rows(mine)
st.markdown(f"**做过的事**　:gray[{len(rows)} 条]")
tables.download(rows, "我的留痕", scope, place="own")
st.dataframe(rows, hide_index=True, height=tables.tall(rows, 480))
