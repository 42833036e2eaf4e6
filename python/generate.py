"""Makes src/tributary/_generated_* from ../schema/schema.graphql and queries.graphql.

    python generate.py          writes them
    python generate.py --check  exits with status 1 where they are not what would be written
"""

from __future__ import annotations

import filecmp
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PACKAGE = HERE / "src" / "tributary"
KINDS = ("sync", "async")


def generate(kind: str, into: Path) -> Path:
    settings = (HERE / f"codegen-{kind}.toml").read_text()
    settings = settings.replace('"../schema/', f'"{HERE.parent.as_posix()}/schema/')
    settings = settings.replace('"queries.graphql"', f'"{(HERE / "queries.graphql").as_posix()}"')
    settings = settings.replace('"src/tributary"', f'"{into.as_posix()}"')
    config = into / f"{kind}.toml"
    config.write_text(settings)
    subprocess.run(["ariadne-codegen", "--config", str(config)], check=True, stdout=subprocess.DEVNULL, cwd=into)
    config.unlink()
    made = into / f"_generated_{kind}"
    for file in made.glob("*base_client.py"):
        # Its annotations are those of Python 3.10; unevaluated they do in 3.9.
        file.write_text("from __future__ import annotations\n\n" + file.read_text())
    return made


def main() -> int:
    stale: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            made = generate(kind, Path(folder))
            there = PACKAGE / made.name
            names = sorted(file.name for file in made.glob("*.py"))
            same = there.is_dir() and names == sorted(file.name for file in there.glob("*.py"))
            if not same or filecmp.cmpfiles(made, there, names, shallow=False)[0] != names:
                stale.append(made.name)
            if "--check" not in sys.argv:
                shutil.rmtree(there, ignore_errors=True)
                shutil.copytree(made, there)
    if "--check" in sys.argv and stale:
        print(f"{', '.join(stale)} do not fit schema.graphql and queries.graphql; run python generate.py.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
