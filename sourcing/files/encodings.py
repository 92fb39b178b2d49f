"""The text that the bytes of a file are: UTF-8, of tables CP932 too; what is neither is named."""

import codecs
import re

from sourcing.files.problem_collector import ProblemCollector
from sourcing.files.scalars import UNPRINTABLE, code_point
from sourcing.spelling import composed

_NOT_ASCII = re.compile("[^\x00-\x7f]{2,}")
_KATAKANA = re.compile("[\uff61-\uff9f]")
_WIDE = {
    codecs.BOM_UTF32_LE: "UTF-32",
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}
UTF_8 = "save the file as UTF-8"
CSV_UTF_8 = "save it as 'CSV UTF-8' in Excel"


def text_of(data: bytes, problems: ProblemCollector, cure: str = UTF_8) -> str:
    """The text of a file; raises ScenarioError where it is not UTF-8 or holds control characters."""
    if wide := _wide(data):
        problems.stop((), None, f"the file is {wide} ('Unicode text' of Windows programs)", cure)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        cause = f"byte {error.start + 1} (0x{data[error.start]:02x}) is not UTF-8"
        problems.stop((), line, cause, UTF_8)
    return _printable(text, problems)


def table_text(data: bytes, encoding: str | None, problems: ProblemCollector) -> tuple[str, str]:
    """The text of a table and what must be said of its encoding ("" where nothing must).

    `encoding` is "UTF-8" or "CP932"; None: UTF-8, or else CP932 where that gives Japanese words.
    Raises ScenarioError as `text_of` does.
    """
    if encoding == "UTF-8" or _wide(data) or (encoding is None and _decoded(data, "utf-8-sig") is not None):
        return text_of(data, problems, CSV_UTF_8), ""
    text = _decoded(data, "cp932")
    if encoding == "CP932":
        if text is None:
            problems.stop((), None, "the file is not CP932 as said", "name its encoding, or save it as UTF-8")
        return _printable(text, problems), "read as CP932, as named"
    # Accented letters of another encoding come out as single signs among plain ones, words do not.
    if text is None or not _NOT_ASCII.search(text) or _is_damaged(data):
        return text_of(data, problems), ""
    if _is_euc(data, text):
        problems.stop((), None, "the file looks like EUC-JP, which is not read", CSV_UTF_8)
    return _printable(text, problems), "read as CP932, which its bytes look like; encoding: cp932 would say so"


def _wide(data: bytes) -> str:
    """The encoding of a file whose signs have two or four bytes, with or without a mark at its beginning; or ""."""
    if mark := next((name for mark, name in _WIDE.items() if data.startswith(mark)), ""):
        return mark
    if b"\0" not in data:
        return ""
    texts = (_decoded(data[: len(data) // 2 * 2], codec) for codec in ("utf-16-le", "utf-16-be"))
    lined = (text for text in texts if text and re.search("[,;:\n]", text) and not UNPRINTABLE.search(text))
    return "UTF-16" if next(lined, "") else ""


def _is_damaged(data: bytes) -> bool:
    """Whether a file is UTF-8 but for a few bytes, as one that was cut or joined."""
    text = data.decode("utf-8-sig", errors="replace")
    wrong = text.count("\ufffd")
    return data.startswith(codecs.BOM_UTF8) or 10 * wrong < sum(not sign.isascii() for sign in text) - wrong


def _is_euc(data: bytes, as_cp932: str) -> bool:
    """Whether EUC-JP gives a text where CP932 gives little but half-width katakana."""
    foreign = sum(not sign.isascii() for sign in as_cp932)
    return 2 * len(_KATAKANA.findall(as_cp932)) > foreign and _decoded(data, "euc_jp") is not None


def _decoded(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def _printable(text: str, problems: ProblemCollector) -> str:
    odd = UNPRINTABLE.search(text)
    if odd:
        line = text.count("\n", 0, odd.start()) + 1
        count = len(UNPRINTABLE.findall(text))
        problems.stop((), line, f"the control character {code_point(odd)} ({count} such in the file)", "remove it")
    return composed(text)
