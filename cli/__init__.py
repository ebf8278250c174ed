"""The command line: what is asked (`commands`), what was meant (`arguments`), how it is printed (`printing`).

In: the words of a command. Out: data on stdout, sentences on stderr, an exit code.
"""
