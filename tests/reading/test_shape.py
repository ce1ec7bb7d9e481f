import pytest

from reading.shape import Shape, questions_of, shape_of


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Do you have wifi? And is parking free?"),
        ("en", "Do you have wifi and is the parking free"),
        ("en", "What time is breakfast, and can I have it in my room?"),
        ("de", "Gibt es WLAN und ist das Parken kostenlos?"),
        ("de", "Wann ist Frühstück? Kann ich einen Hund mitbringen?"),
        ("fr", "Il y a une piscine et est-elle chauffée ?"),
        ("es", "¿Hay aparcamiento y cuánto cuesta?"),
        ("it", "C'è la piscina e quanto costa?"),
        ("nl", "Is er wifi? En is parkeren gratis?"),
        ("ja", "朝食は何時ですか？駐車場はありますか？"),
        ("ar", "هل يوجد مسبح؟ وهل الإفطار مجاني؟"),
    ],
)
def test_several_questions_in_one_turn_are_noticed(language: str, text: str) -> None:
    assert shape_of(text, language).several


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Which is closer, the lake or the museum?"),
        ("en", "Is it quicker to walk or to take the bus?"),
        ("en", "Is the pool quieter than the sauna?"),
        ("de", "Welches Restaurant ist näher?"),
        ("de", "Ist der See schöner als das Hallenbad?"),
        ("fr", "Quel restaurant est le plus proche ?"),
        ("es", "¿Cuál está más cerca, la playa o el centro?"),
        ("it", "Quale ristorante è più vicino?"),
    ],
)
def test_a_comparison_is_noticed(language: str, text: str) -> None:
    assert shape_of(text, language).comparison


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "What can we do on a rainy day with two kids?"),
        ("en", "Could you suggest something for a quiet afternoon?"),
        ("de", "Was können wir bei Regen mit zwei Kindern machen?"),
        ("fr", "Que peut-on faire avec les enfants quand il pleut ?"),
        ("es", "¿Qué podemos hacer con los niños si llueve?"),
        ("it", "Cosa possiamo fare se piove?"),
    ],
)
def test_a_plan_is_noticed(language: str, text: str) -> None:
    assert shape_of(text, language).planning


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Don't you have a lift?"),
        ("en", "Is there a room without a carpet?"),
        ("de", "Ist das Frühstück nicht dabei?"),
        ("fr", "Il n'y a pas d'ascenseur ?"),
        ("es", "¿No tienen ascensor?"),
        ("it", "Non avete un ascensore?"),
    ],
)
def test_a_negation_is_noticed(language: str, text: str) -> None:
    assert shape_of(text, language).negation


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Hello? Is breakfast included?"),
        ("en", "I slept in and will have to check out late. Is that all right?"),
        ("en", "Do you have a bed and breakfast rate?"),
        ("en", "Is there a pool for kids?"),
        ("de", "Ist das Frühstück inbegriffen?"),
        ("fr", "Le petit déjeuner est-il compris ?"),
        ("es", "¿El desayuno está incluido?"),
        ("it", "La colazione è compresa?"),
        ("sv", "Ingår frukost?"),
    ],
)
def test_one_plain_question_is_simple(language: str, text: str) -> None:
    shape = shape_of(text, language)
    assert shape.simple
    assert not shape.negation


def test_words_are_counted_in_every_script() -> None:
    assert shape_of("Is breakfast included?", "en").words == 3
    assert shape_of("朝食は何時ですか", "ja").words == 4
    assert shape_of("", "en") == Shape(False, False, False, False, 0)


@pytest.mark.parametrize(
    ("language", "questions", "joined"),
    [
        ("en", ["When is the pool open", "how much is a massage?"], " and "),
        ("en", ["Is the pool open at 9 pm", "may my children swim alone?"], ", and "),
        ("en", ["How much is parking", "can I bring my dog", "is there a sauna?"], ", and "),
        ("en", ["Do you have wifi?", "And is parking free?"], " "),
        ("en", ["Hello, what time is breakfast", "where is it served?"], " and also "),
        ("en", ["Is there a pool", "is parking free."], ". "),
        ("en", ["Is there a pool", "is parking free", "how far is the lake"], " and "),
        ("en", ["I have a dog. Can I bring him?", "And is there a pool?"], " "),
        ("de", ["Gibt es WLAN", "ist das Parken kostenlos?"], " und "),
        ("de", ["Wann ist Frühstück?", "Kann ich einen Hund mitbringen?"], " "),
        ("de", ["Wo ist die Sauna", "bis wann hat sie offen", "was kostet sie?"], " und "),
        ("fr", ["Il y a une piscine", "est-elle chauffée ?"], " et "),
        ("fr", ["À quelle heure est le dîner", "combien coûte le parking ?"], " et "),
        ("es", ["¿Hay aparcamiento", "cuánto cuesta?"], " y "),
        ("es", ["¿A qué hora es el desayuno", "puedo traer mi perro?"], " y "),
        ("it", ["C'è la piscina", "quanto costa?"], " e "),
        ("it", ["A che ora è la colazione", "dov'è il parcheggio?"], " e "),
        ("ja", ["朝食は何時ですか？", "駐車場はありますか？"], ""),
        ("ar", ["هل يوجد مسبح؟", "وهل الإفطار مجاني؟"], " "),
    ],
)
def test_the_questions_of_a_turn_are_taken_apart(
    language: str, questions: list[str], joined: str
) -> None:
    assert questions_of(joined.join(questions), language) == questions


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "how much is the schnitzel and the risotto?"),
        ("en", "When and where is breakfast?"),
        ("en", "Do you know when and where breakfast is?"),
        ("en", "Hello? Is breakfast included?"),
        ("en", "Is breakfast included? Thanks!"),
        ("en", "I slept in and will have to check out late. Is that all right?"),
        ("en", "We arrive late and where do we park?"),
        ("en", "Is the pool open at 9 p.m. in summer?"),
        ("en", "Is Dr. Miller in?"),
        ("en", "Do you have a room that is quiet and is cheap?"),
        ("en", "When I arrive with my dog, can I park?"),
        ("en", "Is there a sauna?!"),
        ("en", "Do you have a bed and breakfast rate?"),
        ("de", "Was kosten das Schnitzel und der Risotto?"),
        ("de", "Wann und wo ist Frühstück?"),
        ("fr", "La piscine et le sauna sont-ils ouverts ?"),
        ("es", "¿La piscina y la sauna están abiertas?"),
        ("it", "La piscina e la sauna sono aperte?"),
        ("sv", "Ingår frukost?"),
        ("en", ""),
    ],
)
def test_a_single_question_stays_whole(language: str, text: str) -> None:
    assert questions_of(text, language) == [text]


def test_more_than_four_questions_stay_together_in_the_last() -> None:
    assert questions_of("A b? C d? E f? G h? I j?", "en") == ["A b?", "C d?", "E f?", "G h? I j?"]
