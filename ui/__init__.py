"""What the pages share, and with them the only code that knows Streamlit: address, data, parts of screens.

In: choices in the address, answers and pictures of `views`. Out: elements on a screen, and files to download.
"""
