"""Words with which people say that they are in danger, in both languages (C5).

**A clinician has to review these lists**, before the service is opened and whenever they change: they are drawn from
plain speech, not from a validated instrument. Too many hits are a call too many, each judged by a person; but words
that everybody says every day are kept out, or people stop reading what they are told.

A thought is listed once, in the one form to which `plain` brings every spelling (SPELLINGS). In a phrase

    *       stands for any end of a word,
    ~       for up to three words between,
    #       for a number of two figures or more,
    a/b     for either word, and (a b/c) for either of several words; (/a) for a or nothing.

EVERYDAY excuses what is heard entirely within one of its phrases, so that a phrase begins no later than the thought
does, and ends in what closes it: "want to wake up early", never "wake up at", which "all" may follow. In doubt a
phrase stays out of it.

Whoever changes a list adds to tests/unit/care/test_crisis_words.py what has to be heard and what has not.
"""

from collections.abc import Iterator

_NOT = ("do", "does", "did", "is", "was", "were", "would", "should", "could", "have", "has", "had", "are")

_FILLERS = (
    *("just", "really", "fucking", "fuckin", "freaking", "damn", "literally", "honestly", "seriously", "actually"),
    *("simply", "finally", "truly", "basically", "kinda", "kind of", "sort of", "sometimes", "so", "still", "always"),
    *("even", "also", "probably", "maybe", "definitely", "please", "lowkey", "ever"),
    *("ya", "yo", "solo", "solamente", "simplemente", "realmente", "sinceramente", "honestamente", "tambien"),
    *("pinche", "de verdad", "en verdad", "en serio", "a veces", "muchas veces"),
)
"""What carries no thought."""

SPELLINGS = {
    "": _FILLERS,
    # English
    **{f"{verb}nt": (f"{verb} not", f"{verb}n t") for verb in _NOT},
    "dont": ("do not", "don t", "dnt"),
    "cant": ("cannot", "can not", "can t"),
    "wont": ("will not", "won t"),
    "im": ("i am", "i m"),
    "id": ("i would", "i d"),
    "i wouldnt": ("i would not", "i d not"),
    "hes": ("he is", "he s"),
    "shes": ("she is", "she s"),
    "its": ("it is", "it s"),
    "whats": ("what is", "what s"),
    "theres": ("there is", "there s"),
    "want to": ("wanna", "wana", "want too", "want 2", "wnat to", "wan to", "wanto"),
    "going to": ("gonna", "gunna", "gona", "goin to", "finna", "fixing to"),
    "trying to": ("tryna", "tryin to"),
    "have to": ("gotta", "got to", "hafta"),
    "myself": ("my self", "meself", "myslef"),
    "himself": ("him self",),
    "herself": ("her self",),
    "anymore": ("any more", "any longer", "no more", "nomore"),
    "everyone": ("every one", "everybody", "every body"),
    "someone": ("some one", "somebody", "some body"),
    "nobody": ("no one", "noone", "no body"),
    "goodbye": ("good bye", "goodby"),
    "with": ("w",),
    "without": ("w o",),
    "yourself": ("urself", "your self"),
    "about": ("abt",),
    "you": ("u",),
    "overdose": ("over dose",),
    "overdosed": ("over dosed",),
    "unalive": ("un alive",),
    "kill": ("kil", "k ll"),
    "killing": ("kiling", "k lling", "killin"),
    "suicide": ("suiside", "sucide", "suicde", "suacide", "suicied", "su cide", "s icide", "sewerslide", "sewercide"),
    # Spanish
    "que": ("q", "k"),
    "quiero": ("kiero", "qiero", "qero"),
    "quitar": ("kitar",),
    "quitarme": ("kitarme",),
    "voy a": ("voi a", "boy a"),
    "vida": ("bida",),
    "vivir": ("bivir", "bibir", "vivr"),
    "dano": ("danio", "danyo"),
    "hacer": ("aser",),
    "hacerme": ("aserme",),
    "estoy": ("toy", "stoy"),
    "suicidarme": ("suisidarme", "sucidarme"),
    "suicidar": ("suisidar", "sucidar"),
    "suicidio": ("suisidio", "sucidio"),
}
"""The one form, and how it is spelled besides."""


# English

_ME = (
    "hang*/hung/shoot*/shot/drown*/stab*/poison*/starv*/hurt*/harm*/cut*/burn*/strangl*/suffocat*/chok*/asphyxiat*"
    "/electrocut*/injur*/mutilat*/punch*/hit/hits/hitting/scratch*/delet*/end/ends/ended/ending/offed/offing/gas"
    "/gassing"
)
_PILLS = "(pills/tablets/meds/medicine/medication/medications/sleeping pills/antidepressants/xanax/tylenol/advil)"
_GUN = "(gun/pistol/handgun/rifle/shotgun/revolver/firearm)"
_IF_GONE = (
    "if i (was/were) (dead/gone/never born)",
    "if i (wasnt/werent) (here/around/alive/born)",
    "if i (died/die/disappeared/vanished/didnt exist/killed myself)",
)
_BEING = "(living/life/live/being alive/being here/existing/exist/going on/go on/keep going/keep living/continue)"
_KIN = "husband/wife/boyfriend/girlfriend/partner/ex/father/dad/stepdad/mother/brother/son"
_DONT_WANT = "(dont/didnt/no longer/never) want to"
_TO_END = "(want/wanted/going/plan/planning/ready/need/decided/time/wish/about) to end"
_THREATENED = (
    "(going to/will/hell/shell/theyll/hed/shed/theyd/would/wants to/want to/tried to/tries to/trying to/threaten* to"
    "/about to/might/could/should/said hed/coming to)"
)
_BEATS = "(beats/beating/beat/hits/hitting/chokes/choking/choked/strangled/strangling/stabbed/rapes/raped)"
_THEM = "(him/her/them/someone/people/everyone/my/you)"

