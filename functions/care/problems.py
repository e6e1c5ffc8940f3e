"""What this domain refuses, in words."""

from functions.shared.problems import Conflict, Problem
from functions.shared.words import Words


class FormOutdated(Conflict):
    """The answers belong to another version of the form than the one that is asked now."""

    code = "form_outdated"
    says = Words(
        "This form has changed. Please load it again and check your answers.",
        "Este formulario cambió. Vuelva a cargarlo y revise sus respuestas.",
    )


class PassRequired(Conflict):
    """The member has no coaching pass that is running (C1)."""

    code = "pass_required"
    title = Words("A coaching pass is needed", "Se necesita un pase de acompañamiento")
    says = Words(
        "You can write to your coach while your coaching pass is running. Your earlier messages stay readable.",
        "Puede escribir a su coach mientras su pase de acompañamiento esté activo. Sus mensajes anteriores siguen "
        "disponibles.",
    )


class ClientIdReused(Problem):
    """The caller has sent another message under this client_id."""

    status = 422
    code = "client_id_reused"
    title = Words("Id already used", "Identificador ya utilizado")
    says = Words("This client_id belongs to another message.", "Este client_id pertenece a otro mensaje.")


class NothingNew(Exception):  # noqa: N818 - no error: 304 Not Modified
    """Nothing is newer than what the client has."""
