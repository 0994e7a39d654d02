import gzip
import json

import brotli

from commonpress.verbs.compression import MARK, compress, compress_for_readers

FILES = {
    "theme/css/paper.css": "theme/css/paper.1a.css",
    "discussion/js/vote-button.js": "discussion/js/vote-button.2b.js",
    "wagtailadmin/css/core.css": "wagtailadmin/css/core.3c.css",
    "theme/fonts/serif.woff2": "theme/fonts/serif.4d.woff2",
}
TEXT = b"a { color: red } " * 100


def collected(root):
    for hashed in FILES.values():
        (root / hashed).parent.mkdir(parents=True, exist_ok=True)
        (root / hashed).write_bytes(TEXT)
    (root / "staticfiles.json").write_text(json.dumps({"paths": FILES}))
    return root


def made(root, ending):
    return sorted(str(path.relative_to(root)) for path in root.rglob(f"*{ending}"))


def test_what_readers_fetch_is_gzipped_before_they_come(tmp_path):
    root = collected(tmp_path)

    compress_for_readers(root)

    assert made(root, ".gz") == ["discussion/js/vote-button.2b.js.gz", "theme/css/paper.1a.css.gz"]
    assert gzip.decompress((root / "theme/css/paper.1a.css.gz").read_bytes()) == TEXT
    assert not (root / MARK).exists()


def test_everything_is_compressed_with_both_in_the_end(tmp_path):
    root = collected(tmp_path)

    compress(root)

    assert len(made(root, ".gz")) == len(made(root, ".br")) == 3
    assert brotli.decompress((root / "wagtailadmin/css/core.3c.css.br").read_bytes()) == TEXT
    assert (root / MARK).exists()
