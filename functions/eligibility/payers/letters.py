"""Names in the letters that payers take, and numbers out of our trace."""

import re
import unicodedata
import zlib

_SPELLED = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O",
        "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ł": "l", "Ł": "L", "þ": "th", "Þ": "Th", "ı": "i",
        "‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-",
    }
)  # fmt: skip
"""Letters that do not come apart into a letter and an accent."""

_NOT_EXTENDED = re.compile(r"[^A-Za-z0-9 !\"&'()*+,\-./:;?=%~@\[\]_{}\\|<>#$^]")
"""X12.6, extended character set."""


def plain(text: str, without: str = "") -> str:
    """`text` in the extended character set of X12: accents dropped, "José Núñez" is "Jose Nunez".

    Characters in `without`, such as delimiters, become spaces; what has no plain letter is left out.
    """
    apart = unicodedata.normalize("NFKD", text.translate(_SPELLED))
    letters = _NOT_EXTENDED.sub("", re.sub(r"\s", " ", apart))
    return " ".join(letters.translate(dict.fromkeys(map(ord, without), " ")).split())


def control_number(trace: str) -> int:
    """1 to 999 999 999, always the same for the same trace."""
    return zlib.crc32(trace.encode()) % 999_999_999 + 1
