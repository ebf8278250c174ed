"""LibreOffice, which opens and saves again what we hand out, and reckons its formulas."""

import shutil
import subprocess


def through_office(contents, tmp_path):
    """Workbooks opened and saved again, all in one go."""
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir(exist_ok=True)
    names = [f"{n}.xlsx" for n in range(len(contents))]
    for name, content in zip(names, contents, strict=True):
        (source / name).write_bytes(content)
    soffice = shutil.which("soffice")
    assert soffice, "LibreOffice is needed: make tools"
    subprocess.run(
        [soffice, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to",
         "xlsx:Calc MS Excel 2007 XML", "--outdir", str(out), *(str(source / name) for name in names)],
        check=True, capture_output=True, timeout=60 + 30 * len(contents),
    )  # fmt: skip
    return [(out / name).read_bytes() for name in names]
