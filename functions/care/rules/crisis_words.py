"""Words with which people say that they are in danger, in both languages (C5).

**A clinician has to review these lists**, before the service is opened and whenever they change: they are drawn from
plain speech, not from a validated instrument. Too many hits are a call too many, each judged by a person; but words
that everybody says every day are kept out, or people stop reading what they are told.

A thought is listed once, in the one form to which `plain` brings every spelling (SPELLINGS). In a phrase

    *       stands for any end of a word,
    ~       for up to three words between,
    #       for a number of two figures or more,
    a/b     for either word, and (a b/c) for either of several words; (/a) for a or nothing.

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
    "vivir": ("bivir", "vivr"),
    "dano": ("danio", "danyo"),
    "hacer": ("aser",),
    "hacerme": ("aserme",),
    "estoy": ("toy", "stoy"),
    "suicidarme": ("suisidarme", "sucidarme"),
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
    "hurt*/harm* ~ myself",
    "(want to/going to/could/might) off myself",
    "kill (himself/herself/themselves/themself)",
    "finish* myself off",
    "do* away with myself",
    "end* my ~ life",
    "take/taking/took/taken my (/own/miserable/worthless) life",
    "end* my (existence/pain/suffering/misery)",
    "end* it all",
    "end* it (tonight/today/now/soon/for good/once and for all)",
    "(want/wanted/going/plan/planning/ready/need/decided/time/wish/about) to end (it/things/everything/all this"
    "/this life)",
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
    "/pole/lake/river/oncoming traffic)",
    "(lie/lay/lying/laying) (down/) on ~ tracks",
    "(want/going/about) to jump",
    # To have done it, or to be about to
    f"(took/taken/swallow*/popped/to take/ill take) all (/of) (my/the/his/her/these/those) {_PILLS}",
    f"(took/taken/take/taking/swallow*/popped) ~ (bottle/bottles/handful/bunch/box/pack/fistful/lot/ton) of {_PILLS}",
    f"(took/taken/swallow*/popped) ~ (too many/many/too much/#/twenty/thirty/forty/fifty/a hundred) (/of my) {_PILLS}",
    "(took/swallow*/drank) (a/the) (whole/entire) bottle",
    "(drink*/drank/swallow*) (/some/the) (bleach/antifreeze/poison/rat poison/drain cleaner)",
    "(sav*/stockpil*/hoard*/collect*) (/up) (/all/my/the/enough) (pills/meds/sleeping pills)",
    "enough pills to",
    "pills (in my hand/in front of me/next to me)",
    "lethal dose",
    "(going to/want to/trying to) od",
    f"(have/got/bought/found/holding/grabbed/loaded) (a/the/my/his/a loaded) {_GUN}",
    f"{_GUN} (to my head/in my hand/in my mouth/in my lap/to my temple/is loaded)",
    "(knife/razor/blade) (to/against/on) my (wrist*/throat/neck/skin/arm/arms)",
    "noose",
    "rope around my neck",
    "(standing/sitting/im) on (a/the) (bridge/ledge/tracks)",
    "(edge/top) of (a/the) (bridge/building/roof/cliff)",
    "bleeding out",
    "(need/call/send) an ambulance",
    # To harm oneself
    "cut*/slit*/slash*/slic* (/open/up/both) my (/own) (wrist*/vein*/throat/thigh*/arms/skin/forearm*)",
    "opened my veins",
    "cutting again",
    "(im/been/started/stop/keep/relapsed and) cutting",
    "relaps* (with/into/on) cutting",
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
    "wish i (was/were) (dead/gone/never born/no longer alive)",
    "wish i (wasnt/werent) (alive/here/born/around)",
    "wish i had (died/never been born/never existed)",
    "wish i (died/didnt exist/wouldnt wake up/didnt wake up/didnt have to live/never woke up"
    "/couldnt exist/couldnt be here)",
    "wish id (die/died/never been born/disappear/never wake up)",
    "wish i could (die/disappear/vanish/stop existing/stop living/end it/sleep forever/never wake up)",
    "(wish/hope/pray) (god/someone/something/a car/a bus/a truck) (would/will) (kill/take/hit/shoot/run over) me",
    "hop*/pray* (/that) i (die/dont wake up/never wake up/dont make it/dont survive)",
    "(sleep/asleep) (and/to) (/then) (never/not/dont) wake up",
    "asleep forever",
    "want die",
    "never wake up",
    "(dying/death/being dead) (would be/is/sounds) (easier/better/a relief/nice/peaceful/the only/my only)",
    "(think*/thought*/dream*/fantasiz*/fantasies) (of/about) (dying/being dead/not being alive/not existing"
    "/not waking up)",
    "thoughts of death",
    "wouldnt (mind/care) (dying/not waking up/if i died/if i die/if i didnt wake up)",
    "dont care (if/whether) i (live/die)",
    "(someone/god/want ~ to) kill me",
    "kill me now",
    # Not to wish to live
    "(dont/didnt/no longer/never) want to (live/be alive/exist/wake up/go on/keep going/keep living/survive"
    "/see tomorrow/continue living/live on/be around anymore/be here/be in this world"
    "/be on this earth)",
    "dont want (this/my) life",
    "dont feel like (living/being alive/existing)",
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
    # To take leave
    "(goodbye/farewell/suicide) (note*/letter*)",
    "goodbye (forever/world/cruel world/everyone)",
    "(say/said/saying) goodbye to (everyone/my family/my kids/my children/my husband/my wife/the world)",
    "(is/be) my last (message/goodbye/words)",
    "my (last/final) (goodbye/goodbyes/words)",
    "my last (day/night) (alive/on earth/on this earth)",
    "this is goodbye",
    "by the time you (read/see/get) this",
    "wont be (alive/here much longer/around much longer/around anymore)",
    "never (see/hear from) me again",
    "(giving/gave/given) away (all/everything) (my/i)",
    "for what im (about/going) to do",
    # Not to be safe
    "(im/am) not safe",
    "dont feel safe",
    "not safe (alone/at home/with myself/from myself/with him/with her)",
    "dont trust myself (alone/tonight/anymore/not to)",
    "voices ~ (kill/die/jump/hurt/cut)",
    # To be threatened by others
    "(going to/will/hell/shell/theyll/hed/shed/theyd/would/wants to/want to/tried to/tries to/trying to/threaten* to"
    "/about to/might/could/said hed/coming to) (kill/murder/shoot/stab/strangle) me",
    "threaten* (my life/me with/to hurt me)",
    "wants to hurt me",
    f"({_KIN}) (/is/keeps/was) {_BEATS} me",
    f"(he/she/they) (/keeps/keep/was) {_BEATS} me",
    f"(hes/shes/theyre) {_BEATS} me",
    "(he/she/they/who) (has/have/had/got) a (gun/knife)",
    "(gun/knife) (at/on/to) me",
    "(fear*/afraid/scared/terrified) for my life",
    "my life is in danger",
    "(im/am) in danger",
    # To harm others
    "(kill/killing) ~ (him/her/them/someone/people/everyone)",
    "i killed (him/her/them/someone/a)",
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
    "(matarse/ahorcarse/quitarse la vida/cortarse las venas/hacerse dano)",
    "me ~ (matar/quitar la vida)",
    "se (quiere/quieren/quiso/va a/van a/intento) (matar/ahorcar/quitar la vida/hacer dano/lastimar/cortar las venas)",
    "(acabar/terminar/acabo/termino/acabare/terminare/acabando) (/de una vez/de una vez por todas) (/con) (mi vida"
    "/esta vida/todo/mi existencia/mi sufrimiento/este sufrimiento)",
    "(acabar/terminar) conmigo",
    "(poner/ponerle/pongo/pondre) fin a (mi vida/todo/esto/mi existencia/mi sufrimiento/este sufrimiento)",
    "quiero que (todo/esto) (/se) (acabe/termine)",
    f"(saltar/brincar/salto) (de/del/desde/por/al) {_PLACES}",
    "cort* (las/mis) (venas/munecas)",
    # To have done it, or to be about to
    f"({_SWALLOWED}) (/casi) (todas/todos/todo/toda) (/las/los/mis/el/la/estas/sus) {_PASTILLAS}",
    f"me {_WILL} (tomar/tragar) (todas/todos/todo/toda) (/las/los/mis/el/la/estas/sus) {_PASTILLAS}",
    f"({_SWALLOWED}/tomar) ~ (frasco/bote/caja/punado/monton/blister/tarro) de {_PASTILLAS}",
    f"({_SWALLOWED}/tomar) ~ (frasco/bote/tarro) enter*",
    f"({_SWALLOWED}) todo (el/un) (frasco/bote/tarro)",
    f"({_SWALLOWED}) (muchas/demasiadas/un monton de/#/veinte/treinta/cuarenta/cincuenta/cien) {_PASTILLAS}",
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
    "(temo/miedo) por mi vida",
    "mi vida (esta en/corre) peligro",
    "estoy en peligro",
    # To harm others
    "(matarlo/matarla/matarlos/matarlas)",
    "(lo/la/los/las) (voy a/quiero/quisiera/queria/pienso/podria/voy ir a) matar",
    "(quiero/voy a/quisiera/podria/pienso/ganas de) matar a",
    "(hacerle/hacerles) dano",
    "(le/les) (voy a/quiero/quisiera/queria/pienso/podria) hacer dano",
    "hacer dano a (alguien/otros/otras/los/mi/mis/las)",
)


EVERYDAY = (
    # To kill, to die
    "kill* (time/two birds/the mood/the vibe/the weeds/weeds/the bugs/bugs/ants/germs/mosquitoes/it"
    "/them with kindness)",
    "its going to kill me",
    "it (will/would/might/could) kill me",
    "(work/this/that/traffic/heat/stress/job/homework/class/exam/commute/deadline/weather/headache/knee/back"
    "/boredom/suspense/wait/cold/allergies) (/is/are/will/would/might/could) (/going to) kill me",
    "killing myself laughing",
    "kill* (the/this/that/a) (project/meeting/idea/plan/process/engine/battery)",
    f"{_BEATS} me (at/to/in)",
    "die my hair",
    "shoot*/shot myself in the foot",
    "shoot me (an email/a text/a message/a note)",
    "life is over (scheduled/there)",
    "suicide squad",
    "(die/dying/died) of (embarrassment/laughter/laughing/boredom/hunger/thirst/heat)",
    "run/ran/walk*/drive/drove/bike*/cycl* ~ kms",
    "overdos* on (coffee/caffeine/chocolate/candy/sugar/netflix/tv)",
    "(trafico/calor/estres/trabajo/tarea/examen/dolor de espalda/suspenso/jefe) me va a matar",
    "me va a matar (el/este/tanto/la/esta) (trafico/calor/estres/trabajo/tarea/suspenso)",
    "me mato (de risa/de la risa/de calor/trabajando/estudiando/haciendo ejercicio/en el gimnasio)",
    "matarse (trabajando/estudiando/de risa)",
    "morir* de (risa/la risa/hambre/sueno/frio/calor/sed/aburrimiento/verguenza/la verguenza/ganas/amor)",
    "matar* (el tiempo/el rato/dos pajaros)",
    # To hurt oneself
    "burn* myself out",
    "cut* myself (off/out/some/a slice/a piece)",
    "cut* my arms off of",
    "delet* myself from",
    "hurt* myself (at the gym/at work/working out/lifting/running/playing/exercising/skiing/at practice)",
    "cutting (back/down/out/off/carbs/calories/sugar/coffee/caffeine/alcohol/corners/ties/contact/costs/hours/meat"
    "/grass/wood)",
    "cutting (it close/class/classes/my hair/my hours/the grass/vegetables/in line/short/the cord)",
    "cort* (/me) (/el/mi/las/mis/la/un) (pelo/cabello/unas/barba/bigote/fleco/flequillo/dedo/llamada/luz/agua/servicio"
    "/internet)",
    "cort* (cocinando/con papel/al afeitarme/afeitandome/rasurandome/al rasurarme)",
    "(lastim*/dano) (/en) (el/la/los/las/mi) (rodilla/tobillo/espalda/pie/mano/hombro/cuello/dedo/pierna/cadera)",
    "(lastim*/dano) (jugando/corriendo/entrenando/en el gimnasio/en el trabajo/cocinando)",
    "colg* (la llamada/el telefono/la ropa)",
    "(disparo/dispare) (el/la/las/los) (precio/precios/presion/ansiedad)",
    # Pills
    f"(took/taken/taking/take) all (/of) (my/the/these/those) {_PILLS} ~ (as prescribed/as directed/as told"
    f"/as instructed/as usual/on time/as scheduled/with breakfast/with food/every day/every morning)",
    f"(should/do/must) i take all (/of) (my/the/these/those) {_PILLS}",
    f"(tome/tomado) (todas/todos/todo/toda) (/las/los/mis/el/la/sus) {_PASTILLAS} ~ (como me/segun/a tiempo/a la hora"
    f"/con comida)",
    "(nail/glue/heat/massage/water/squirt) gun",
    "gun (safe/laws/control/range/show)",
    # To end, to go on, to leave
    "life (insurance/savings/coach/story/raft)",
    "(tak*/took) my life (back/for granted/to the next/in a/in my own/into my)",
    "end* (it/things) (with/there/here/on a/early/on time)",
    "pull* the trigger on",
    "way out of (the/my/this) (contract/lease/meeting/parking/building)",
    "jump (in the shower/in the pool/in the car/in my car/in bed/on a call/on the call/on a zoom/on zoom/on the phone"
    "/on a flight/on the train/on the bus/on it/on that/to conclusions/to the/to another/at/ship/rope/ahead/back"
    "/for joy/around/right in)",
    "go on (a/the/vacation/monday/tuesday/wednesday/thursday/friday/saturday/sunday/mondays/fridays/weekends/weekdays"
    "/dates/trips/walks/holiday/leave/zoom/camera/medication/with the/with my day/to the/friday*)",
    "keep going (to/with/over/back/there)",
    "live (with my/with him/with her/with them/with roommates/in fear/in this house/in this apartment/in this city"
    "/in this town/in this neighborhood/in a/in the/here/there/near/far)",
    "be here (at/until/all day/all night)",
    "wake up (early/late/at/before/tired/the/my/him/her/anyone/with the/on time/rested/refreshed)",
    "(gone/disappear) (for a/for the/for two/by/until/before/next/from the)",
    "went better without me",
    "vivir (con mi/con mis/con el/con ella/con ellos/con miedo/en esta casa/en este apartamento/en esta ciudad"
    "/en este barrio/en esta zona/en un/en una/en miedo)",
    "despertar* (temprano/tarde/a los/al/a la/a mi/a mis)",
    "(seguir/continuar) (/con/en) (/el/la/los/las/este/esta/mi/mis/un) (tratamiento/terapia/coach/sesion/sesiones"
    "/medicamento/medicamentos/medicina/programa/clase/clases/trabajo/plan/pastillas/dieta/curso/conversacion"
    "/relacion)",
    "(seguir/continuar) (esperando/pagando/tomando/trabajando/hablando/yendo/usando)",
    "mas (tarde/temprano/adelante/de/que)",
    "(acabar/terminar) (/con) todo (el/lo/mi/este/a tiempo/hoy)",
    "(estar aqui/quedarme aqui) (hasta/todo el/toda la)",
)
"""What sounds like it and is said every day: it is passed over, and only it."""
