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
    # Beyond what is said every day, or across the end of a sentence
    "I don't want to wake up at all",
    "I hope I don't wake up the next day",
    "I don't want to be here at all",
    "I don't want to live in a world without her",
    "I'm going to end it here and now",
    "I want to end things here tonight",
    "I can't go on a day longer",
    "I can't keep going with this",
    "pull the trigger on myself",
    "I want to jump to the tracks",
    "I'm about to jump on the train tracks",
    "I am going to overdose on caffeine pills tonight",
    "I swallowed the bottle. It will kill me, I know",
    "I stopped taking my insulin, it will kill me",
    "I hope this will kill me",
    "I hurt myself at work on purpose",
    "I burn myself out of anger with cigarettes",
    "I want to disappear for the rest of time",
    "I will be gone before you read this",
    "should i take all my pills at once",
    "cutting down my arm with a razor",
    "I took all the pills, that will kill me",
    "please let it kill me tonight",
    "I want work to kill me",
    "I want this to be over and the cold could kill me, i hope",
    "I'm standing on the bridge in the cold, the cold will kill me",
    "I'd rather not wake up",
    "I wish I wouldn't wake up tomorrow",
    "I am going to end it tonight",
    "unalive myself",
    "i want to k1ll myself",
    "I want to hurt myself",
    "better off dead",
    "drink myself to death",
    "I have a plan to kill my husband",
    "hoping the exam will kill me so i don't have to do it myself",
    "I took everything in the cabinet and it will kill me",
    "I keep drinking and it will kill me and I do not care",
    "I want it to kill me",
    "I'm going to let it kill me",
    "I overdosed on caffeine tablets",
    "I want to starve and die of hunger",
    "I have a gun and this will kill me",
    "I took 40 Tylenol, this is going to kill me",
    "Took all my meds. That should kill me",
    "Took all my meds, that will kill me",
    "My husband hit me. It is going to kill me if he does it again",
    "I hope work will kill me",
    "the cold will kill me, I am sleeping outside so it does",
    "I mean it, it's going to kill me and I am glad",
    "I want to kill it, the baby",
    "this life is going to kill me",
    "the pain is going to kill me, I can't go on",
    "I drank bleach. It will kill me",
    "I drank bleach and I think this could kill me",
    "I wish I didn't wake up the next morning",
    "I do not want to be here at all anymore",
    "I'll be gone by tonight",
    "I will be gone by the morning",
    "I can't go on the way things are",
    "I don't want to live in this house of pain, in this body",
    "I want to end it here",
    "I will pull the trigger on me tonight",
    "Should I take all my pills and be done",
    "I keep hurting myself at work in the bathroom",
    "I've been cutting out of guilt again",
    "I've been cutting my arms off of anger",
    "I do not want to live there or anywhere",
    "I don't want to live in fear anymore, i want it over",
    "I want to be gone for good",
    "I want to be gone by the time he comes home",
    # As young people write
    "i cant do it anymore im gonna kms tn",
    "ngl i just wanna be dead rn",
    "im so done w life fr",
    "I want to die. My hair is falling out and nobody cares",
    "I can't go on. Monday he left me",
    "I don't want to wake up. Early tomorrow somebody will find me",
    "idk why im still alive i shouldnt be",
    "i took like 20 of my moms xanax",
    "i just swallowed a whole bunch of tylenol pm",
    "i keep hurting myself at the gym on purpose",
    "i carved a word into my arm last night",
    "im bleeding from cutting too deep",
    "i relapsed last night, cut my thighs",
    "i burned my arm with a lighter so i could feel something",
    "i scratch my skin till it bleeds when im mad",
    "tbh everyone would be happier if i just died",
    "my family would be better without me",
    "nobody would even notice if i was dead",
    "i wrote letters to everyone i love and put them in my desk",
    "I have a plan and the means to end my life",
    "i have the pills lined up on my desk",
    "i tied a rope in the garage",
    "theres a rope in my closet and i know how to use it",
    "im on the roof and i think im gonna do it",
    "im at the bridge right now, tell my mom i love her",
    "i cant stop thinking abt driving off the road",
    "i want to crash my car so bad",
    "i dont want to be alive",
    "i dnt wanna live nomore",
    "wish i could just go to sleep and not wake up",
    "i hope i die in my sleep tonight",
    "I pray every night that god takes me",
    "i wish the cancer would just kill me",
    "im gonna drink until i dont wake up",
    "i turned on the gas and closed the windows",
    "im going to hurt my baby if he doesnt stop crying",
    "i want to stab my stepdad",
    "i brought a knife to school and im going to use it on them",
    "my boyfriend choked me last night",
    "he put his hands around my neck and squeezed",
    "my dad hits me when he drinks",
    "my uncle touches me at night",
    "i was raped last night",
    "i tried to suffocate my son",
    "i almost killed my roommate yesterday",
    "theres no point in living anymore",
    "whats the point of living",
    "i am a burden to everyone and they'd be better off if i was dead",
    "tired of living",
    "no le encuentro sentido a seguir viviendo",
    "bro i legit dont wanna be here no more",
    "i wanna off myself so bad",
    "if i kill myself no one will care",
    "im gonna end it 2nite",
    "I don't want to live in this body",
    "I never want to wake up at home with him again because I will not wake up",
    "i want to go to sleep forever",
    "i cant live w/o her, i'll follow her",
    "im ready to die",
    "ready to go, goodbye everyone",
    "i want it all to be over",
    "i dont think ill make it through the night",
    "i wont make it to tomorrow",
    "i wont be here tomorrow",
    "you wont have to deal with me much longer",
    "i stopped eating, i want to starve",
    "i want to slit my throat",
    "my arms are covered in fresh cuts",
    "i self harmed today",
    "i have a razor blade and i cant stop",
    "i took my whole bottle of zoloft",
    "i od'd on my meds",
    "i mixed pills with vodka hoping i wouldnt wake up",
    "i've been googling how to kill yourself",
    "whats the easiest way to die",
    "how many tylenol does it take to die",
    "how many pills would kill me",
    "painless ways to die",
    "I can't keep living with this pain",
    "I don't want to keep going with life",
    "I want to be with my dead mom",
    "I cant go on a second more",
    "I want to end it here on the bridge",
    "I am going to kill my wife and then me",
    "i want to beat him to death",
    "i might snap and hurt my kids",
    "hes outside with a gun",
    "she hit me with a bat",
    "my husband threatens to kill me if i leave",
    "i want to jump in the river and drown",
    "i want to jump in front of the L train",
    "i should just die",
    "everyone wants me dead",
    "i want to be dead so i can be with him",
    "i dont want to wake up at 6 or ever again",
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
    # Beyond what is said every day
    "no quiero vivir en un mundo sin ella",
    "no quiero despertar al dia siguiente",
    "quiero que esto me mate",
    "espero que esto me mate",
    "me corto otra vez",
    "no quiero vivir en un cuerpo asi",
    "no quiero despertar a la mañana",
    # As young people write
    "ya no quiero estar viva",
    "me quiero morir alv",
    "ya no quiero vivir wey",
    "kiero morirme ya",
    "me voy a matar hoy en la noche",
    "me corte otra vez las piernas",
    "me corto los brazos cuando estoy triste",
    "estoy harta de todo, quiero que se acabe mi vida",
    "ojala no despierte mañana",
    "me tome un chingo de pastillas",
    "me tomé como 30 pastillas de mi mamá",
    "tengo la soga lista",
    "nadie me va a extrañar cuando me muera",
    "prefiero estar muerto que seguir asi",
    "ya escribi mi carta de despedida",
    "mi novio me pego y me ahorco anoche",
    "mi papa me pega con el cinturon",
    "voy a matar a mi padrastro",
    "le voy a clavar un cuchillo a mi jefe",
    "me violaron anoche",
    "soy una carga para todos, mejor me mato",
    "estoy en el puente y voy a saltar",
    "solo quiero dormir y no despertar jamas",
    "me quiero cortar. El pelo me da igual",
    "no quiero seguir. Trabajando no se arregla nada",
    "me quiero aventar al metro",
    "ya me quiero ir de aqui para siempre, de esta vida",
    "ya no quiero estar aqui",
    "no quiero seguir con esta vida",
    "no quiero seguir con mi vida",
    "no puedo mas con este dolor",
    "me voy a cortar las venas",
    "me quiero cortar los brazos",
    "mejor estaria muerta",
    "ojala me hubiera muerto",
    "estoy pensando en matarme",
    "me quiero suisidar",
    "le pido a dios que me lleve",
    "quiero que dios me recoja",
    "quiero morir para estar con mi mama",
    "tengo un plan para matarme",
    "me estoy haciendo cortes en las piernas",
    "me tome veneno para ratas",
    "me amenaza con matarme",
    "mi ex me quiere matar",
    "me puso una pistola en la cabeza",
    "quiero golpear a mi bebe",
    "voy a lastimar a alguien",
    "siento que voy a matar a alguien",
    "no kiero bibir",
    "no quiero despertar nunca mas",
    "espero ya no despertar mañana",
    "me duele vivir",
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
    "I don't want to wake up at 6 for work",
    "this homework is killing me",
    "My feet are killing me after that shift",
    "I'm dying to see the new movie",
    "I died laughing at that meme",
    "That presentation was a disaster and I wanted to die of embarrassment",
    "I don't want to live in a dorm",
    "I don't want to live with my roommates anymore",
    "I'd rather not wake up early on Saturday",
    "I can't go on the field trip on Friday",
    "I can't go on vacation this summer",
    "I can't keep going to therapy on Tuesdays",
    "I don't want to be here until late",
    "I've been cutting back on coffee and sugar",
    "I am cutting carbs this month",
    "I want to cut my hair short",
    "I need to cut myself some slack",
    "I cut my finger chopping onions",
    "I hurt myself lifting weights",
    "I hurt my back moving a couch",
    "I'm about to jump on a call, talk later",
    "I want to jump in the pool",
    "My phone is dead",
    "The battery keeps dying",
    "We ran 8 kms on Sunday",
    "I took all my meds as prescribed",
    "I took my pills with breakfast",
    "I forgot to take my antidepressant yesterday",
    "My doctor wants me to take two tablets at night",
    "I want to end things with my boyfriend",
    "We should end on a positive note",
    "I'm ready to pull the trigger on the house",
    "No way out of this lease until May",
    "The traffic will kill me one day",
    "My brother beats me at chess every time",
    "The movie about the murder was scary",
    "I'm tired of my job",
    "I'm sick of my commute",
    "My grandmother passed away last spring",
    "I feel like nobody listens to me",
    "I disappeared into my work for a week",
    "I want to disappear from social media",
    "I watched Suicide Squad with my friends",
    "Please shoot me an email",
    "I shot myself in the foot with that one",
    "I'm exhausted and need a nap",
    "I feel hopeless about my math grade",
    "My savings will be gone by June",
    "No quiero despertar temprano",
    "No quiero vivir con mi suegra",
    "Me corté el pelo ayer",
    "Me quiero cortar las uñas",
    "No quiero seguir con este trabajo",
    "Ya no puedo más tarde, mejor mañana",
    "Me lastimé la rodilla jugando futbol",
    "Este tráfico me va a matar",
    "Me mato de risa con mi hermana",
    "Quiero terminar todo el trabajo hoy",
    "Tomé todas mis pastillas a tiempo",
    "Se me disparó la ansiedad esta semana",
    "Fuimos a matar el tiempo al parque",
    "No quiero estar aquí hasta tarde",
    "Mi hijo se cayó y se lastimó el brazo",
    "Me duele la cabeza cuando no duermo",
    "Quiero aprender a vivir con menos estrés",
]


