"""Letters about a member's coach (C1, C2): assigned, and that a message waits. Nothing of what is written.

Values: coach, the name of one who was assigned.
"""

from functions.notifications.letters.letter import Letter
from functions.shared.words import Words

_ANOTHER = Words(
    "If it turns out not to be the right match, you can ask for another coach in Careway at any time.",
    "Si resulta que no es la persona indicada para usted, puede pedir otro coach en Careway en cualquier momento.",
)

COACH_ASSIGNED = Letter(
    Words("Your care team in Careway", "Su equipo de atención en Careway"),
    Words("{coach} is your coach", "{coach} es su coach"),
    (
        Words(
            "You can write to {coach} in Careway whenever you like. An answer may take a while.",
            "Puede escribir a {coach} en Careway cuando quiera. La respuesta puede tardar un poco.",
        ),
        _ANOTHER,
    ),
    Words("Meet your coach", "Conocer a su coach"),
    "care-team",
    Words(
        "You receive this e-mail because you have a pass in Careway.",
        "Recibe este correo porque tiene un pase en Careway.",
    ),
)
CLOSEST_COACH_ASSIGNED = COACH_ASSIGNED._replace(
    paragraphs=(
        Words(
            "Nobody who has everything you wished for has a place free right now; {coach} comes closest.",
            "Nadie que reúna todo lo que pidió tiene un lugar libre en este momento; {coach} es quien más se acerca.",
        ),
        *COACH_ASSIGNED.paragraphs,
    ),
)
MESSAGE_WAITING = Letter(
    Words("You have a new message", "Tiene un mensaje nuevo"),
    Words("A message is waiting for you", "Un mensaje le espera"),
    (
        Words(
            "It is in Careway, where only you can read it; we never put messages into e-mails. We write to you again "
            "only after you have read it.",
            "Está en Careway, donde solo usted puede leerlo; nunca ponemos mensajes en correos. Le escribiremos de "
            "nuevo solo después de que lo lea.",
        ),
    ),
    Words("Read it in Careway", "Leerlo en Careway"),
    "messages",
    Words(
        "You receive this e-mail because somebody wrote to you in Careway.",
        "Recibe este correo porque alguien le escribió en Careway.",
    ),
)
