"""The folder that holds everything a publication is: database, photos, mail, secret key."""

import os
import secrets
from pathlib import Path

from commonpress.lib import env
from commonpress.verbs.problems import Problem


def open_data_folder(given: str | None) -> Path:
    """Make the data folder where it is missing, and point the environment at it and its key.

    The folder is the owner's alone (0700), the key too (0600). Raises Problem.
    """
    if given:
        env.insist("COMMONPRESS_DATA", str(Path(given).resolve()))
    folder = Path(env.text("COMMONPRESS_DATA", "var/data")).resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = folder / "secret-key"
        write_once(key, secrets.token_urlsafe(50))
    except OSError as error:
        raise Problem(f"The data folder {folder} cannot be used: {error.strerror}.") from error
    if not env.text("COMMONPRESS_SECRET_KEY"):
        env.insist("COMMONPRESS_SECRET_KEY_FILE", str(key))
    return folder


def is_demo() -> bool:
    """Tell whether this start is the demo's, before Django's settings are there to ask."""
    return env.flag("COMMONPRESS_DEMO", default=False)


def write_once(path: Path, text: str) -> None:
    """Write a new file only its owner may read; one that is there stays as it is."""
    if path.exists():
        return
    # Under another name first: a start that is cut off leaves no half a key behind.
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(unfinished, path)  # unlike a rename, never over the key of a start that was quicker
    except FileExistsError:
        pass
    finally:
        unfinished.unlink()
