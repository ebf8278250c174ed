"""What the warehouse answers: NAME.sql holds a macro f(as_of, …, of_scope), NAME.py its `ANSWER` and `fetch`.

In: a connection and a `Scope`. Out: a frame held against `ANSWER`, whose titles label table and axes.
"""
