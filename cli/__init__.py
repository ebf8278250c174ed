"""The command line: what is asked (`commands`) and how it is printed (`printing`)."""