ENGLISH = (
    # The words themselves
    "suicid*/homicid*/unaliv*/overdos*/selfharm*/kms/kys/ctb",
    "killmyself/iwanttodie/wanttodie/endmylife/iwanttokillmyself",
    "self (harm*/injur*/mutilat*)",
    # To do it
    "kill* ~ myself",
    "kill* my ~ self",
    f"({_ME}) myself",
    f"({_ME}) myself ~ on purpose",
    "hurt*/harm* ~ myself",
    "(want to/going to/could/might) off myself",
    "kill (himself/herself/themselves/themself)",
    "(kill/killing/hang/hanging) yourself",
    "finish* myself off",
    "do* away with myself",
    "(drink*/drank/starv*/freez*) myself to death",
    "end* my ~ life",
    "take/taking/took/taken my (/own/miserable/worthless) life",
    "end* my (existence/pain/suffering/misery)",
    "end* it all",
    "end* it (tonight/today/now/soon/for good/once and for all)",
    f"{_TO_END} (it/things/everything/all this/this life)",
    "(think*/thought*) (of/about) ending (it/things/everything/this)",
    "put* an end to (it/it all/everything/my life/myself/my pain/my suffering)",
    "(going to/might/afraid ill/will) do something stupid",
    "bullet (in/through/to) my (head/brain/skull/heart)",
    "blow* my (brains/head) (out/off)",
    "pull* the trigger",
    "jump*/leap* (off/from/out of/out) ~ (bridge*/building*/roof*/balcony/window/cliff/overpass/garage/ledge/floor)",
    "(throw*/fling*/hurl*) myself (off/from/out/under/in front of/into the river/into traffic/down the stairs)",
    "(jump*/step*/walk*/run/running/lie/lay) in front of ~ (train/bus/car/truck/traffic/subway)",
    "(walk*/step*/jump*/run/running) into (/the/oncoming) traffic",
    "(drive/driving/steer*/swerv*/crash*) (/my car/my truck/the car/it) (off/into) (/a/the) (bridge/cliff/tree/wall"
    "/pole/lake/river/road/oncoming traffic)",
    "(want/going) to crash (/my/the/this) (car/truck)",
    "(lie/lay/lying/laying) (down/) on ~ tracks",
    "(want/going/about) to jump",
    "jump*/leap* (on/onto/to/in/into/in front of/under) ~ (tracks/rails/train/traffic/subway)",
    # To have done it, or to be about to
    f"(took/taken/swallow*/popped/to take/ill take) all (/of) (my/the/his/her/these/those) {_PILLS}",
    f"(took/take/taking) all (/of) (my/the/these/those) {_PILLS} (at once/and be done/and die/and sleep/and end*)",
    f"(took/taken/take/taking/swallow*/popped) ~ (bottle/bottles/handful/bunch/box/pack/fistful/lot/ton) of {_PILLS}",
    f"(took/taken/swallow*/popped) ~ (too many/many/too much/#/twenty/thirty/forty/fifty/a hundred) (/of my) {_PILLS}",
    f"(took/taken/swallow*/popped) ~ (many/most/#/twenty/thirty/forty/fifty/a hundred) of ~ {_PILLS}",
    "(took/swallow*/drank) (a/the/my) (whole/entire) bottle",
    "(drink*/drank/swallow*) (/some/the) (bleach/antifreeze/poison/rat poison/drain cleaner)",
    "(sav*/stockpil*/hoard*/collect*) (/up) (/all/my/the/enough) (pills/meds/sleeping pills)",
    "enough pills to",
    "pills (in my hand/in front of me/next to me/lined up/laid out/counted out)",
    "lethal dose",
    "(going to/want to/trying to) od",
    "(od/oded/odd) on (my/the/pills/meds/xanax/tylenol/fentanyl/sleeping pills)",
    "razor blade*",
    f"(have/got/bought/found/holding/grabbed/loaded) (a/the/my/his/a loaded) {_GUN}",
    f"{_GUN} (to my head/in my hand/in my mouth/in my lap/to my temple/is loaded)",
    "(knife/razor/blade) (to/against/on) my (wrist*/throat/neck/skin/arm/arms)",
    "noose",
    "(rope/belt/cord/cable/sheet/scarf) around my (neck/throat)",
    "(tied/tying/have/got/bought/found/theres) (a/the) rope",
    "(standing/sitting/im) (on/at) (a/the) (bridge/ledge/tracks/roof/rooftop/cliff)",
    "turn* (on the gas/the gas on)",
    "(edge/top) of (a/the) (bridge/building/roof/cliff)",
    "bleeding out",
    "(need/call/send) an ambulance",
    # To harm oneself
    "cut*/slit*/slash*/slic* (/open/up/both) my (/own) (wrist*/vein*/throat/thigh*/arms/skin/forearm*)",
    "opened my veins",
    "cutting again",
    "cutting (/up/down/into/on/along) my (/own) (arm/arms/leg/legs/thigh*/stomach/hip/hips/body/skin/wrist*/ankle*)",
    "cut* (/down/into/up) my (/own) (arm/leg/hand/hands/legs/body) (open/again/tonight/on purpose/with a)",
    "(im/been/started/stop/keep/relapsed and) cutting",
    "relaps* (with/into/on) cutting",
    "cut* too deep",
    "bleeding from (cutting/my cuts/my wrist*/my arm/my arms)",
    "(fresh/new) cuts",
    "cuts (on/all over/up) my (arm/arms/leg/legs/thigh*/wrist*)",
    "(want/going/trying) to starve",
    "carv* ~ (in/into/on) my (arm/arms/leg/legs/thigh*/skin/wrist*/stomach)",
    "scratch* my (skin/arm/arms/leg/legs/wrist*) (/open) (till/until/open/raw/bloody/again)",
    "urge* to (cut/die/jump/hurt/burn/end/kill)",
    "want to cut (again/tonight/deep/deeper)",
    "burn* my (skin/arm/arms/thigh*/wrist*)",
    # To wish to be dead
    "(want*/wish*/hope/hoping/pray*/plan*/ready/deserve/need/prefer/decided/like/tried/trying) to (die/be dead"
    "/not exist/not be alive/not live/not be here/not wake up/never wake up/disappear/vanish/cease to exist"
    "/stop existing/stop living/stop being alive/leave this world/leave this earth/sleep forever)",
    "want ~ to ~ die",
    "want to be (gone/with god/in heaven)",
    "want (it/it all/all this/everything/this/my life/the pain) to (end/stop/be over)",
    "rather (die/be dead/not be alive/not be here/not exist/not wake up)",
    "better off (dead/dying/gone)",
    "should (be dead/die/have died)",
    "shouldnt (be alive/exist/have been born)",
    "dont deserve to (live/be alive/exist)",
    "going to die (tonight/today/by)",
    "let (me/myself) die",
    "until i (die/dont wake up/never wake up/cant wake up/wont wake up/bleed out/stop breathing)",
    "i can die",
    "(god/lord) (takes/take/took/would take) me",
    "wish i (was/were) (dead/gone/never born/no longer alive)",
    "wish i (wasnt/werent) (alive/here/born/around)",
    "wish i had (died/never been born/never existed)",
    "wish i (died/didnt exist/wouldnt wake up/didnt wake up/didnt have to live/never woke up"
    "/couldnt exist/couldnt be here)",
    "wish id (die/died/never been born/disappear/never wake up)",
    "wish i could (die/disappear/vanish/stop existing/stop living/end it/sleep forever/never wake up)",
    "(wish/hope/pray) (god/someone/something/a car/a bus/a truck) (would/will) (kill/take/hit/shoot/run over) me",
    "hop*/pray* (/that) i (die/dont wake up/wouldnt wake up/wont wake up/never wake up/dont make it/dont survive)",
    "(sleep/asleep) (and/to) (/then) (never/not/dont) wake up",
    "(asleep/sleep) forever",
    "want die",
    "never wake up",
    "(dying/death/being dead) (would be/is/sounds) (easier/better/a relief/nice/peaceful/the only/my only)",
    "(think*/thought*/dream*/fantasiz*/fantasies) (of/about) (dying/being dead/not being alive/not existing"
    "/not waking up)",
    "thoughts of death",
    "ways to die",
    "(easiest/easy/painless/quick/quickest/fast/fastest/best) way to die",
    "take* to (die/overdose)",
    "want* me dead",
    "want to be with my (dead/late)",
    "(join/be with/see) (him/her/them/my mom/my dad/my baby/my son/my daughter) in heaven",
    "wouldnt (mind/care) (dying/not waking up/if i died/if i die/if i didnt wake up)",
    "dont care (if/whether) i (live/die)",
    "(someone/god/want ~ to) kill me",
    "kill me now",
    "hope*/hoping/pray*/wish*/want/wanted/let/letting/until ~ kill*/finish*/end/ends me",
    # Not to wish to live
    f"{_DONT_WANT} (live/be alive/exist/wake up/go on/keep going/keep living/survive/see tomorrow/continue living"
    "/live on/be around anymore/be here/be in this world/be on this earth)",
    "dont want (this/my) life",
    f"{_DONT_WANT} (live/wake up/be here/go on/keep going) ~ or (again/at all/anywhere/anymore)",
    "cant live without (him/her/them)",
    "dont feel like (living/being alive/existing)",
    "why im alive",
    "plan* on being (alive/around)",
    "see the point any*",
    f"(no/whats the/see the/see a/see any) (point/reason/sense/purpose) (in/of/to/for) (/my/me to) {_BEING}",
    "(no/any) reason (to be alive/to stay alive/to be here)",
    "(nothing/nobody) (/left) to live for",
    "(isnt/not) worth living",
    "life isnt worth",
    "life (is/feels/has become) (pointless/meaningless/worthless/over)",
    "life has no (meaning/point/purpose/value)",
    "(no/lost/losing/lose/dont have/without) (/the/my/any) will to (live/go on)",
    "(tired/sick/exhausted/done/fed up) (/of/with/from) (living/life/being alive/existing/this life/this world)",
    "hate (living/being alive/existing)",
    "(give/giving/gave/given) up on (life/living)",
    "cant (go on/keep going/keep living/live like this/live anymore/live with myself/continue living/bear living"
    "/live this way)",
    "dont think i can (go on/keep going/live any*/keep living)",
    "cant (do/take/bear/stand) (this/it/life) any*",
    "(no/only/one) way out",
    # To be missed by nobody
    "(better/easier/happier) (/off/place) (/for everyone/for them/for my family/for my kids) without me",
    *(f"(better/easier/happier) (/off) (/for everyone/for them/for my family/for my kids) {gone}" for gone in _IF_GONE),
    *(f"(care/notice/miss me/sad/happy) {gone}" for gone in _IF_GONE),
    "would miss me",
    "wont have to (deal with/worry about/put up with/take care of) me",
    # To take leave
    "(goodbye/farewell/suicide) (note*/letter*)",
    "(wrote/written/writing/write) (/my/the/all my) (letters/notes) (to/for) (everyone/my family/my kids/my children"
    "/my parents/my mom/my friends)",
    "tell my ~ i love* (him/her/them)",
    "goodbye (forever/world/cruel world/everyone)",
    "(say/said/saying) goodbye to (everyone/my family/my kids/my children/my husband/my wife/the world)",
    "(is/be) my last (message/goodbye/words)",
    "my (last/final) (goodbye/goodbyes/words)",
    "my last (day/night) (alive/on earth/on this earth)",
    "this is goodbye",
    "by the time you (read/see/get) this",
    "make it (through the night/through tonight/to tomorrow/to the morning/another day)",
    "wont be (alive/here tomorrow/here in the morning/here much longer/around much longer/around anymore)",
    "never (see/hear from) me again",
    "(giving/gave/given) away (all/everything) (my/i)",
    "for what im (about/going) to do",
    "(ill/will) be gone (before/when/by the time) (you/they/he/she/anyone/everyone/someone)",
    "(ill/will) be gone (forever/for good/by tonight/by tomorrow/by morning/by the morning/by sunrise)",
    # Not to be safe
    "(im/am) not safe",
    "dont feel safe",
    "not safe (alone/at home/with myself/from myself/with him/with her)",
    "dont trust myself (alone/tonight/anymore/not to)",
    "voices ~ (kill/die/jump/hurt/cut)",
    # To be threatened by others
    f"{_THREATENED} (kill/murder/shoot/stab/strangle) me",
    "threaten* (my life/me with/to hurt me)",
    "wants to hurt me",
    "with a (gun/knife)",
    "(hit/hits/hitting/beat/beats) me with (a/the/his/her) (bat/belt/bottle/hammer/chair/stick/cord)",
    f"({_KIN}) (/is/keeps/was) {_BEATS} me",
    f"(he/she/they) (/keeps/keep/was) {_BEATS} me",
    f"(hes/shes/theyre) {_BEATS} me",
    "hands around my (neck/throat)",
    "(was/got/been/being) (raped/molested)",
    "(molests/molested/raped/rapes) me",
    "touches me (at night/there/down there/inappropriately/in my sleep/when i sleep)",
    "(he/she/they/who) (has/have/had/got) a (gun/knife)",
    "(gun/knife) (at/on/to) me",
    "(fear*/afraid/scared/terrified) for my life",
    "my life is in danger",
    "(im/am) in danger",
    # To harm others
    "(kill/killing) ~ (him/her/them/someone/people/everyone)",
    "(i/almost/nearly) killed (him/her/them/someone/a/my)",
    "(tried/trying) to (kill/hurt/suffocate/smother/drown/poison/strangle/stab/shoot) (my/him/her/them/someone)",
    "(want/going) to (suffocate/smother/drown/poison) (my/him/her/them/someone)",
    "shak* (my/the) baby",
    "beat* ~ to death",
    "(might/could/ill/afraid ill/snap and) (hurt/harm) (someone/my kids/my baby/my son/my daughter/my children/my wife"
    "/my husband)",
    "(bring*/brought/take/taking/took) (a/the/my) (gun/knife) to (work/school/class)",
    "(use/using) it on (him/her/them/someone/myself/me)",
    f"(kill/killing/murder/murdering) (my/our) ({_KIN}/wife/mom/kids/children/baby/family/boss/neighbor/daughter)",
    "want to (kill/murder)",
    "going to (kill/murder/shoot/stab/strangle) (my/the/that/this/him/her/them/someone/people/everyone/you)",
    "(want/going) to (hurt/harm) ~ (someone/people/everyone/others)",
    f"(want/going) to (hurt/harm/shoot/stab/strangle) {_THEM}",
    "shoot up (/the/my/a) (school/office/place/church/building)",
)


