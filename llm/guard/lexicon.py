"""The words that the guard knows, by ISO 639-1 code.

A language that is not here has its numbers in digits, its links and its names compared, no more.
"""

from typing import NamedTuple


class Lexicon(NamedTuple):
    """`numbers` leaves out words that mean something else more often (it. "sei", fr. "neuf")."""

    numbers: dict[str, int]
    months: dict[str, int]
    days: dict[str, int]
    negative: frozenset[str]
    yes: frozenset[str]
    free: frozenset[str]
    paid: frozenset[str]
    contrast: frozenset[str]
    also: frozenset[str]
    pronouns: frozenset[str]


def _numbered(words: str, first: int = 1) -> dict[str, int]:
    """Space-separated words as successive numbers; a word may have spellings with slashes."""
    return {
        spelling: number
        for number, spellings in enumerate(words.split(), first)
        for spelling in spellings.split("/")
        if spelling != "-"
    }


def _tens(words: str) -> dict[str, int]:
    return {word: 10 * ten for word, ten in _numbered(words, 2).items()}


def word_set(words: str) -> frozenset[str]:
    return frozenset(words.split())


LEXICONS = {
    "en": Lexicon(
        _numbered(
            "- two three four five six seven eight nine ten eleven twelve thirteen fourteen "
            "fifteen sixteen seventeen eighteen nineteen"
        )
        | _tens("twenty thirty forty fifty sixty seventy eighty ninety hundred"),
        _numbered(
            "january/jan february/feb March/Mar april/apr May june/jun july/jul august/aug "
            "september/sept/sep october/oct november/nov december/dec"
        ),
        _numbered(
            "monday/mondays/mon tuesday/tuesdays/tue/tues wednesday/wednesdays/wed "
            "thursday/thursdays/thu/thurs friday/fridays/fri saturday/saturdays sunday/sundays"
        ),
        word_set(
            "not no never without none neither nor cannot cant wont dont doesnt didnt isnt arent "
            "wasnt werent hasnt havent hadnt couldnt wouldnt shouldnt mustnt "
            "unavailable impossible forbidden prohibited banned closed lacks lack lacking excluded "
            "nothing nobody refuse refused unable declined decline denied disallowed inaccessible "
            "n't unsuitable nowhere aint against unwelcome prohibits forbids bans excludes prohibit"
        ),
        word_set("yes yep yeah yup sure certainly absolutely definitely"),
        word_set("free complimentary gratis freely"),
        word_set(
            "cost costs fee fees charge charges charged surcharge surcharges paid payable priced"
        ),
        word_set("but however although though except while whereas instead yet"),
        word_set("and"),
        word_set("it they this these he she"),
    ),
    "de": Lexicon(
        _numbered(
            "- zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
            "fünfzehn sechzehn siebzehn achtzehn neunzehn"
        )
        | _tens("zwanzig dreißig/dreissig vierzig fünfzig sechzig siebzig achtzig neunzig hundert"),
        _numbered(
            "januar/jänner februar/feber märz april mai juni juli august september oktober "
            "november dezember"
        ),
        _numbered(
            "montag/montags dienstag/dienstags mittwoch/mittwochs donnerstag/donnerstags "
            "freitag/freitags samstag/samstags/sonnabend/sonnabends sonntag/sonntags"
        ),
        word_set(
            "nicht kein keine keinen keinem keiner keines nie niemals ohne nein weder noch "
            "verboten untersagt geschlossen unmöglich ausgeschlossen nirgends nichts unzulässig "
            "ungeeignet nichtraucher unerwünscht keinerlei"
        ),
        word_set("ja gerne natürlich selbstverständlich jawohl"),
        word_set(
            "kostenlos kostenlose kostenloses kostenloser kostenlosen kostenfrei kostenfreie "
            "kostenfreies kostenfreien gratis gebührenfrei umsonst unentgeltlich inklusive "
            "inbegriffen"
        ),
        word_set(
            "kostet kosten gebühr gebühren aufpreis kostenpflichtig kostenpflichtige zuschlag"
        ),
        word_set("aber jedoch allerdings außer sondern während dagegen"),
        word_set("und"),
        word_set("es sie er dies diese"),
    ),
    "fr": Lexicon(
        _numbered(
            "- deux trois quatre cinq six sept huit - dix onze douze treize quatorze quinze seize"
        )
        | _tens("vingt trente quarante cinquante soixante - - - cent"),
        _numbered(
            "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"
        ),
        _numbered(
            "lundi/lundis mardi/mardis mercredi/mercredis jeudi/jeudis vendredi/vendredis "
            "samedi/samedis dimanche/dimanches"
        ),
        word_set(
            "ne n pas non jamais sans aucun aucune ni interdit interdite interdits "
            "interdites fermé fermée fermés fermées impossible indisponible indisponibles "
            "exclu exclue rien nulle"
        ),
        word_set("oui bien-sûr certainement volontiers"),
        word_set("gratuit gratuite gratuits gratuites gratuitement offert offerte inclus incluse"),
        word_set("coûte coûtent coût frais payant payante payants payantes supplément"),
        word_set("mais cependant toutefois sauf tandis"),
        word_set("et"),
        word_set("il elle ils elles ce cela"),
    ),
    "es": Lexicon(
        _numbered(
            "- dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
            "dieciséis diecisiete dieciocho diecinueve"
        )
        | _tens("veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa cien"),
        _numbered(
            "enero febrero marzo abril mayo junio julio agosto septiembre/setiembre octubre "
            "noviembre diciembre"
        ),
        _numbered("lunes martes miércoles jueves viernes sábado/sábados domingo/domingos"),
        word_set(
            "no nunca jamás sin ningún ninguna ninguno ni tampoco "
            "desgraciadamente prohibido prohibida prohibidos prohibidas cerrado cerrada cerrados "
            "cerradas imposible excluido excluida nada"
        ),
        word_set("sí si claro"),
        word_set("gratis gratuito gratuita gratuitos gratuitas gratuitamente incluido incluida"),
        word_set("cuesta cuestan coste costo tarifa suplemento recargo pago"),
        word_set("pero embargo aunque excepto sino mientras"),
        word_set("y e"),
        word_set("este esta estos ello"),
    ),
    "it": Lexicon(
        _numbered(
            "- due tre quattro cinque - sette otto nove dieci undici dodici tredici quattordici "
            "quindici sedici diciassette diciotto diciannove"
        )
        | _tens("venti trenta quaranta cinquanta sessanta settanta ottanta novanta cento"),
        _numbered(
            "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre "
            "novembre dicembre"
        ),
        _numbered("lunedì martedì mercoledì giovedì venerdì sabato/sabati domenica/domeniche"),
        word_set(
            "non no mai senza nessun nessuno nessuna né neanche nemmeno vietato vietata "
            "vietati vietate chiuso chiusa chiusi chiuse impossibile escluso esclusa escluse nulla"
        ),
        word_set("sì si certo certamente"),
        word_set(
            "gratis gratuito gratuita gratuiti gratuite gratuitamente incluso inclusa inclusi"
        ),
        word_set("costa costano costo supplemento tariffa pagamento sovrapprezzo"),
        word_set("ma però tuttavia tranne eccetto mentre"),
        word_set("e ed"),
        word_set("esso essa questo questa"),
    ),
}

