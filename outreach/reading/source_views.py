"""The mail itself: its HTML in a frame, its files, and the bytes as they came."""

from __future__ import annotations

from flask import abort, make_response, redirect, render_template, request, url_for
from markupsafe import Markup

from outreach.letter.showing import shown
from outreach.mail import keeping
from outreach.reading import large, mail_parts, queries
from outreach.reading.door import Answer, bp
from outreach.reading.mail_page import decide, opened_mail
from outreach.web.access import allow
from outreach.web.here import config, me, now
from outreach.web.toasts import toast

FRAME_CSP = "default-src 'none'; style-src 'unsafe-inline'; img-src {images}; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'; form-action 'none'; base-uri 'none'"
FILE_CSP = "default-src 'none'; sandbox"


@bp.get("/inbox/<int:mail_id>/html")
@allow("viewer")
def html(mail_id: int) -> Answer:
    """Their HTML, cleaned, for the sandboxed frame alone; remote images only with `images=1`."""
    source = mail_parts.html_of(_raw(mail_id))
    with_images = request.args.get("images") == "1"
    cleaned = Markup(shown(source, with_images=with_images))  # what nh3 left of it
    page = render_template("reading/frame.html", body=cleaned)
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = FRAME_CSP.format(
        images="https: http: data:" if with_images else "data:"
    )
    return answer


@bp.get("/inbox/<int:mail_id>/files/<int:number>")
@allow("viewer")
def attachment(mail_id: int, number: int) -> Answer:
    """One attached file: always a download, never shown by the browser, under a name that is safe."""
    found = mail_parts.file_of(_raw(mail_id), number - 1)
    if found is None:
        abort(404, "There is no such file. Of a very large mail only the beginning is kept.")
    name, content = found
    answer = make_response(content)
    answer.headers["Content-Type"] = "application/octet-stream"
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    answer.headers["Content-Security-Policy"] = FILE_CSP
    return answer


@bp.post("/inbox/<int:mail_id>/whole")
@allow("member")
def fetch_whole(mail_id: int) -> Answer:
    """Have all of a very large mail fetched; its files can be opened then."""
    opened_mail(mail_id)
    decide(lambda: large.ask(mail_id, by=me(), now=now()))
    toast("The whole mail is being fetched. Open it again in a minute.", kind="info")
    return redirect(url_for("reading.mail", mail_id=mail_id), 303)


@bp.get("/inbox/<int:mail_id>/raw")
@allow("viewer")
def raw(mail_id: int) -> Answer:
    """The mail as it came, as a file."""
    answer = make_response(_raw(mail_id))
    answer.headers["Content-Type"] = "message/rfc822"
    answer.headers["Content-Disposition"] = f"attachment; filename=mail-{mail_id}.eml"
    answer.headers["Content-Security-Policy"] = FILE_CSP
    return answer


def _raw(mail_id: int) -> bytes:
    found = queries.message(me(), mail_id) or abort(404, "There is no such mail, or it is not yours to read.")
    kept = keeping.read(config().instance, found.raw_file) if found.raw_file else None
    return kept if kept is not None else abort(404, "The mail as it came is no longer kept.")
