"""What stands between the network and the screens: who is let in, and what is handed out.

In: requests, each with what its browser holds. Out: a plain page to sign in, files that were ordered, or the
request handed on to the screens with the name of its session.
"""
