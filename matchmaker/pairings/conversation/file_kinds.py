"""What a file may be, told by its content and not by its name, and a name that does no harm."""

import io
import unicodedata
import zipfile
import zlib
from pathlib import PurePosixPath

import puremagic
from flask_babel import lazy_gettext as _l

from ...errors import Refusal

LONGEST_NAME = 120
HEAD = 4096  # bytes by which a kind of file is known
MOST_UNPACKED = 300 * 1024 * 1024  # bytes that the parts of a packed file may come to
MOST_PARTS = 5000
MOST_READ = 1024 * 1024  # bytes of the list of contents of an office file

# Extension → what it is sent as. Nothing here is ever shown inside a page.
KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "hwp": "application/x-hwp",
    "hwpx": "application/hwp+zip",
    "txt": "text/plain",
    "csv": "text/csv",
}
OFFICE = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
SIGNED = {"pdf": ".pdf", "png": ".png", "jpg": ".jpg", "jpeg": ".jpg"}  # as puremagic names them
# Office programs pack in these two ways alone; others let a file claim gigabytes of memory.
PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# What reading a file that is damaged, encrypted or not what it seems may raise.
BROKEN = (
    *(zipfile.BadZipFile, zlib.error, EOFError, KeyError),
    *(NotImplementedError, RuntimeError, OSError, ValueError),
)
HWP_SIGNATURE = b"HWP Document File"
RESERVED = {"con", "prn", "aux", "nul", *(f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10))}


def extension(name):
    """Return the extension of a name in small letters, without its dot."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()


def safe_name(name):
    """Return a file's name without path, control characters and signs that turn its direction.

    Letters of every script stay. A name of which nothing is left becomes "file".
    """
    name = unicodedata.normalize("NFC", name or "").replace("\\", "/").rpartition("/")[2]
    kept = (c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    name = " ".join("".join("_" if c in '<>:"|?*' else c for c in kept).split())
    stem, dot, ending = name.rstrip(". ").rpartition(".")
    if not dot:
        stem, ending = ending, ""
    stem = stem.strip(". ") or "file"
    if stem.lower() in RESERVED:
        stem = f"_{stem}"
    ending = f".{ending}" if ending else ""
    return stem[: max(LONGEST_NAME - len(ending), 1)] + ending[: LONGEST_NAME - 1]


def check(name, data):
    """Refuse a file that is empty, of no known kind, or of another kind than its name says."""
    kind = extension(name)
    if not data:
        raise Refusal(_l("%(name)s is empty.", name=name), "empty")
    if kind not in KINDS:
        raise Refusal(
            _l(
                "%(name)s cannot be sent. Take PDF, PNG, JPEG, DOCX, XLSX, PPTX, HWP, HWPX, TXT "
                "or CSV.",
                name=name,
            ),
            "kind",
        )
    if kind in OFFICE or kind == "hwpx":
        is_real = _is_packed(name, data, kind)
    elif kind == "hwp":
        is_real = data.startswith(bytes.fromhex("D0CF11E0A1B11AE1")) and HWP_SIGNATURE in data
    elif kind in ("txt", "csv"):
        is_real = _is_text(name, data)
    else:
        is_real = SIGNED[kind] in _signatures(data)
    if not is_real:
        raise Refusal(
            _l("What is in %(name)s is not what its name says.", name=name), "kind_differs"
        )


def _signatures(data):
    """Return the extensions whose signature stands at the beginning of the data."""
    try:
        return {found.extension for found in puremagic.magic_string(data[:HEAD])}
    except puremagic.PureError:
        return set()


def _is_text(name, data):
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refusal(_l("Save %(name)s as UTF-8, then send it.", name=name), "encoding") from None
    return not any(c < " " and c not in "\t\n\r\f" for c in text)


def _is_packed(name, data, kind):
    """Say whether a packed file is of this kind; refuse macros, and what unpacks to too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refusal(_l("%(name)s unpacks to too much.", name=name), "unpacks")
            names = {part.filename for part in parts}
            if kind == "hwpx":
                return _start_of(packed, "mimetype").strip() == KINDS[kind].encode()
            if OFFICE[kind] not in names or "[Content_Types].xml" not in names:
                return False
            contents = _start_of(packed, "[Content_Types].xml").lower()
            spelt = " ".join(names).lower()
            if b"macroenabled" in contents or "vbaproject" in spelt or "activex" in spelt:
                raise Refusal(
                    _l("%(name)s holds macros. Save it without them.", name=name), "macros"
                )
            return True
    except BROKEN:
        return False


def _start_of(packed, part):
    if packed.getinfo(part).compress_type not in PACKINGS:
        raise zipfile.BadZipFile(part)
    with packed.open(part) as opened:
        return opened.read(MOST_READ)