@pytest.mark.parametrize("text", [*HEARD_IN_ENGLISH, *HEARD_IN_SPANISH])
def test_these_are_heard(text):
    assert speaks_of_crisis(text)
    assert speaks_of_crisis(text.replace("'", "’"))
    assert speaks_of_crisis(text.replace("'", ""))
    assert speaks_of_crisis(text.upper())


@pytest.mark.parametrize("text", NOT_HEARD)
def test_these_are_not(text):
    assert not speaks_of_crisis(text)


def test_what_is_said_every_day_is_passed_over_and_only_it():
    assert speaks_of_crisis("This traffic is going to kill me, but seriously: I want to die")
    assert speaks_of_crisis("Me quiero cortar el pelo y después me quiero matar")
    assert speaks_of_crisis("I took all my pills as prescribed until today. I took all my pills")
    assert not speaks_of_crisis("I want to die my hair, and to wake up at 6:30")


@pytest.mark.parametrize("text", [one for one in NOT_HEARD if "'" in one])
def test_these_are_not_with_any_apostrophe_or_none(text):
    assert not speaks_of_crisis(text.replace("'", "’"))
    assert not speaks_of_crisis(text.replace("'", ""))


@pytest.mark.parametrize(
    "end", [". ", "! ", "? ", ", ", "; ", "... ", " - ", "- ", " -", " — ", "\n", " 😭 ", ".", " ("]
)
def test_what_is_said_every_day_does_not_reach_into_the_next_sentence(end):
    assert not speaks_of_crisis("I want to die my hair")
    assert speaks_of_crisis(f"I want to die{end}My hair is gone")
    assert speaks_of_crisis(f"No quiero seguir{end}Trabajando no se arregla")


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


