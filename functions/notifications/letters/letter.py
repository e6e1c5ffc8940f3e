"""The shape of a letter: what it says in both languages, and the same filled in for one reader."""

from typing import NamedTuple

from functions.shared.words import Language, Words


class Fact(NamedTuple):
    """One line that is looked up again later: what it is about, and what it says."""

    label: Words
    says: Words


class Written(NamedTuple):
    """A letter in one language, with every value filled in."""

    language: Language
    subject: str
    heading: str
    facts: tuple[tuple[str, str], ...]
    paragraphs: tuple[str, ...]
    button: str
    page: str
    why_you: str
    footer: str


class Letter(NamedTuple):
    """One e-mail: a neutral subject, a heading, facts, paragraphs, and where its button leads in the app.

    `{name}` in a text or in `page` stands for a value of the occasion.
    """

    subject: Words
    heading: Words
    paragraphs: tuple[Words, ...]
    button: Words
    page: str
    why_you: Words
    facts: tuple[Fact, ...] = ()

    def in_(self, language: Language, **values: object) -> Written:
        """The letter in `language` with `values` filled in; KeyError where one is missing."""

        def filled(words: Words) -> str:
            return words.in_(language, **values)

        return Written(
            language=language,
            subject=filled(self.subject),
            heading=filled(self.heading),
            facts=tuple((filled(fact.label), filled(fact.says)) for fact in self.facts),
            paragraphs=tuple(filled(paragraph) for paragraph in self.paragraphs),
            button=filled(self.button),
            page=self.page.format(**values),
            why_you=filled(self.why_you),
            footer=FOOTER.in_(language),
        )


FOOTER = Words(
    "Careway is not for emergencies. In a crisis call or text 988, at any hour.",
    "Careway no atiende emergencias. En una crisis llame al 988 y marque 2, o envíe un mensaje de texto al 988, a "
    "cualquier hora.",
)