# Spanish: what somebody does to themselves, with the pronoun wherever it may stand.

_PLACES = (
    "~ (puente/edificio/techo/azotea/ventana/balcon/tren/metro/vias/vacio/barranco/precipicio/acantilado/rio/carro"
    "/camion/trafico/piso)"
)
_SHOT = "un (tiro/balazo/plomazo)"
_ACTS = (
    # infinitive, I do, I did, doing, done; what has to follow
    ("matar", "mato", "mate", "matando", "matado", ""),
    ("cortar", "corto", "corte", "cortando", "cortado", ""),
    ("colgar", "cuelgo", "colgue", "colgando", "colgado", ""),
    ("ahorcar", "ahorco", "ahorque", "ahorcando", "ahorcado", ""),
    ("lastimar", "lastimo", "lastime", "lastimando", "lastimado", ""),
    ("herir", "hiero", "heri", "hiriendo", "herido", ""),
    ("envenenar", "enveneno", "envenene", "envenenando", "envenenado", ""),
    ("disparar", "disparo", "dispare", "disparando", "disparado", ""),
    ("hacer", "hago", "hice", "haciendo", "hecho", "(/mucho) (dano/cortes/cortadas)"),
    ("quitar", "quito", "quite", "quitando", "quitado", "(la vida/de en medio/del medio)"),
    ("abrir", "abro", "abri", "abriendo", "abierto", "las venas"),
    ("rajar", "rajo", "raje", "rajando", "rajado", "(las/los) (venas/munecas/brazos)"),
    ("pegar", "pego", "pegue", "pegando", "pegado", _SHOT),
    ("dar", "doy", "di", "dando", "dado", _SHOT),
    ("meter", "meto", "meti", "metiendo", "metido", _SHOT),
    ("volar", "vuelo", "vole", "volando", "volado", "(la cabeza/los sesos/la tapa de los sesos)"),
    ("tirar", "tiro", "tire", "tirando", "tirado", _PLACES),
    ("aventar", "aviento", "avente", "aventando", "aventado", _PLACES),
    ("lanzar", "lanzo", "lance", "lanzando", "lanzado", _PLACES),
    ("arrojar", "arrojo", "arroje", "arrojando", "arrojado", _PLACES),
    ("quemar", "quemo", "queme", "quemando", "quemado", "(la piel/los brazos/las piernas/a proposito/con cigarr*)"),
    ("golpear", "golpeo", "golpee", "golpeando", "golpeado", "(a mi mism*/la cabeza contra/contra)"),
)
_MEANT = "ahogar/quemar/asfixiar/desangrar/electrocutar/golpear/intoxicar/estrellar/dejar morir"
"""What may happen to anybody, and is heard only of somebody who means it."""
_WANT = (
    "(quiero/quisiera/queria/quise/pienso/deseo/deseaba/necesito/planeo/prefiero/preferiria/intente/intento"
    "/he intentado/gustaria/encantaria/provoca/antoja/dan ganas de/dieron ganas de/daban ganas de/decidi/merezco/debo"
    "/deberia)"
)
_WILL = _WANT[:-1] + (
    "/voy a/iba a/vaya a/puedo/podria/trate de/trato de/tengo que/acabo de/vuelvo a/volvi a/estoy por/estoy a punto de"
    "/estuve a punto de/he querido/atrevo a)"
)


