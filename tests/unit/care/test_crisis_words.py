"""Which words are heard, in either language, and which everyday ones are not (C5)."""

import re
from itertools import product

import pytest

from functions.care.rules import crisis
from functions.care.rules.crisis import HELP, HELP_IN_CHAT, NOT_FOR_EMERGENCIES, plain, speaks_of_crisis
from functions.care.rules.crisis_words import ENGLISH, EVERYDAY, SPANISH, SPELLINGS
from functions.shared.words import Language

HEARD_IN_ENGLISH = [
    # The words themselves
    "I can't stop thinking about suicide",
    "feeling suicidal again",
    "I am not suicidal",
    "kms",
    "thinking of unaliving myself",
    "I want to ctb",
    "self-harm",
    "I relapsed into self harming",
    # To do it
    "I want to kill myself",
    "i'm going to KILL MYSELF",
    "I might just kill my damn self, no: kill fucking myself",
    "I'm going to kill my self",
    "They told me I should go kill myself",
    "I tried to kill myself last year",
    "I'm going to hang myself",
    "I will shoot myself",
    "thought about drowning myself",
    "I am starving myself",
    "I'm going to end myself",
    "I want to delete myself",
    "I'm gonna off myself",
    "My son wants to kill himself",
    "thinking about ending my life",
    "I will end my own life",
    "I am going to take my life",
    "I have been thinking about taking my own life",
    "I want to end my miserable life",
    "end it all",
    "I want to end it",
    "I want to end things",
    "I'm thinking about ending things",
    "I am ready to end everything",
    "I'm ending it tonight",
    "I need to put an end to it all",
    "I'm afraid I might do something stupid",
    "I want to put a bullet in my head",
    "I'll blow my brains out",
    "I'm going to jump off the bridge",
    "I will jump from the roof of my building",
    "I'm going to jump",
    "I could throw myself under a train",
    "I want to step in front of a bus",
    "thinking of walking into traffic",
    "I want to drive my car off a cliff",
    "I keep imagining driving into a tree",
    "I'll lie down on the tracks",
    # To have done it, or to be about to
    "I took an overdose",
    "overdosing would be easy",
    "I over dosed",
    "I took all my pills",
    "I took all of my meds",
    "I'm going to take all my pills",
    "I swallowed a bottle of pills",
    "I took a whole bottle of Tylenol",
    "I took too many pills",
    "I have taken thirty pills",
    "I took 40 tablets",
    "I drank bleach",
    "I've been saving up my pills",
    "I have a gun and I'm going to use it",
    "I bought a gun",
    "the gun is in my mouth, gun to my head",
    "I am holding a knife to my wrist",
    "I tied a noose",
    "I'm standing on the ledge",
    "I think I'm bleeding out",
    "I need an ambulance",
    # To harm oneself
    "I've been cutting myself",
    "I'm cutting again",
    "I have been cutting",
    "I cut my wrists",
    "slit both my wrists",
    "I hurt myself last night",
    "hurt my self",
    "I burn myself with cigarettes",
    "I have the urge to cut",
    "I keep punching myself",
    # To wish to be dead
    "I want to die",
    "I just want to finally die.",
    "i wanna die",
    "I wanted to die last night",
    "I want to curl up and die",
    "I want to be dead",
    "I want to not exist",
    "I want to disappear forever",
    "I just want to cease to exist",
    "I deserve to die",
    "I keep hoping to die",
    "I'd rather be dead",
    "I would rather not be here",
    "I’d be better off dead",
    "I should be dead",
    "I shouldn't have been born",
    "I wish I was dead",
    "I wish I were never born",
    "I wish I wasn't alive",
    "I wish I didn't exist",
    "I wish I could just disappear",
    "I wish a car would hit me",
    "I hope I don't wake up",
    "I pray I die in my sleep",
    "I want to sleep and never wake up",
    "If only I could never wake up",
    "death would be a relief",
    "I keep thinking about dying",
    "I wouldn't mind not waking up",
    "I don't care if I live or die",
    "somebody kill me",
    "I want it to end",
    "I want everything to stop",
    "I'd be better off gone",
    "I want to fall asleep forever",
    "i wnat to die",
    "I want to be gone",
    # Not to wish to live
    "I don't want to live anymore",
    "I do not wanna live",
    "I don't wanna be alive anymore",
    "I do not want to exist",
    "I dont want to be here anymore",
    "I do not want to wake up tomorrow",
    "I don't want to keep living",
    "I no longer want to live",
    "I don't want this life",
    "I just don't want to be here",
    "I don't feel like living",
    "I don't see the point anymore",
    "I don't plan on being alive next week",
    "I don't think I can keep going",
    "There is no point in living",
    "what's the point of being alive",
    "I don't see a reason to go on",
    "there's no reason to live",
    "I have nothing left to live for",
    "life is not worth living",
    "My life is not worth it",
    "life is meaningless",
    "I have no will to live",
    "I lost my will to live",
    "I am tired of being alive.",
    "I'm done with life",
    "I hate being alive",
    "I have given up on life",
    "I can't go on",
    "I cannot go on anymore",
    "I can not live like this",
    "I can't do this anymore",
    "There is no way out",
    # To be missed by nobody
    "everyone would be better off without me",
    "everyone would be better off if I was gone",
    "It would be easier for my family if I weren't here",
    "nobody would care if I died",
    "no one would miss me",
    # To take leave
    "I have written a goodbye note",
    "goodbye forever",
    "I want to say goodbye to my kids",
    "this is my last message",
    "this is my last night alive",
    "by the time you read this",
    "you will never hear from me again",
    "forgive me for what I am about to do",
    "I'm giving away all my things",
    # Not to be safe, to be threatened
    "I am not safe",
    "I don't feel safe at home",
    "I don't trust myself tonight",
    "The voices tell me to jump",
    "he is going to kill me",
    "My husband beats me and will kill me",
    "My ex threatened to kill me",
    "she tried to strangle me",
    "he has a gun",
    "I fear for my life",
    "I am in danger",
    # To harm others
    "I want to kill him",
    "I am afraid I'll kill someone",
    "I'm going to shoot my boss",
    "I want to hurt people",
    "I will shoot up the school",
    "homicidal thoughts",
    "thoughts of killing my husband",
]
HEARD_IN_SPANISH = [
    # The words themselves
    "pienso en el suicidio",
    "quiero suicidarme",
    "me quiero suicidar",
    "me suicido",
    "autolesión",
    "tomé una sobredosis",
    # To do it
    "ME QUIERO MATAR",
    "pienso en matarme",
    "voy a matarme",
    "me voy a matar",
    "me mato",
    "me maté el brazo a golpes; me estoy matando",
    "voy a quitarme la vida",
    "me voy a quitar la vida",
    "me dan ganas de quitar la vida",
    "me gustaría poder matar",
    "quiero acabar con mi vida",
    "voy a terminar con todo",
    "quiero ponerle fin a todo",
    "quiero que todo se acabe",
    "me voy a ahorcar",
    "quiero ahorcarme",
    "me voy a colgar",
    "pienso colgarme",
    "me voy a pegar un tiro",
    "quiero darme un balazo",
    "me quiero volar la cabeza",
    "dispararme",
    "me quiero envenenar",
    "quiero ahogarme",
    "me quiero quemar",
    "me voy a tirar de un puente",
    "quiero tirarme al tren",
    "me quiero aventar del edificio",
    "pienso lanzarme por la ventana",
    "voy a saltar desde la azotea",
    "me quiero dejar morir",
    "mi hijo se quiere matar",
    "quiere quitarse la vida",
    # To have done it, or to be about to
    "me tomé todas las pastillas",
    "tomé todas mis pastillas",
    "me tomé un frasco de pastillas",
    "me tomé todo el frasco",
    "me tragué un puñado de pastillas",
    "me tomé 30 pastillas",
    "me voy a tomar todas las pastillas",
    "quiero tomarme todas las pastillas",
    "me tomé demasiadas pastillas",
    "tomé cloro",
    "tengo una pistola",
    "compré una soga",
    "estoy juntando pastillas",
    "estoy parada en el puente",
    "me estoy desangrando",
    "necesito una ambulancia",
    # To harm oneself
    "me corto los brazos",
    "me quiero cortar",
    "quiero cortarme",
    "me corté las venas",
    "me he cortado",
    "me estoy cortando",
    "volví a cortarme",
    "me voy a abrir las venas",
    "quiero hacerme daño",
    "quiero hacerme dan\u0303o",
    "Me quiero hacer daño",
    "me hice daño",
    "me hago daño",
    "me lastimo",
    "quiero lastimarme",
    "me quiero lastimar",
    "me quemo la piel",
    "me golpeo la cabeza contra la pared",
    # To wish to be dead
    "Quiero morirme",
    "me quiero morir",
    "quisiera morir",
    "tengo ganas de morirme",
    "preferiría estar muerta",
    "quiero dejar de vivir",
    "quiero dejar de existir",
    "quiero desaparecer",
    "quisiera no haber nacido",
    "me gustaría no despertar",
    "Ojalá estuviera muerta",
    "Ojalá me muera",
    "ojalá no despierte",
    "ojalá nunca hubiera nacido",
    "ojalá me atropelle un carro",
    "quiero dormir y no despertar",
    "quiero dormir para siempre",
    "quiero descansar para siempre",
    "mejor me muero",
    "prefiero morir",
    "estaría mejor muerto",
    "estarían mejor sin mí",
    "sería mejor si no existiera",
    "morir sería un alivio",
    "pienso en morirme",
    "me da igual vivir o morir",
    "no merezco vivir",
    "me quiero ir de este mundo",
    # Not to wish to live
    "ya no quiero vivir",
    "No quiero seguir viviendo así",
    "ya no quiero seguir",
    "no quiero existir",
    "no quiero despertar mañana",
    "no quiero estar aquí",
    "no tengo ganas de vivir",
    "perdí las ganas de vivir",
    "no tengo ninguna razón para vivir",
    "no le veo sentido a vivir",
    "mi vida no tiene sentido",
    "no vale la pena vivir",
    "¿para qué seguir viviendo?",
    "estoy cansado de vivir",
    "me cansé de vivir",
    "no puedo más",
    "ya no aguanto más",
    "no veo salida",
    # To be missed by nobody, to take leave
    "nadie me extrañaría",
    "a nadie le importa si me muero",
    "escribí una carta de despedida",
    "quiero despedirme de todos",
    "adiós para siempre",
    "este es mi último mensaje",
    # To be threatened
    "me va a matar",
    "mi esposo me quiere matar",
    "me amenazó de muerte",
    "mi marido me golpea",
    "nos va a matar a todos",
    "temo por mi vida",
    "estoy en peligro",
    # To harm others
    "voy a matarlo",
    "lo voy a matar",
    "quiero matar a mi jefe",
    "le quiero hacer daño",
]
NOT_HEARD = [
    "",
    "I slept better last night.",
    "That joke killed me",
    "this traffic is killing me",
    "My back is killing me",
    "This heat is going to kill me",
    "it would kill me to wait that long",
    "We were killing time at the airport",
    "I want to kill two birds with one stone",
    "I was killing myself laughing",
    "I shot myself in the foot with that question",
    "My phone died",
    "My grandmother died last year and I miss her",
    "The cancer killed her in March",
    "The deadline is killing my mood",
    "My deadline is Friday",
    "I could kill for a coffee",
    "I want to diet",
    "I want to die my hair red",
    "I want to kill this project",
    "My husband is beating me at chess",
    "I could murder a burger",
    "I don't want to be here at this job forever",
    "I am dying to see you",
    "I wanted to die of embarrassment",
    "I took my pills as told",
    "I took my pills this morning as prescribed",
    "I took all my pills as prescribed",
    "I have been taking all my meds",
    "The doctor will shoot me an email",
    "My life is over-scheduled",
    "I feel like I'm going to die when I have a panic attack",
    "siento que me voy a morir cuando me da el pánico",
    "necesito más pastillas, se me acaban",
    "I took two pills for my headache",
    "Should I take all the tablets?",
    "The cut on my hand heals",
    "I've been cutting back on coffee",
    "I'm cutting carbs",
    "I want to cut my hair",
    "I cut myself some slack today",
    "I'm burning myself out at work",
    "I hurt myself at the gym",
    "I hung up on him",
    "I want to hang out by myself",
    "I love my life",
    "I'm taking my life back",
    "I want to end the session early",
    "I want to end it with my boyfriend",
    "Can we end on time?",
    "the end of my life insurance",
    "I spent my life savings",
    "This end of life planning course for work is boring",
    "I can't go on Monday",
    "I cannot go on vacation this year",
    "I don't want to live with my parents",
    "I don't want to live in this apartment anymore",
    "I don't want to wake up early",
    "I never wake up on time",
    "I'm going to jump in the shower",
    "Let me jump on a call",
    "I jumped out of bed",
    "I ran 5 kms today",
    "We have a glue gun",
    "Did you get my last message?",
    "I said goodbye to my coworker",
    "It is not safe to drive on ice",
    "I feel safe with my coach",
    "I want a new therapist",
    "I took a day off myself",
    "skillset",
    "Herself, a killjoy",
    "The appointment lasted 45 minutes",
    "My code is B12 and a1c is 5.4",
    "Dormí mejor anoche.",
    "Mi abuela murió el año pasado",
    "Me muero de hambre",
    "Me muero de risa",
    "me muero de sueño",
    "Quería morirme de la vergüenza",
    "este tráfico me va a matar",
    "me mato trabajando",
    "vamos a matar el tiempo",
    "Quiero vivir cerca del mar",
    "no quiero vivir con mi suegra",
    "El partido se acabó con todos contentos",
    "quiero terminar todo el trabajo hoy",
    "tomé mis pastillas",
    "me tomé la pastilla de la mañana",
    "tomé todas mis pastillas como me indicó el doctor",
    "Me cortaron el pelo",
    "me corté el pelo",
    "me quiero cortar el pelo",
    "quiero cortarme las uñas",
    "me van a cortar la luz",
    "me corté el dedo",
    "Se me corta la llamada",
    "voy a colgar la llamada",
    "me colgó el teléfono",
    "voy a tirar la basura",
    "me tiré en la cama",
    "me lastimé la rodilla",
    "me hizo daño la comida",
    "no puedo más tarde",
    "no quiero despertar tarde",
    "ya no quiero seguir con este coach",
    "me quité la chaqueta",
    "quiero dejar de fumar",
    "me doy un baño",
    "le di un abrazo",
    "Mátalas callando",
    "matemáticas",
    "el seguro de vida",
]