CALENDAR = frozenset(
    name.lower() for lexicon in LEXICONS.values() for name in (*lexicon.days, *lexicon.months)
)
"""Names of days and months, in all languages: capital in some, and compared as dates."""

NOTHING = Lexicon({}, {}, {}, *[frozenset[str]()] * 7)

# Words that say nothing about a hotel, in the five languages together: no sentence is about them.
EMPTY = word_set(
    """
    a an the this that these those there here it its they them their we us our you your i my me he
    she his her is are was were be been being am do does did done doing has have had having can
    could will would shall should may might must of to in on at by for from with about as and or if
    then than so also too very just only any some all each every both either more most other such
    what when where which who how why whether yes yep yeah yup sure certainly absolutely definitely
    please thank thanks sorry afraid say let know tell get got offer offers offered provide provides
    provided available availability allow allowed allows allowing permit permits permitted accept
    accepted accepts welcome serve serves served time guest guests hotel restaurant property site
    location place premises onsite facility facilities service services option options currently
    cost costs price prices fee fees charge charges charged euro euros pounds dollars eur gbp usd
    per amount kostet kosten preis preise coûte coût prix cuesta cuestan precio costa costano prezzo
    moment well indeed happy unfortunately leider malheureusement purtroppo lamentablemente
    desgraciadamente help anything else good bye goodbye talking establishment patrons customer
    customers hello hi nice great everything something see use
    delighted pleasure pleased glad wonderful lovely pleasant comfortable assist assistance contact
    reception desk front staff team information details recommend ask question questions further
    hesitate meal feel forward look looking seeing hear course thanks here's please kindly note

    freuen freue schönen aufenthalt angenehmen herzlich wenden rezeption fragen weitere hilfe gern
    helfen informationen plaisir ravis séjour agréable bienvenue renseignements réception aide
    aider placer estancia feliz bienvenido bienvenidos recepción ayuda ayudar información piacere
    soggiorno benvenuti benvenuto ricevimento aiuto aiutare informazioni contatti contattare
    enjoy stay like need want able ll ve re s t m d

    der die das den dem des ein eine einen einem einer eines er sie es wir ihr uns unser unsere
    unserem unseren unserer ihre ihren ihrem ihnen ich mich mir du dich dir ist sind war waren sein
    hat haben hatte kann können wird werden würde muss müssen soll darf dürfen mag von vom zu zum
    zur im in an am auf für mit bei aus nach über unter um als und oder wenn dann auch sehr nur
    alle jeder jede jedes was wann wo welche wer wie warum ja gerne bitte danke verfügbar erlaubt
    gestattet möglich willkommen bieten bietet angeboten gibt es gast gäste hotel restaurant haus
    steht stehen verfügung uhr so

    le la les l un une des du de d il elle ils elles on nous vous notre nos votre vos je me mon ma
    est sont était être été ai a ont avez avons peut peuvent pouvez sera seront doit dans sur à au
    aux en par pour avec chez comme et ou si alors aussi très seulement tout toute tous toutes que
    qui quoi quand où quel quelle comment pourquoi oui merci disponible disponibles autorisé
    autorisés admis acceptés acceptons propose proposons hôtel client clients y ce cette ces c qu se

    el los las una unos unas lo al del yo tú usted ustedes nosotros nuestro nuestra nuestros
    nuestras su sus mi es son está están era ser sido he ha han hay hemos puede pueden será debe
    en sobre por para con como y o si entonces también muy sólo solo todo toda todos todas qué
    quién cuándo dónde cuál cómo sí gracias disponible disponibles permiten permite permitido
    permitidos admiten admite aceptan ofrece ofrecemos ofrecen hotel huésped huéspedes se le les

    il lo gli i uno della delle dei degli dello dell nel nella nei nelle sul sulla al alla ai alle
    dal dalla noi voi loro nostro nostra nostri nostre suo sua è sono era essere stato ho ha hanno
    c'è ci può possono sarà deve da di su per tra fra con come e ed o se allora anche molto tutto
    tutta tutti tutte che chi quando dove quale perché sì grazie disponibile disponibili ammessi
    ammesso accettati accettiamo offre offriamo albergo ospite ospiti si
    """
).union(*(lexicon.negative for lexicon in LEXICONS.values()))
