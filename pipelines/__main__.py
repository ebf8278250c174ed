"""`python -m pipelines`: the command line. A broken plan is told here, before anything is read with it."""

import sys

from schemas.plan_tables import PlanError


def main() -> None:
    try:
        from cli.commands import app
    except PlanError as faults:
        sys.stderr.write(f"计划有误，无法启动:\n{faults}\n")
        sys.exit(1)
    app()


if __name__ == "__main__":
    main()