@pytest.mark.parametrize("text", [*HEARD_IN_ENGLISH, *HEARD_IN_SPANISH])
def test_these_are_heard(text):
    assert speaks_of_crisis(text)


@pytest.mark.parametrize("text", NOT_HEARD)
def test_these_are_not(text):
    assert not speaks_of_crisis(text)


def test_what_is_said_every_day_is_passed_over_and_only_it():
    assert speaks_of_crisis("This traffic is going to kill me, but seriously: I want to die")
    assert speaks_of_crisis("Me quiero cortar el pelo y después me quiero matar")
    assert speaks_of_crisis("I took all my pills as prescribed until today. I took all my pills")
    assert not speaks_of_crisis("I want my life insurance to die out")


@pytest.mark.parametrize(
    "text",
    [
        "I want\nto\n\ndie",
        "I want   to ... die",
        "I want to d\u200bie",
        "I want to d\u00adie",
        "Ｉ ｗａｎｔ ｔｏ ｄｉｅ",
        "I don`t want to live",
        "I don´t want to live",
        "I don＇t want to live",
        "I don\u2032t want to live",
        "*I* _want_ to **die**",
        "x" * 3_000 + " I want to die " + "y" * 3_000,
        "😭😭 want to die 😭😭",
        "¿quiero morir?",
        "su1cide",
        "k1ll myself",
        "k!ll mys3lf",
        "k*ll myself",
        "#suicide #kms",
        "s u i c i d e",
        "s.u.i.c.i.d.e",
        "i want to d-i-e",
        "I want to dieeeee",
        "killllll myself",
        "quierooooo moriiiir",
        "kiero morirme",
    ],
)
def test_no_spelling_line_end_or_invisible_character_hides_them(text):
    assert speaks_of_crisis(text)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Room 101, 3rd floor", "room 101 3rd floor"),
        ("B12 and 5.4", "b12 and 5 4"),
        ("Mississippi, llama, three", "mississippi llama three"),
        ("I do not know what's 24/7", "i dont know whats 24 7"),
    ],
)
def test_numbers_and_double_letters_stay_as_they_are(text, left):
    assert plain(text) == left