def _done_to_oneself(act: tuple[str, str, str, str, str, str]) -> Iterator[str]:
    infinitive, do, did, doing, done, what = act
    for said in (
        f"{infinitive}me",
        f"{doing}me",
        f"me {_WILL} {infinitive}",
        f"me ({do}/{did}/{infinitive}e/{infinitive}ia)",
        f"me (estoy/estaba/estuve/ando/he estado/sigo) {doing}",
        f"me (he/habia/hubiera) {done}",
    ):
        yield f"{said} {what}".strip()


_PASTILLAS = "(pastillas/pildoras/tabletas/medicinas/medicamentos/medicamento/medicina/antidepresivos/somniferos)"
_SWALLOWED = "tome/trague/tomado/tragado/tomarme/tragarme/tragar/tomandome"
_ARMA = "(pistola/arma/escopeta/rifle/revolver)"
_NO_LIFE = "(vivir/la vida/mi vida/esta vida/seguir/seguir viviendo/existir/estar viv*)"

SPANISH = (
    # The words themselves
    "suicid*/homicid*/autolesi*/autolastim*/sobredosis",
    # To do it
    *(said for act in _ACTS for said in _done_to_oneself(act)),
    f"me {_WILL} ({_MEANT})",
    f"{_WILL} ({_MEANT.replace('/', 'me/').replace('dejar morir', 'dejarme morir')})",
    "me hare dano",
    "me (corte/corto/lastime/lastimo/queme/quemo/golpee/golpeo/hice dano/hago dano) ~ a proposito",
    "(matarse/ahorcarse/quitarse la vida/cortarse las venas/hacerse dano)",
    "me ~ (matar/quitar la vida)",
    "se (quiere/quieren/quiso/va a/van a/intento) (matar/ahorcar/quitar la vida/hacer dano/lastimar/cortar las venas)",
    "(acabar/terminar/acabo/termino/acabare/terminare/acabando) (/de una vez/de una vez por todas) (/con) (mi vida"
    "/esta vida/todo/mi existencia/mi sufrimiento/este sufrimiento)",
    "(acabar/terminar) conmigo",
    "(poner/ponerle/pongo/pondre) fin a (mi vida/todo/esto/mi existencia/mi sufrimiento/este sufrimiento)",
    "(quiero/quisiera/ojala) que (todo/esto) (/se) (acabe/termine)",
    "se (acabe/acabara/termine/terminara) (mi vida/esta vida/mi existencia)",
    f"(saltar/brincar/salto) (de/del/desde/por/al) {_PLACES}",
    "cort* (las/mis) (venas/munecas)",
    # To have done it, or to be about to
    f"({_SWALLOWED}) (/casi) (todas/todos/todo/toda) (/las/los/mis/el/la/estas/sus) {_PASTILLAS}",
    f"me {_WILL} (tomar/tragar) (todas/todos/todo/toda) (/las/los/mis/el/la/estas/sus) {_PASTILLAS}",
    f"({_SWALLOWED}/tomar) ~ (frasco/bote/caja/punado/monton/blister/tarro) de {_PASTILLAS}",
    f"({_SWALLOWED}/tomar) ~ (frasco/bote/tarro) enter*",
    f"({_SWALLOWED}) todo (el/un) (frasco/bote/tarro)",
    f"({_SWALLOWED}) (/como/casi/unas/mas de) (muchas/demasiadas/un monton de/un chingo de/un buen de/#"
    f"/veinte/treinta/cuarenta/cincuenta/cien) {_PASTILLAS}",
    f"({_SWALLOWED}/tomar/beber/beberme/bebi) (/el/un/algo de) (cloro/veneno/raticida/lejia/insecticida)",
    "(guardando/juntando/acumulando/guarde/junte/tengo guardadas) (/las/mis/muchas) pastillas",
    "pastillas (en la mano/enfrente de mi/frente a mi)",
    f"(tengo/compre/consegui/cargue/agarre) (/un/una/el/la/mi) ({_ARMA[1:-1]}/soga)",
    f"{_ARMA} en (la/mi) (mano/cabeza/boca/sien)",
    "(cuchillo/navaja) en (la/el/mi/mis/las) (muneca/munecas/garganta/cuello/venas)",
    "(en el/al) borde del (puente/techo/edificio/precipicio)",
    "(parad*/sentad*/estoy) en (el/un/la/las) (puente/azotea/vias)",
    "desangrando",
    "(necesito/llamen a/llamen/manden) una ambulancia",
    # To wish to be dead
    f"me {_WANT} (morir/dejar morir/dormir para siempre)",
    f"{_WANT} (morir*/estar muert*/dejar de vivir/dejar de existir/no existir/no estar viv*/no vivir/no despertar*"
    f"/no haber nacido/nunca haber nacido/desaparecer/desaparecerme/no estar aqui/no estar en este mundo)",
    "(quiero/quisiera/deseo) ~ morir*",
    "ganas de (morir*/desaparecer/no despertar*/no existir/no vivir/acabar con todo/cortar*)",
    "quiero que (el/ella/ellos) se muera*",
    "quiero que mi ~ se muera*",
    "estuviera muert*",
    "ojala (/me/no/nunca/hubiera) (muera/muriera/muert*/despierte/despertara/despertar*/amanezca/existiera)",
    "(ojala/quisiera) ~ no ~ despertar*",
    "ojala ~ muert*",
    "ojala (no/nunca) (hubiera/haya) nacido",
    "ojala pudiera (morir*/desaparecer/dormir para siempre)",
    "(ojala/quisiera que/espero que) ~ me (mate/maten/matara/atropelle/atropellen/atropellara)",
    "(espero/quisiera) no (despertar*/amanecer)",
    "no volver a despertar*",
    "descansar para siempre",
    "(dormir/dormirme) (para siempre/y no despertar*/y nunca despertar*/y no volver a despertar*)",
    "mejor (muert*/estar muert*/sin mi/morir*/me muero)",
    "mejor si (me muero/me muriera/no existiera/no existo/desapareciera/no estuviera/no hubiera nacido)",
    "(la muerte/morir/morirme) (seria/es) (mejor/un alivio/la unica/mi unica/la solucion/lo mejor)",
    "(pienso/pensar/pensando/pense/sueno/fantaseo) (en/con) (morir*/estar muert*/desaparecer/no despertar*)",
    "pensamientos de muerte",
    "(no me importa/me da igual/me da lo mismo) (morir*/vivir/si me muero/si vivo/si no despierto)",
    "merezco (morir*/la muerte)",
    "no merezco (vivir/estar viv*)",
    "(dios/dios que) me (lleve/recoja)",
    "me (lleve/recoja) (dios/la muerte)",
    "estaria muert*",
    "(duele/pesa) (vivir/estar viv*)",
    "(ir/irme/voy) de aqui para siempre",
    "no deberia (existir/estar viv*/haber nacido)",
    "(ir/irme/dejar/partir/salir/largarme) (/de) este mundo",
    "(ir/irme/dejar/partir) (/de) esta vida",
    # Not to wish to live
    "no quiero (vivir/viv*/existir/estar viv*/despertar*/estar aqui/estar en este mundo/esta vida/mi vida/seguir"
    "/continuar)",
    "no quiero (mas vida/que amanezca)",
    "no quiero ~ (vivir/viv*)",
    "(no tengo/sin/perd*/quitaron/no me quedan/no hay/no siento) (/las/mas/ningunas/mis) ganas de (vivir/seguir"
    "/existir)",
    f"no (/le/me) (veo/encuentro/hallo/tiene/tengo/hay/queda) (/el/un/ningun/ninguna/mas) (sentido/caso/motivo*/razon*"
    f"/proposito) (/a/para/en/de/por) {_NO_LIFE}",
    "no tengo ~ para vivir",
    "no tengo (por que/por quien/nada por que/nadie por quien) vivir",
    "para que (vivir/sigo viv*/seguir viviendo/existo/sigo aqui)",
    f"no (vale/merece) la pena {_NO_LIFE}",
    "vida (no/que) (vale/merece) (nada/la pena)",
    "vida no tiene (sentido/proposito/caso/valor)",
    "(cansad*/hart*/aburrid*/canse/cansa/odio) (/de) (vivir/la vida/mi vida/esta vida/estar viv*/existir"
    "/seguir viviendo)",
    "no puedo (mas/seguir asi/seguir viviendo/seguir adelante/vivir asi/continuar asi/con mi vida/con esta vida)",
    "no (aguanto/soporto/resisto) (mas/vivir/esta vida/mi vida/estar viv*)",
    "unica salida",
    "no (veo/hay/encuentro/tengo/le veo) (/otra/ninguna/mas) salida",
    # To be missed by nobody
    "nadie me (extranaria/va a extranar/extranara/echaria de menos)",
    "nadie (/le) (importa/importaria/notaria/lloraria) (/que/si) (/me) (muero/muriera/muera/desaparezco/desapareciera)",
    # To take leave
    "(carta/nota/mensaje) de (despedida/adios)",
    "adios (para siempre/mundo/mundo cruel/a todos)",
    "(despedirme/despedir/despido/despidiendo/despedi) de (todos/mi familia/mis hijos/ustedes/la vida/este mundo)",
    "(es/sera) mi ultimo (mensaje/adios)",
    "mis ultimas palabras",
    "cuando (lean/leas/lea) esto (estare/habre/no estare/voy a estar)",
    "no (voy a estar/estare) (viv*/en este mundo)",
    "perdon* ~ lo que voy a hacer",
    # Not to be safe
    "no estoy a salvo",
    "voces ~ (matar*/muera/mate/cortar*/dano)",
    # To be threatened by others
    "(me/nos) (va a/van a/vas a/quiere/quieren/intento/intenta/intentaron/trato de/puede/pueden/podria/viene a/vienen a"
    "/dijo que va a) (matar/asesinar/disparar/apunalar/acuchillar/ahorcar/estrangular)",
    "(asesinarme/apunalarme/estrangularme)",
    "amenaz* (de muerte/con un arma/con una pistola/con un cuchillo/con matar*)",
    "(esposo/marido/novio/pareja/papa/padre/ex/hijo/hermano/esposa/novia/el/ella) me (pega/golpea/golpeo"
    "/esta golpeando/ahorca/ahorco/estrangulo/viola/violo)",
    "(el/ella/esposo/marido/novio/ex/pareja) tiene (un arma/una pistola/un cuchillo)",
    "me apunt* con",
    "me (violaron/violo/estan violando/esta violando)",
    "(temo/miedo) por mi vida",
    "mi vida (esta en/corre) peligro",
    "estoy en peligro",
    # To harm others
    "(matarlo/matarla/matarlos/matarlas)",
    "(lo/la/los/las) (voy a/quiero/quisiera/queria/pienso/podria/voy ir a) matar",
    "(quiero/voy a/quisiera/podria/pienso/ganas de) matar a",
    "(hacerle/hacerles) dano",
    "(clavar/clavarle/enterrar/enterrarle) (un/el) (cuchillo/navaja)",
    "(le/les) (voy a/quiero/quisiera/queria/pienso/podria) hacer dano",
    "hacer dano a (alguien/otros/otras/los/mi/mis/las)",
    "(quiero/voy a/quisiera/podria/pienso/ganas de) (golpear/lastimar/ahorcar/apunalar/herir) a (alguien/mi/mis/otros"
    "/un/una)",
)


