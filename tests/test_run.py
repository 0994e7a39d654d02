"""`./run`, on a checkout where everything is installed already."""

import os
import shutil
import subprocess
import sys

from tests.databases import ROOT

INSTALLED = 'printf "%s\\n" "$(cksum <requirements/base.txt) $("$COMMONPRESS_PYTHON" -V) $(pwd)" >.venv/stamp-base'


def test_it_hands_over_from_a_folder_whose_name_has_a_space(tmp_path):
    checkout = tmp_path / "the paper"
    (checkout / ".venv" / "bin").mkdir(parents=True)
    (checkout / "requirements").mkdir()
    shutil.copy(ROOT / "run", checkout)
    shutil.copy(ROOT / "requirements" / "base.txt", checkout / "requirements")
    python = checkout / ".venv" / "bin" / "python"
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    python.chmod(0o755)
    environment = os.environ | {"COMMONPRESS_PYTHON": sys.executable}
    subprocess.run(["sh", "-c", INSTALLED], cwd=checkout, env=environment, check=True)

    said = subprocess.run(
        [checkout / "run", "serve", "--data", "my data"], env=environment, capture_output=True, text=True, check=False
    )

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.splitlines() == ["-P", "-m", "commonpress.cli", "serve", "--data", "my data"]
