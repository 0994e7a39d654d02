"""Which photo an entry's text means, by the id or the address it gives."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

# WordPress keeps uploads by year and month, unless it was told not to.
IN_A_MONTH = re.compile(r"(?:^|/)(\d{4}/\d{2})/[^/]+$")
# And each upload in several sizes: a.jpg, a-300x200.jpg, a-scaled.jpg.
SIZE = re.compile(r"(-\d+x\d+|-scaled)$")


@dataclass
class Pictures:
    """The photos an entry may show: by the source's id, and by the names of `names_of_photos`."""

    by_id: Mapping[str, int]
    by_file: Mapping[str, int]
    of_entry: list[int] = field(default_factory=list)

    def find(self, *, identity: str = "", address: str = "") -> int | None:
        if identity in self.by_id:
            return self.by_id[identity]
        return next((self.by_file[name] for name in names_in_text(address) if name in self.by_file), None)


def names_of_photos(photos: Iterable[tuple[str, int | None]]) -> dict[str, int]:
    """Return photos, given as address and key, by every name that means one of them and no other.

    Those are "2019/05/crane.jpg" and "2019/05/crane", and, for texts that name no month, "crane.jpg" and "crane".
    One without a key is not here; its names mean it all the same.
    """
    meant: dict[str, dict[str, int | None]] = {}
    for address, photo in photos:
        month, name = month_and_name(address)
        for known_as in {name, stem(name), f"{month}{name}", f"{month}{stem(name)}"}:
            files = meant.setdefault(known_as, {})
            # The same file entered twice is one photo.
            files[f"{month}{name}"] = photo if photo is not None else files.get(f"{month}{name}")
    only = {name: next(iter(files.values())) for name, files in meant.items() if len(files) == 1}
    return {name: photo for name, photo in only.items() if photo is not None}


def names_in_text(address: str) -> Iterator[str]:
    """Yield the names an address in a text may mean, the most exact first; with a month, never one without."""
    month, name = month_and_name(address)
    ending = name.removeprefix(stem(name))
    whole = SIZE.sub("", stem(name))
    for possible in (name, f"{whole}{ending}", stem(name), whole):
        yield f"{month}{possible}"


def month_and_name(address: str) -> tuple[str, str]:
    """Return "2019/05/", or "", and the file's name, in small letters."""
    path = address.split("?", 1)[0].split("#", 1)[0].lower()
    month = IN_A_MONTH.search(path)
    return (f"{month[1]}/" if month else ""), path.rsplit("/", 1)[-1]


def stem(name: str) -> str:
    return name.rsplit(".", 1)[0]
