"""Is there a DKIM key that receivers can use (RFC 6376)? Selectors cannot be listed, so the usual ones are tried."""

import binascii
from collections.abc import Iterable

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key

from outreach.letter.domain.answers import Lookup, State
from outreach.letter.domain.spf import is_name
from outreach.letter.domain.verdicts import Outcome, Verdict

USUAL = tuple(
    "default dkim mail google selector1 selector2 s1 s2 k1 k2 k3 key1 key2 fm1 fm2 fm3 sig1 zoho protonmail protonmail2"
    " mxvault mandrill mailjet smtp pm dkim1 hs1 hs2".split()
)
GOOD_BITS = 2048
LEAST_BITS = 1024


def review_dkim(domain: str, lookup: Lookup, selectors: Iterable[str] = ()) -> Verdict:
    """The given selectors each must hold a good key; without any, one usual selector is enough."""
    verdict = Verdict("dkim")
    asked = tuple(selectors)
    found: list[str] = []
    for selector in asked or USUAL:
        answer = lookup(f"{selector}._domainkey.{domain}", "TXT") if is_name(selector) else None
        if answer is not None and answer.state is State.FAILED:
            return _with(verdict.note(Outcome.UNKNOWN, f"{selector}: {answer.said}"), found)
        keys = [text for text in answer.values if "p=" in text] if answer else []
        if keys:
            found.append(selector)
            verdict.record = verdict.record or keys[0]
            _judge(selector, keys, verdict, is_asked=bool(asked))
        elif asked:
            verdict.note(Outcome.FAIL, f"{selector}: no key there")
    if not found and not asked:
        verdict.note(Outcome.WARN, "no key under the usual selectors: name yours with --selector")
    return _with(verdict, found)


def _with(verdict: Verdict, found: list[str]) -> Verdict:
    verdict.facts = {"selectors": found}
    return verdict


def tags(text: str) -> dict[str, str]:
    """`a=b; c=d` of DKIM and DMARC records; the first of a name counts."""
    pairs = (part.partition("=") for part in text.split(";"))
    read: dict[str, str] = {}
    for name, _, value in pairs:
        read.setdefault(name.strip().lower(), value.strip())
    return read


def _judge(selector: str, keys: list[str], verdict: Verdict, *, is_asked: bool) -> None:
    if len(keys) > 1:
        verdict.note(Outcome.FAIL, f"{selector}: {len(keys)} keys, and only one may be")
        return
    held = tags(keys[0])
    if not "".join(held.get("p", "").split()):
        verdict.note(Outcome.FAIL if is_asked else Outcome.WARN, f"{selector}: the key is revoked")
        return
    _judge_key(selector, held, verdict)
    if "y" in held.get("t", "").split(":"):
        verdict.note(Outcome.WARN, f"{selector}: is marked as a test (t=y)")


def _judge_key(selector: str, held: dict[str, str], verdict: Verdict) -> None:
    if held.get("k", "rsa").lower() == "ed25519":
        verdict.note(Outcome.PASS, f"{selector}: ed25519 key")
        return
    bits = key_bits(held["p"])
    if bits is None:
        verdict.note(Outcome.FAIL, f"{selector}: the key cannot be read")
    elif bits < LEAST_BITS:
        verdict.note(Outcome.FAIL, f"{selector}: {bits} bits, receivers ask for {LEAST_BITS} at least")
    elif bits < GOOD_BITS:
        verdict.note(Outcome.WARN, f"{selector}: {bits} bits, {GOOD_BITS} are advised")
    else:
        verdict.note(Outcome.PASS, f"{selector}: {bits} bits")


def key_bits(encoded: str) -> int | None:
    """The size of an RSA key in base64; None when it is none."""
    try:
        key = load_der_public_key(binascii.a2b_base64("".join(encoded.split())))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return key.key_size if isinstance(key, RSAPublicKey) else None