def each_word_once(phrase):
    """Ways to say a phrase in which every word of it is said."""
    fit = phrase.replace("*", "").replace("#", "40")
    parts = [part.strip("()").split("/") for part in re.findall(r"\([^)]*\)|\S+", fit)]
    turns = range(max(map(len, parts)))
    return [" ".join(filter(None, (words[turn % len(words)] for words in parts))) for turn in turns]


EVERY_DAY = sorted({way for phrase in EVERYDAY for way in (*each_word_once(phrase), said(phrase)[-1])})
OPEN = re.compile(
    r"\b(?:a|an|the|at|in|on|to|by|for|with|from|of|off|into|onto|over|and|or|but|if|so|as|than|then|there|here|when"
    r"|until|while|before|after|about|around|near|it|this|that|these|those|him|her|them|us|you|your|his|their|our|my|i"
    r"|we|they|he|she|anyone|someone|everything|things|myself|all|any|no|not|be|is|are|was"
    r"|el|la|los|las|lo|un|una|unos|al|del|de|en|con|por|para|sin|ante|hasta|desde|que|como|y|o|mi|mis|tu|su|sus|este"
    r"|esta|estos|estas|esto|eso|esa|ese|aqui|ahi|alla|yo|ella|ellos|ellas|se|te|le|les|nos|si|mas|tan|muy|es)$"
)


