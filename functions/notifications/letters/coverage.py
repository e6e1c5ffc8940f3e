"""Letters about coverage: what a check came to (E1, E2, E8)."""

from functions.notifications.letters.letter import Letter
from functions.shared.words import Words

_OPEN_COVERAGE = Words("See your coverage", "Ver su cobertura")
_OPEN_CHECK = Words("Open Careway", "Abrir Careway")
_PAGE = "coverage"
WHY_YOU = Words(
    "You receive this e-mail because you asked Careway to check your coverage.",
    "Recibe este correo porque pidió a Careway verificar su cobertura.",
)

COVERAGE_VERIFIED = Letter(
    Words("Your coverage is verified", "Su cobertura está verificada"),
    Words("Good news: you are covered", "Buenas noticias: usted tiene cobertura"),
    (
        Words(
            "Your health plan has confirmed your coverage. In the app you can see what it pays and what a session "
            "would cost you, step by step.",
            "Su plan de salud confirmó su cobertura. En la aplicación puede ver qué paga el plan y cuánto le "
            "costaría una sesión, paso a paso.",
        ),
    ),
    _OPEN_COVERAGE,
    _PAGE,
    WHY_YOU,
)
NOT_COVERED = Letter(
    Words("The answer about your coverage", "La respuesta sobre su cobertura"),
    Words("Your plan does not show active coverage", "Su plan no muestra una cobertura activa"),
    (
        Words(
            "Your health plan answered, and it does not show coverage for you at this time. If you have a newer "
            "card, please enter its details.",
            "Su plan de salud respondió y no muestra cobertura para usted en este momento. Si tiene una tarjeta más "
            "reciente, escriba los datos de esa tarjeta.",
        ),
        Words(
            "If you think this is a mistake, Member Support will look into it with you.",
            "Si cree que es un error, el equipo de Atención a Miembros lo revisará con usted.",
        ),
    ),
    _OPEN_CHECK,
    _PAGE,
    WHY_YOU,
)
NEEDS_CORRECTION = Letter(
    Words("We need one more look at your coverage", "Necesitamos revisar un dato de su cobertura"),
    Words("One detail does not match", "Un dato no coincide"),
    (
        Words(
            "Your health plan could not match one of the details you entered. The app shows which one; please "
            "compare it with the front of your card.",
            "Su plan de salud no pudo confirmar uno de los datos que escribió. La aplicación muestra cuál; "
            "compárelo con el frente de su tarjeta.",
        ),
    ),
    Words("Correct it", "Corregir el dato"),
    _PAGE,
    WHY_YOU,
)
PAYER_UNAVAILABLE = Letter(
    Words("Your coverage check is waiting", "La verificación de su cobertura está en espera"),
    Words("Your health plan is not answering right now", "Su plan de salud no responde en este momento"),
    (
        Words(
            "This says nothing about your coverage. We keep asking for you and write as soon as there is an answer. "
            "There is nothing you need to do.",
            "Esto no significa nada sobre su cobertura. Seguiremos preguntando por usted y le escribiremos en cuanto "
            "haya una respuesta. No necesita hacer nada.",
        ),
    ),
    _OPEN_CHECK,
    _PAGE,
    WHY_YOU,
)
NEEDS_REVIEW = Letter(
    Words("We are looking into your coverage", "Estamos revisando su cobertura"),
    Words("A person is looking into it", "Una persona lo está revisando"),
    (
        Words(
            "The answer about your coverage needs a closer look. Member Support is on it and will write to you.",
            "La respuesta sobre su cobertura necesita una revisión más detallada. El equipo de Atención a Miembros "
            "ya la está viendo y le escribirá.",
        ),
    ),
    _OPEN_CHECK,
    _PAGE,
    WHY_YOU,
)
COVERAGE_LOST = Letter(
    Words("A change in your coverage", "Un cambio en su cobertura"),
    Words("Your plan no longer shows active coverage", "Su plan ya no muestra una cobertura activa"),
    (
        Words(
            "We ask your health plan again from time to time, so that nothing takes you by surprise. It no longer "
            "shows coverage for you.",
            "De vez en cuando volvemos a preguntar a su plan de salud para que nada le tome por sorpresa. Ya no "
            "muestra cobertura para usted.",
        ),
        Words(
            "If you have a newer card, please enter its details, before your next appointment if you can. If you think "
            "this is a mistake, Member Support will look into it with you.",
            "Si tiene una tarjeta más reciente, escriba los datos de esa tarjeta, si es posible antes de su próxima "
            "cita. Si cree que es un error, el equipo de Atención a Miembros lo revisará con usted.",
        ),
    ),
    _OPEN_COVERAGE,
    _PAGE,
    WHY_YOU,
)

BY_CHECK_STATE = {
    "eligible": COVERAGE_VERIFIED,
    "ineligible": NOT_COVERED,
    "needs_correction": NEEDS_CORRECTION,
    "payer_unavailable": PAYER_UNAVAILABLE,
    "needs_review": NEEDS_REVIEW,
    "lost": COVERAGE_LOST,
}
"""Everything that a check can come to for its member, by the name that eligibility tells it under."""