_TIRESOME = "traffic/heat/homework/class/classes/exam/exams/finals/commute/deadline/deadlines/weather/boredom/suspense"
_GAMES = (
    "(chess/checkers/tennis/poker/golf/monopoly/cards/scrabble/pool/basketball/soccer/video games/board games/the game)"
)
_AT = "(1*/2*/3*/4*/5*/6*/7*/8*/9*/four/five/six/seven/eight/nine/ten/noon/dawn/midnight)"
_DAYS = "monday*/tuesday*/wednesday*/thursday*/friday*/saturday*/sunday*/weekends/weekdays"
_KINSFOLK = (
    "parents/family/mom/mother/dad/father/in laws/roommate/roommates/brother/sister/grandparents/grandma/aunt/uncle"
    "/boyfriend/girlfriend/husband/wife/partner/ex"
)
_HOME = "(apartment/city/big city/town/small town/neighborhood/dorm/building/state)"
_EARLY = (
    f"(early/late/tired/rested/refreshed/on time/the baby/the kids/the neighbors/my kids/my baby/my son/my daughter"
    f"/my husband/my wife/my roommate/at {_AT[1:-1].replace('/', '/at ')}/before {_AT[1:-1].replace('/', '/before ')})"
)
_TRIPS = (
    f"({_DAYS}/vacation/dates/trips/walks/holiday/leave/zoom/camera/medication/a date/a trip/a walk/a hike/a cruise"
    "/a diet/a vacation/the trip/the field trip/the cruise)"
)
_OUTINGS = "(work/school/class/church/therapy/meetings/practice/the gym/the meetings/the office)"

