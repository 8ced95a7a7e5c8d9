"""Bytes of a stranger's mail as text.

The charset's name comes from the sender, so only names on the list reach a codec: some of
Python's codecs are quadratic (punycode) or are no charsets at all (zlib, rot13).
"""

import binascii
import re

from outreach.kit.patterns import late

ALLOWED = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "koi8-r": "koi8-r",
    "koi8-u": "koi8-u",
    "big5": "big5",
    "big5-hkscs": "big5hkscs",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb18030": "gb18030",
    "euc-jp": "euc_jp",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "cp932": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "iso-2022-kr": "iso2022_kr",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "cp949": "cp949",
    "tis-620": "tis_620",
    "macintosh": "mac_roman",
    "ibm850": "cp850",
    "cp850": "cp850",
    "cp437": "cp437",
    "cp866": "cp866",
    "ibm866": "cp866",
    **{f"iso-8859-{n}": f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16)},
    "iso-8859-8-i": "iso8859_8",
    **{f"windows-{n}": f"cp{n}" for n in (874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)},
    **{f"cp{n}": f"cp{n}" for n in (1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)},
}
_WORD = late(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{1,20})?\?([bBqQ])\?([^?\s]{0,2000})\?=(?:\s{1,20}(?==\?))?")
_NOT_BASE64 = late(rb"[^A-Za-z0-9+/]")


def decode_text(raw: bytes, charset: str = "") -> str:
    """The text of `raw`: the named charset when it is allowed and fits, else UTF-8, else Windows' Latin."""
    for name in (ALLOWED.get(charset.strip(" \"'").lower(), ""), "utf-8"):
        if not name or (name == "cp1252" and not raw.isascii()):
            continue
        try:
            return raw.decode(name).replace("\x00", "")
        except (UnicodeDecodeError, LookupError):
            if name not in ("utf-8", "cp1252"):
                return _lenient(raw, name)
    return raw.decode("cp1252", "replace").replace("\x00", "")


def _lenient(raw: bytes, name: str) -> str:
    """A few broken bytes do not make another charset; a text that is mostly broken does."""
    text = raw.decode(name, "replace").replace("\x00", "")
    if text.count("\ufffd") * 20 <= len(text):
        return text
    return raw.decode("cp1252", "replace").replace("\x00", "")


def decode_base64(raw: bytes) -> bytes:
    """Base64 as strangers write it: noise skipped, a missing end filled up."""
    clean = _NOT_BASE64.sub(b"", raw)
    if len(clean) % 4 == 1:
        clean = clean[:-1]
    return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def decode_transfer(raw: bytes, encoding: str) -> bytes:
    """The part's bytes by its Content-Transfer-Encoding; an unknown one leaves them as they are."""
    match encoding.strip(" \"';").lower():
        case "base64":
            return decode_base64(raw)
        case "quoted-printable":
            return binascii.a2b_qp(raw)
        case _:
            return raw


def decode_header(value: str) -> str:
    """A header as text on one line: RFC 2047 words decoded, raw 8-bit bytes read as UTF-8 or Latin."""
    if not value.isascii():
        value = decode_text(value.encode("utf-8", "surrogateescape"))
    value = " ".join(value.split())
    if "=?" not in value:
        return value
    return " ".join(_WORD.sub(_word, value).split())


def _word(match: re.Match[str]) -> str:
    charset, how, body = match.groups()
    data = body.encode("utf-8", "replace")
    raw = decode_base64(data) if how in "bB" else binascii.a2b_qp(data, header=True)
    return decode_text(raw, charset)