def test_what_is_passed_over_stands_in_the_one_spelling_and_is_not_heard():
    assert [way for way in EVERY_DAY if plain(way) != way] == []
    assert [way for way in EVERY_DAY if speaks_of_crisis(way)] == []


@pytest.mark.parametrize("phrase", EVERYDAY)
def test_what_is_passed_over_would_be_heard_otherwise(phrase):
    assert any(crisis._heard().search(way) for way in each_word_once(phrase))


def test_what_is_passed_over_is_closed_by_a_word_of_its_own():
    """ "wake up at" might go on "all". Only "kill me" may end with whom it is about, for there the thought ends too."""
    assert [way for way in EVERY_DAY if OPEN.search(way)] == []
    assert {way.split()[-2] for way in EVERY_DAY if way.endswith(" me")} == {"kill"}


def test_what_is_passed_over_may_not_reach_over_any_word():
    assert [phrase for phrase in EVERYDAY if "~" in phrase or re.search(r"(?<!\d)\*\)?$", phrase)] == []


GOES_ON = [
    *(
        "",
        "all",
        "at all",
        "myself",
        "on purpose",
        "without her",
        "anymore",
        "tonight",
        "now",
        "here",
        "in a world of pain",
    ),
    *("mas", "nunca mas", "sin ella", "a proposito", "en un mundo sin ella", "al dia siguiente"),
]


@pytest.mark.parametrize("more", GOES_ON)
def test_a_thought_that_goes_on_otherwise_than_every_day_is_heard(more):
    thoughts = {way[: heard.end()] for way in EVERY_DAY for heard in crisis._heard().finditer(way)}
    goes_on = {f"{thought} {more}".strip() for thought in thoughts if not crisis._everyday().fullmatch(thought)}
    assert len(goes_on) > 200
    assert {text for text in goes_on if not speaks_of_crisis(text)} == set()


def test_what_is_passed_over_as_an_accident_is_heard_if_it_was_on_purpose():
    accidents = [way for way in EVERY_DAY if re.match(r"(hurt|injured) myself|me (corte|lastime|hice dano) ", way)]
    assert len(accidents) > 20
    assert [way for way in accidents if not speaks_of_crisis(f"{way} on purpose") and "myself" in way] == []
    assert [way for way in accidents if not speaks_of_crisis(f"{way} a proposito") and "myself" not in way] == []


def test_of_two_phrases_that_begin_alike_the_longer_is_taken():
    """Or what is said every day might hide the shorter and so the longer."""
    assert [way for way in LISTED if crisis._heard().match(way)[0] != way] == []


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
    assert not speaks_of_crisis("I want to die my hair. " * 2_000)
    assert speaks_of_crisis("I want to die my hair. " * 2_000 + "I want to die.")


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
