"""Errors that a caller is told: typed, with a stable code, mapped once to application/problem+json (RFC 9457).

A problem carries only what was written here; never the text of another exception, never what the caller sent.
"""

from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple

from functions.shared.words import Language, Words

PROBLEM_JSON = "application/problem+json"


class Field(NamedTuple):
    """What is wrong with one field: where (JSON pointer, RFC 6901), a stable code, and words for the person."""

    pointer: str
    code: str
    says: Words


class Problem(Exception):  # noqa: N818 - the field's word is "problem"
    """Something the caller can understand; subclasses give status, code and words."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad_request"
    title: ClassVar[Words] = Words("The request cannot be answered", "No se puede atender la solicitud")
    says: ClassVar[Words] = Words("Please check the request.", "Revise la solicitud.")

    def __init__(self, *fields: Field, headers: Mapping[str, str] | None = None, **values: object) -> None:
        super().__init__(self.code)
        self.fields = fields
        self.headers = dict(headers or {})
        self.values = values

    def body(self, language: Language, request_id: str) -> dict[str, Any]:
        """The problem document, in the caller's language."""
        document: dict[str, Any] = {
            "type": f"urn:careway:problem:{self.code}",
            "title": self.title.in_(language),
            "status": self.status,
            "code": self.code,
            "detail": self.says.in_(language, **self.values),
            "request_id": request_id,
        }
        if self.fields:
            document["errors"] = [
                {"pointer": field.pointer, "code": field.code, "detail": field.says.in_(language)}
                for field in self.fields
            ]
        return document


class BadRequest(Problem):
    """The request could not be read at all."""


class NotText(BadRequest):
    """The body is not UTF-8."""

    code = "not_utf8"
    says = Words("The body must be UTF-8 text.", "El cuerpo debe ser texto UTF-8.")


class NotJson(BadRequest):
    """The body is not JSON."""

    code = "not_json"
    says = Words("The body must be JSON.", "El cuerpo debe ser JSON.")


class Unauthenticated(Problem):
    """No caller, or one that this service does not know."""

    status = 401
    code = "unauthenticated"
    title = Words("Please sign in", "Inicie sesión")
    says = Words("Sign in and try again.", "Inicie sesión e inténtelo de nuevo.")


class Forbidden(Problem):
    """The caller's role may not do this."""

    status = 403
    code = "forbidden"
    title = Words("Not allowed", "No permitido")
    says = Words("Your account may not do this.", "Su cuenta no puede hacer esto.")


class AccountClosed(Forbidden):
    """The member's account is being erased or is gone (D1)."""

    code = "account_closed"
    says = Words("This account is closed.", "Esta cuenta está cerrada.")


class NotFound(Problem):
    """There is nothing here, or it is somebody else's: the two look alike."""

    status = 404
    code = "not_found"
    title = Words("Not found", "No encontrado")
    says = Words("There is nothing here.", "Aquí no hay nada.")


class MethodNotAllowed(Problem):
    """The path is there, the method is not; `Allow` names those that are (RFC 9110, 15.5.6)."""

    status = 405
    code = "method_not_allowed"
    title = Words("Method not allowed", "Método no permitido")
    says = Words("This address does not take that method.", "Esta dirección no admite ese método.")


class Conflict(Problem):
    """The state of things does not allow it."""

    status = 409
    code = "conflict"
    title = Words("Not possible now", "No es posible ahora")
    says = Words("This is not possible in the current state.", "No es posible en el estado actual.")


class Stale(Problem):
    """`If-Match` names a version that is no longer the current one."""

    status = 412
    code = "stale"
    title = Words("Changed in the meantime", "Cambió mientras tanto")
    says = Words("It has changed since you read it; read it again.", "Cambió desde que lo leyó; léalo de nuevo.")


class VersionRequired(Problem):
    """A change to something that is there needs `If-Match` (RFC 6585, 3): nobody overwrites what they have not read."""

    status = 428
    code = "version_required"
    title = Words("Say which version", "Indique la versión")
    says = Words("Read it, and send its version in If-Match.", "Léalo y envíe su versión en If-Match.")


class ReasonRequired(Problem):
    """Staff touch another person's record only for a reason that they name (D5)."""

    status = 428
    code = "reason_required"
    title = Words("Say why", "Indique el motivo")
    says = Words(
        "Send the header Access-Reason: care, member_request, billing, privacy_request, legal or quality.",
        "Envíe la cabecera Access-Reason: care, member_request, billing, privacy_request, legal o quality.",
    )


class TooLarge(Problem):
    """The body is larger than this operation takes."""

    status = 413
    code = "too_large"
    title = Words("Too large", "Demasiado grande")
    says = Words("The body is too large.", "El cuerpo es demasiado grande.")


class WrongMediaType(Problem):
    """The body is not sent as JSON."""

    status = 415
    code = "wrong_media_type"
    title = Words("Wrong media type", "Tipo de contenido incorrecto")
    says = Words("Send application/json.", "Envíe application/json.")


class Invalid(Problem):
    """What was sent does not fit; `errors` names each field."""

    status = 422
    code = "invalid"
    title = Words("Please check what you entered", "Revise lo que escribió")
    says = Words("Some fields need another look.", "Algunos campos necesitan revisión.")


class KeyUsedOtherwise(Problem):
    """The same Idempotency-Key came with another request."""

    status = 422
    code = "idempotency_key_reused"
    title = Words("Key already used", "Clave ya utilizada")
    says = Words("This Idempotency-Key belongs to another request.", "Esta Idempotency-Key pertenece a otra solicitud.")


class TooMany(Problem):
    """A limit on how often something may be done."""

    status = 429
    code = "too_many"
    title = Words("Too many requests", "Demasiadas solicitudes")
    says = Words("Please try again later.", "Inténtelo más tarde.")


class Broken(Problem):
    """Our fault; nothing of the cause is told."""

    status = 500
    code = "internal"
    title = Words("Something went wrong on our side", "Algo falló de nuestro lado")
    says = Words("Please try again; nothing was lost.", "Inténtelo de nuevo; no se perdió nada.")


class Busy(Problem):
    """Others kept changing the same thing; trying again soon helps."""

    status = 503
    code = "busy"
    title = Words("Busy", "Ocupado")
    says = Words("Please try again in a moment.", "Inténtelo en un momento.")

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class Moved(Busy):
    """What was read does not belong together, since a write came in between: `transact` reads it again."""