def said(phrase):
    """Every way to say a phrase of the lists; what may be left out is, and `~` is said in so many words."""
    fit = phrase.replace("*", "").replace("#", "40").replace("~", "very blue")
    return [
        " ".join(filter(None, way))
        for way in product(*(part.strip("()").split("/") for part in re.findall(r"\([^)]*\)|\S+", fit)))
    ]


PHRASES = [*ENGLISH, *SPANISH]
LISTED = sorted({way for phrase in PHRASES for way in said(phrase)})
ONE_OF_EACH = [said(phrase)[-1] for phrase in PHRASES]


def test_each_phrase_of_the_lists_is_heard_in_every_way_and_stands_in_the_one_spelling():
    assert len(LISTED) > 5_000
    assert [way for way in LISTED if plain(way) != way] == []
    assert [way for way in LISTED if not speaks_of_crisis(way)] == []


def test_what_is_passed_over_stands_in_the_one_spelling_and_is_not_heard():
    everyday = [way for phrase in EVERYDAY for way in said(phrase)]
    assert [way for way in everyday if plain(way) != way] == []
    assert [way for way in everyday if speaks_of_crisis(way)] == []


def test_no_phrase_is_heard_within_other_words():
    assert [way for way in LISTED if speaks_of_crisis(f"x{way.replace(' ', 'x')}")] == []


