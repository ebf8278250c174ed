"""What was received and what it means: the archive (bytes and signed entries) and the warehouse made of it.

In: bytes, receipts, judgements. Out: entries that never change; tables, and macros of what is in force.
"""
