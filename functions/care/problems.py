"""What this domain refuses, in words."""

from functions.shared.problems import Conflict
from functions.shared.words import Words


class FormOutdated(Conflict):
    """The answers belong to another version of the form than the one that is asked now."""

    code = "form_outdated"
    says = Words(
        "This form has changed. Please load it again and check your answers.",
        "Este formulario cambió. Vuelva a cargarlo y revise sus respuestas.",
    )