SPELLED = sorted((way, form) for form, ways in SPELLINGS.items() if form for way in ways)


@pytest.mark.parametrize(("way", "form"), SPELLED)
def test_each_thought_is_heard_in_each_spelling(way, form):
    assert plain(way) == plain(form) == form
    thoughts = [thought for thought in LISTED if re.search(rf"\b{form}\b", thought)]
    spelled = [re.sub(rf"\b{form}\b", way, thought) for thought in thoughts]
    assert [thought for thought in spelled if not speaks_of_crisis(thought)] == []


@pytest.mark.parametrize("filler", SPELLINGS[""])
def test_words_without_a_thought_stand_in_the_way_of_none(filler):
    assert [way for way in ONE_OF_EACH if not speaks_of_crisis(f" {filler} ".join(way.split()))] == []


@pytest.mark.parametrize(("before", "after"), [("matarme", "me voy a matar"), ("hacerme dano", "me quiero hacer dano")])
def test_in_spanish_the_pronoun_may_stand_before_or_after(before, after):
    assert {before, after} <= set(LISTED)


def test_every_act_that_is_heard_with_the_pronoun_after_is_with_it_before():
    acts = {word for way in LISTED for word in way.split()[:1] if re.fullmatch(r"\w+[aei]rme", word)}
    before = {way.split()[3] for way in LISTED if way.startswith("me voy a ")}
    assert len(acts) > 20
    assert {act.removesuffix("me") for act in acts} - before <= ELSEWHERE