_FAMILIA = (
    "suegra/suegro/suegros/mama/papa/papas/padres/madre/padre/familia/hermana/hermano/tia/tio/abuela/abuelos/novio"
    "/novia/esposo/esposa/marido/ex/roomie/cunada/cunado"
)
_VIVIENDO = (
    f"(con mi {_FAMILIA.replace('/', '/con mi ')}/con mis papas/con mis padres/con mis suegros/con mis abuelos"
    "/en este apartamento/en este departamento/en este barrio/en este pueblo/en este edificio/en esta ciudad"
    "/en esta zona/en una ciudad/en un apartamento/en un departamento/en un pueblo)"
)
_TEMPRANO = (
    "(temprano/tarde/cansad*/al bebe/al perro/a los ninos/a mis hijos/a mi hijo/a mi hija/a mi esposo/a mi esposa"
    "/a mi mama/a mi bebe/a las 4*/a las 5*/a las 6*/a las 7*/a las 8*/a las 9*/a las 10*/a las cinco/a las seis"
    "/a las siete)"
)
_CON_ESTO = (
    "(/con/en) (/el/la/los/las/este/esta/estas/estos/mi/mis/un/una) (tratamiento/terapia/terapeuta/coach/sesion"
    "/sesiones/medicamento/medicamentos/medicina/programa/clase/clases/trabajo/plan/pastillas/dieta/curso/conversacion"
    "/relacion)"
)
_PELO = (
    "(pelo/el pelo/mi pelo/el cabello/mi cabello/las unas/mis unas/la barba/mi barba/el bigote/el fleco/mi fleco"
    "/el flequillo)"
)
_CORTANDO = ("cortar", "corto", "corte", "cortando", "cortado")