ELSEWHERE = {
    "tomar",
    "tragar",
    "ir",
    "despedir",
    "dormir",
    "largar",
    "morir",
    "asesinar",
    "apunalar",
    "estrangular",
    "beber",
}
"""Not done to oneself, or heard with other words about them."""


@pytest.mark.parametrize("heard", [crisis._heard, crisis._everyday])
def test_nothing_is_tried_twice_at_length(heard):
    """So that looking through a text takes as many steps as it has words: what repeats is taken whole or counted."""
    repeats = set(re.findall(r"(?:\w|\)|\\w|\\d)((?:[*+]|\{\d*,\d*\})[+?]?)", heard().pattern))
    assert repeats <= {"*+", "++", "{2,}+", "{0,3}"}
    assert all(phrase.count("~") <= 2 for phrase in (*PHRASES, *EVERYDAY))


def test_the_longest_of_texts_is_looked_through():
    assert not speaks_of_crisis("want to " * 8_000)
    assert not speaks_of_crisis("x" * 60_000)
    assert not speaks_of_crisis("a b c d " * 8_000)
    assert speaks_of_crisis("kill " * 10_000 + "myself")


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("words", [HELP, HELP_IN_CHAT, NOT_FOR_EMERGENCIES])
def test_help_is_a_call_away_wherever_it_is_told(words, language):
    told = words.in_(language)
    assert "988" in told
    assert "911" in told
    assert "{" not in told


def test_the_words_for_a_form_speak_of_a_form_and_those_for_a_chat_of_a_message():
    assert ("form" in HELP.en, "formulario" in HELP.es) == (True, True)
    assert ("form" in HELP_IN_CHAT.en, "message" in HELP_IN_CHAT.en, "mensaje no" in HELP_IN_CHAT.es) == (
        False,
        True,
        True,
    )