EVERYDAY = (
    # To kill, to die
    "(want to kill/going to kill/killing) (time/two birds/weeds/bugs/ants/germs/mosquitoes/them with kindness)",
    "(want to kill/going to kill) (the/this/that) (mood/vibe/weeds/bugs/project/meeting/idea/process/engine/battery)",
    f"{_TIRESOME} (is going to/are going to/will/would/might/could) kill me",
    "(work/this job/my job/my back/my knee/my headache/my allergies) (is going to/are going to/will/would/might/could)"
    " kill me",
    f"(hope/hoping) (/the/this/that/my) ({_TIRESOME}) (doesnt/wont) kill me",
    "it would kill me to (wait/try/ask/admit)",
    "killing myself laughing",
    f"({_KIN}) (/is/keeps/was) (beats/beating/beat) me (at/in) {_GAMES}",
    f"(he/she/they) (/keeps/keep/was) (beats/beating/beat) me (at/in) {_GAMES}",
    f"(hes/shes/theyre) (beats/beating/beat) me (at/in) {_GAMES}",
    "want* to die my hair",
    "want* to die of (embarrassment/laughter/laughing/boredom)",
    "shoot*/shot myself in the foot",
    f"{_THREATENED} shoot me (an email/a text/a message/a note)",
    "life is over scheduled",
    "suicide squad",
    "run*/ran/walk*/drive/drove/driving/bike*/cycl*/jog* (/about/almost/over/only) (1/2/3/4/5/6/7/8/9/#/five/ten) kms",
    "overdos* on (coffee/chocolate/candy/netflix/tv)",
    "(trafico/calor/trabajo/tarea/examen/suspenso/dolor de espalda) me va a matar",
    "me va a matar (el/este/tanto/la/esta) (trafico/calor/trabajo/tarea/suspenso)",
    "(me mato/matarse) (de risa/de la risa/trabajando/estudiando/haciendo ejercicio)",
    "(quiero/queria/quisiera/me quiero/me queria/me quise/me quisiera) (morir/morirme) de (risa/la risa/verguenza"
    "/la verguenza/aburrimiento)",
    "me (gusta/gustaria/sirve para/ayuda a) matar (el tiempo/el rato)",
    # To hurt oneself
    "burn*/burnt myself out (at work/at school/at my job/working/studying)",
    "cut* myself (some slack/a slice)",
    "cut* myself off from (everyone/people/friends/my friends/my family/social media)",
    "delet* myself from (the/this) (group/chat/list/app/thread)",
    "(hurt/injured) myself (lifting weights/working out/skiing/snowboarding/playing soccer/playing basketball"
    "/playing tennis)",
    "(im/been/started/stop/keep) cutting (/back on/down on/out) (carbs/calories/sugar/coffee/caffeine/alcohol/meat"
    "/gluten/dairy/soda/sweets/spending/smoking/drinking/costs/hours)",
    "(im/been/started/stop/keep) cutting (corners/ties/contact/grass/wood/it close/class/classes/my hair/my hours"
    "/the grass/vegetables/the cord)",
    *_done_to_oneself((*_CORTANDO, _PELO)),
    f"ganas de (cortar/cortarme) {_PELO}",
    "me (corte/he cortado) (el/un) dedo",
    "me (corte/corto) (cocinando/con papel/al afeitarme/afeitandome/al rasurarme/rasurandome)",
    "me (lastime/he lastimado/hice dano en) (el/la/mi) (rodilla/tobillo/espalda/pie/hombro/dedo/cadera)",
    "me lastime (corriendo/entrenando/jugando futbol/jugando al futbol/jugando tenis/jugando basquetbol)",
    "me disparo (el/la/las/los) (precio/precios/presion/ansiedad)",
    # Pills
    f"(took/taken/to take/ill take) all (/of) (my/the/these/those) {_PILLS} (/today/yesterday/this morning) (/exactly)"
    " (as prescribed/as directed/as told/as instructed/as usual/on time/as scheduled/with breakfast/with food/every day"
    "/every morning)",
    f"(tome/tomado) (todas/todos/todo/toda) (/las/los/mis/el/la/sus) {_PASTILLAS} (a tiempo/con comida"
    "/con el desayuno/segun lo indicado/segun la receta/a la hora indicada)",
    f"(tome/tomado) (todas/todos/todo/toda) (/las/los/mis/el/la/sus) {_PASTILLAS} como me (indico/dijo/receto/mando)"
    " (el/la/mi) (doctor/doctora/medico/medica/psiquiatra)",
    # To end, to go on, to leave
    "(end/ending/ended/take/taking/took/taken) my life (insurance/coaching/savings)",
    "(tired/sick/done/fed up) (/of/with) life (insurance/coaching)",
    "(take/taking/took/taken) my life (back/for granted/to the next level/in a new direction/in a different direction)",
    f"{_TO_END} (it/things) (with my boyfriend/with my girlfriend/with my husband/with my wife/with my partner"
    "/with my fiance/with my ex/with my therapist/with my coach/on a good note/on a positive note/on a high note)",
    "(think*/thought*) (of/about) ending (it/things) with my (boyfriend/girlfriend/husband/wife/partner/fiance/ex"
    "/therapist/coach)",
    "pull* the trigger on (the/a/this/that/my) (purchase/move/divorce/deal/house/job/trip/surgery/car/offer)",
    "(no/only/one) way out of (the/my/this) (contract/lease/meeting/parking lot)",
    "(want/going/about) to jump (in the shower/in the pool/in bed/on a call/on the call/on another call/off the call"
    "/off this call/on zoom/on a zoom/on the phone/to conclusions/to another topic/to the next topic"
    "/to the next question/at the chance/at the opportunity/ship/rope/for joy)",
    f"(cant/dont think i can) go on {_TRIPS}",
    f"{_DONT_WANT} go on {_TRIPS}",
    f"(cant/dont think i can) keep going (to/back to) {_OUTINGS}",
    f"{_DONT_WANT} keep going (to/back to) {_OUTINGS}",
    f"{_DONT_WANT} live with (my/his/her/their/our) ({_KINSFOLK})",
    f"{_DONT_WANT} live with (roommates/strangers)",
    f"{_DONT_WANT} live (in/near) (a/an/this/that/the/my/our) {_HOME}",
    f"{_DONT_WANT} be here (at/in) (this/my) (job/school/class/meeting/appointment)",
    f"{_DONT_WANT} be here (at work/at school/all day/all night/until late/until midnight)",
    f"{_DONT_WANT} wake up {_EARLY}",
    f"(rather not/never) wake up {_EARLY}",
    f"hop*/pray* (/that) i (dont wake up/never wake up) {_EARLY}",
    f"wish i (didnt/wouldnt) wake up {_EARLY}",
    "want to be gone for (the weekend/the summer/the holidays/the day/a week/two weeks)",
    "want* to (disappear/vanish) from (social media/instagram/facebook/tiktok)",
    f"no quiero (/volver a/ir a/tener que/seguir) (vivir/viviendo) {_VIVIENDO}",
    f"(no quiero/quisiera no/espero no/preferiria no) (despertar/despertarme) {_TEMPRANO}",
    f"no quiero (seguir/continuar) {_CON_ESTO}",
    f"(no tengo/sin/no siento) (/las/mas) ganas de seguir {_CON_ESTO}",
    f"no (/le/me) (veo/encuentro/tiene/hay) (/el/ningun) (sentido/caso) (/a/para/en/de) seguir {_CON_ESTO}",
    "no quiero (seguir/continuar) (esperando/pagando/tomando/trabajando/hablando/usando)",
    "no (puedo/aguanto) mas (tarde/temprano/adelante)",
    "no (puedo/aguanto) mas de (una hora/dos horas/# minutos/un rato)",
    "(acabar/terminar) todo (el trabajo/mi trabajo/el proyecto/a tiempo/lo pendiente/el papeleo/este trabajo)",
    "no quiero estar aqui (hasta tarde/todo el dia/toda la noche/toda la tarde)",
)
"""What sounds like it and is said every day: what lies entirely within it is passed over, and nothing else."""
