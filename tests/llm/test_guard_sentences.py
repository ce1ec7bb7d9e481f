"""What of a free model's words a guest may read."""

from collections.abc import AsyncGenerator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llm.base import Meter, Stream
from llm.guard import SentenceGuard
from llm.guard.sentences import MOST_SENTENCES
from tests.llm.guarded import asked, guarded, letters, written

BREAKFAST = "Breakfast costs 19 EUR per person and is served from 7 to 10:30 am in the garden room."
PETS = "Dogs are welcome for 12 EUR per night. Cats are not allowed."
POOL = "The pool is open daily from 8:00 to 20:00. It is closed in January."
PARKING = "Is there parking? | Yes. Parking is free for guests and cannot be reserved."
GYM = "Is there a gym? | No."
PHONE = "Call the reception on +44 1223 456789 or write to desk@mill.example."
MENU = "The menu is at https://mill.example/menu. Chef Ana Ruiz cooks on Fridays."
TAXI = "A taxi to the airport takes 25 minutes and costs about 40 GBP."
DEPOSIT = "A deposit of 1,500 EUR is due on 24 December."
SHUTTLE = "We will send a shuttle for groups of 6."
WINE = "Wine tastings take place Monday to Thursday."
STAY = "Children under twelve stay for free. Extra beds cost 35 EUR."

TRUE = [
    (BREAKFAST, "Breakfast is 19 EUR."),
    (BREAKFAST, "Breakfast is €19 per person."),
    (BREAKFAST, "Breakfast costs 19 euros."),
    (BREAKFAST, "Breakfast costs nineteen euros."),
    (BREAKFAST, "Breakfast is served from 7 am to 10:30."),
    (BREAKFAST, "Breakfast is served from 7:00 to 10:30 a.m. in the garden room."),
    (BREAKFAST, "Breakfast is from 7.00 am until 10.30 am."),
    (BREAKFAST, "It costs 19 EUR."),
    (BREAKFAST, "Yes, breakfast is served in the garden room."),
    (PETS, "Yes, dogs are welcome for 12 EUR a night."),
    (PETS, "Unfortunately, cats are not allowed."),
    (PETS, "No, cats aren't allowed."),
    (PETS, "Dogs are welcome, but cats are not."),
    (POOL, "The pool is open from 8 am to 8 pm."),
    (POOL, "Yes, the pool is open on Sunday."),
    (POOL, "The pool is closed in January."),
    (POOL, "The pool is not open in January."),
    (PARKING, "Yes, parking is free."),
    (PARKING, "There is no charge for parking."),
    (PARKING, "Parking cannot be reserved."),
    (GYM, "No, there is no gym."),
    (GYM, "Unfortunately, we do not have a gym."),
    (PHONE, "You can call 01223 456789."),
    (PHONE, "Call +44 (0)1223 456-789 or write to desk@mill.example."),
    (MENU, "See mill.example/menu for the menu."),
    (MENU, "On Fridays Ana Ruiz cooks."),
    (MENU, "The Old Mill has the menu at https://mill.example/menu."),
    (TAXI, "The taxi takes 25 min and costs £40."),
    (TAXI, "It is a 25-minute taxi to the airport."),
    (DEPOSIT, "The deposit of 1500 EUR is due on December 24th."),
    (DEPOSIT, "The deposit is €1.500."),
    (SHUTTLE, "We will send a shuttle for groups of six."),
    (WINE, "Yes, there are wine tastings on Tuesday."),
    (STAY, "Children under 12 stay for free."),
    (STAY, "An extra bed costs 35 EUR."),
    (BREAKFAST, "You are welcome!"),
    (BREAKFAST, "Certainly, we look forward to seeing you!"),
    (BREAKFAST, "Please contact the reception for further information."),
    (BREAKFAST, "I don't know, sorry."),
]

FALSE = [
    (BREAKFAST, "Breakfast costs 21 EUR.", "price"),
    (BREAKFAST, "Breakfast is $19.", "price"),
    (BREAKFAST, "Breakfast is 19 minutes long.", "number"),
    (BREAKFAST, "Breakfast is served from 6 am.", "time"),
    (BREAKFAST, "Breakfast is served until 10:30 pm.", "time"),
    (BREAKFAST, "Breakfast is served until eleven.", "number"),
    (BREAKFAST, "Breakfast is free.", "polarity"),
    (BREAKFAST, "Breakfast is included.", "polarity"),
    (BREAKFAST, "Breakfast is not served in the garden room.", "polarity"),
    (BREAKFAST, "No, there is no breakfast.", "polarity"),
    (BREAKFAST, "Breakfast is served on Sunday.", "date"),
    (BREAKFAST, "Breakfast is served in the Orchid room.", "name"),
    (BREAKFAST, "We have a rooftop bar with cocktails.", "unsupported"),
    (PETS, "No, dogs are not allowed.", "polarity"),
    (PETS, "Yes, cats are allowed.", "polarity"),
    (PETS, "Cats are welcome.", "polarity"),
    (PETS, "Dogs are welcome for 12 GBP.", "price"),
    (PETS, "Dogs stay for free.", "polarity"),
    (POOL, "The pool is open until 22:00.", "time"),
    (POOL, "The pool is closed in February.", "date"),
    (POOL, "The pool is open in January.", "polarity"),
    (PARKING, "Parking costs extra.", "polarity"),
    (PARKING, "No, parking is not free.", "polarity"),
    (PARKING, "Parking costs 5 EUR.", "price"),
    (PARKING, "Yes, parking can be reserved.", "polarity"),
    (GYM, "Yes, there is a gym.", "polarity"),
    (GYM, "Yes, we have a gym with 5 treadmills.", "number"),
    (PHONE, "Call +44 1223 456780.", "phone"),
    (PHONE, "Call 020 7946 0000.", "phone"),
    (PHONE, "Write to desk@mill.example.evil.test.", "url"),
    (PHONE, "Write to boss@mill.example.", "url"),
    (MENU, "The menu is at https://evil.example/menu.", "url"),
    (MENU, "The menu is at https://mill.example/menu?q=secret.", "url"),
    (MENU, "On Fridays Bob Dylan cooks.", "name"),
    (TAXI, "The taxi takes 40 minutes.", "number"),
    (TAXI, "The taxi costs 25 GBP.", "price"),
    (DEPOSIT, "The deposit is due on 25 December.", "date"),
    (DEPOSIT, "The deposit of 150 EUR is due on 24 December.", "price"),
    (WINE, "Wine tastings take place on Saturday.", "date"),
    (STAY, "Extra beds are free.", "polarity"),
    (STAY, "Children under 14 stay for free.", "number"),
    (TAXI, "I will book a taxi to the airport for you.", "promise"),
    (TAXI, "We'll send someone to the airport.", "promise"),
    (TAXI, "I have reserved a taxi to the airport.", "promise"),
    (TAXI, "Our team will get back to you about the taxi.", "promise"),
    (TAXI, "Your taxi has been booked.", "promise"),
    (BREAKFAST, "Breakfast is <b>19 EUR</b>.", "markup"),
    (BREAKFAST, "Breakfast ![x](https://evil.test/?q=1) costs 19 EUR.", "markup"),
    (BREAKFAST, "<script>alert(1)</script>", "markup"),
    (MENU, "See [the menu](javascript:alert) now.", "markup"),
]

LANGUAGES = {
    "de": "Frühstück kostet 19 EUR und wird von 7 bis 10 Uhr serviert. Hunde sind nicht erlaubt. "
    "Das Parken ist kostenlos.",
    "fr": "Le petit-déjeuner coûte 19 EUR et il est servi de 7h à 10h. Les chiens ne sont pas "
    "admis. Le parking est gratuit.",
    "es": "El desayuno cuesta 19 EUR y se sirve de 7:00 a 10:00. No se admiten perros. "
    "El aparcamiento es gratuito.",
    "it": "La colazione costa 19 EUR e viene servita dalle 7:00 alle 10:00. I cani non sono "
    "ammessi. Il parcheggio è gratuito.",
}

TRUE_ELSEWHERE = [
    ("de", "Das Frühstück wird von 7:00 bis 10:00 Uhr serviert."),
    ("de", "Leider sind Hunde nicht erlaubt."),
    ("de", "Ja, das Parken ist gratis."),
    ("de", "Das Frühstück kostet neunzehn Euro."),
    ("fr", "Le petit-déjeuner coûte 19 €."),
    ("fr", "Non, les chiens ne sont pas admis."),
    ("fr", "Oui, le parking est gratuit."),
    ("fr", "Le petit-déjeuner est servi de 7h00 à 10h00."),
    ("es", "El desayuno cuesta 19 euros."),
    ("es", "No, no se admiten perros."),
    ("es", "El aparcamiento es gratis."),
    ("it", "La colazione costa 19 euro."),
    ("it", "No, i cani non sono ammessi."),
    ("it", "Sì, il parcheggio è gratuito."),
]

FALSE_ELSEWHERE = [
    ("de", "Das Frühstück ist kostenlos.", "polarity"),
    ("de", "Ja, Hunde sind erlaubt.", "polarity"),
    ("de", "Das Parken ist nicht kostenlos.", "polarity"),
    ("de", "Das Frühstück wird bis elf Uhr serviert.", "time"),
    ("de", "Ich werde das Frühstück für Sie bestellen.", "promise"),
    ("de", "Fragen Sie Herrn Schmidt nach dem Frühstück.", "name"),
    ("fr", "Le petit-déjeuner est gratuit.", "polarity"),
    ("fr", "Oui, les chiens sont admis.", "polarity"),
    ("fr", "Le petit-déjeuner coûte 12 EUR.", "price"),
    ("fr", "Je vais réserver le petit-déjeuner pour vous.", "promise"),
    ("es", "El desayuno es gratis.", "polarity"),
    ("es", "Sí, se admiten perros.", "polarity"),
    ("es", "El desayuno se sirve hasta las 11:00.", "time"),
    ("es", "Voy a reservar el desayuno para usted.", "promise"),
    ("it", "La colazione è gratuita.", "polarity"),
    ("it", "Sì, i cani sono ammessi.", "polarity"),
    ("it", "Il parcheggio non è gratuito.", "polarity"),
    ("it", "Ho prenotato la colazione per voi.", "promise"),
]


@pytest.mark.parametrize(("source", "sentence"), TRUE)
async def test_what_a_source_says_passes(source: str, sentence: str) -> None:
    said, guard = await guarded(asked(source), sentence)
    assert (said, guard.failures) == (sentence, [])


@pytest.mark.parametrize(("source", "sentence", "reason"), FALSE)
async def test_what_no_source_says_is_replaced(source: str, sentence: str, reason: str) -> None:
    said, guard = await guarded(asked(source), sentence)
    assert guard.failures == [reason]
    assert said
    assert said in source


@pytest.mark.parametrize(("language", "sentence"), TRUE_ELSEWHERE)
async def test_what_a_source_says_passes_in_other_languages(language: str, sentence: str) -> None:
    question = asked(LANGUAGES[language], language=language)
    assert (await guarded(question, sentence))[1].failures == []


@pytest.mark.parametrize(("language", "sentence", "reason"), FALSE_ELSEWHERE)
async def test_what_no_source_says_is_replaced_in_other_languages(
    language: str, sentence: str, reason: str
) -> None:
    question = asked(LANGUAGES[language], language=language)
    assert (await guarded(question, sentence))[1].failures == [reason]


@pytest.mark.parametrize(
    ("sentence", "failures"),
    [
        ("Das Frühstück kostet 19 EUR.", []),
        ("Das Frühstück kostet 25 EUR.", ["price"]),
        ("Das Frühstück ist kostenlos.", ["polarity"]),
        ("Es gibt leider kein Frühstück.", ["polarity"]),
        ("朝食は19 EURです。", []),
        ("朝食は25 EURです。", ["price"]),
    ],
)
async def test_figures_are_compared_where_words_cannot_be(
    sentence: str, failures: list[str]
) -> None:
    language = "ja" if sentence.endswith("。") else "de"
    question = asked(BREAKFAST, language=language, written_in="en")
    assert (await guarded(question, sentence))[1].failures == failures


async def test_a_figure_belongs_to_what_it_was_said_of() -> None:
    question = asked("Breakfast costs 19 EUR.", "Parking costs 25 EUR.")
    _, guard = await guarded(question, "Parking costs 19 EUR.")
    assert guard.failures == ["price"]


async def test_the_guests_numbers_prove_nothing() -> None:
    question = asked(BREAKFAST, text="Breakfast is 5 EUR, right?")
    assert (await guarded(question, "Yes, breakfast is 5 EUR."))[1].failures == ["price"]


async def test_the_guests_names_may_be_repeated() -> None:
    question = asked("Taxis take 25 minutes.", text="How far is Ely by taxi?")
    assert (await guarded(question, "A taxi to Ely takes 25 minutes."))[1].failures == []


async def test_a_bad_sentence_alone_is_replaced() -> None:
    said, guard = await guarded(
        asked(PETS, BREAKFAST), "Yes, dogs are welcome. Breakfast is free. Enjoy your stay!"
    )
    assert said == f"Yes, dogs are welcome. {BREAKFAST} Enjoy your stay!"
    assert (guard.checked, guard.replaced, guard.used) == (3, 1, [0, 1])


async def test_what_is_near_no_source_is_left_out() -> None:
    said, guard = await guarded(asked(BREAKFAST), "Our rooftop shines! Breakfast costs 19 EUR.")
    assert said == "Breakfast costs 19 EUR."
    assert guard.failures == ["unsupported"]


async def test_nothing_is_said_twice_in_a_bad_sentences_place() -> None:
    said, guard = await guarded(asked(BREAKFAST), "Breakfast is free. Breakfast costs 5 EUR.")
    assert (said, guard.replaced) == (BREAKFAST, 2)


async def test_a_sentence_goes_out_before_the_next_one_is_whole() -> None:
    written: list[str] = []

    async def model() -> AsyncGenerator[str, None]:
        for piece in ("Cats are not allowed.", " Dogs", " are welcome."):
            written.append(piece)
            yield piece

    stream = Stream(model(), Meter(finish="stop"))
    read = SentenceGuard(asked(PETS)).follow(stream)
    assert await anext(read) == "Cats are not allowed."
    assert written == ["Cats are not allowed.", " Dogs"]
    await read.aclose()


async def test_it_does_not_matter_how_a_model_cuts_its_words() -> None:
    answer = "Yes, dogs are welcome for 12 EUR. Mr. Fox pays 3.50 EUR. Cats are not allowed. [1]"
    whole = await guarded(asked(PETS), answer)
    cut = await guarded(asked(PETS), *letters(answer))
    assert whole[0] == cut[0]
    assert whole[1].failures == cut[1].failures


async def test_who_does_not_know_what_a_source_surely_answers_is_not_believed() -> None:
    guard = SentenceGuard(asked(BREAKFAST, text="When is breakfast?"), certain=True)
    said = "".join([piece async for piece in guard.follow(written("I do not know."))])
    assert said == BREAKFAST
    assert (guard.failures, guard.used, guard.said_unknown) == (["denial"], [0], False)


async def test_an_answer_that_does_not_know_rests_on_nothing() -> None:
    said, guard = await guarded(asked(BREAKFAST), "I'm sorry, I don't know whether there is a spa.")
    assert guard.said_unknown
    assert guard.used == []
    assert guard.failures == []
    assert said


@pytest.mark.parametrize(
    "answer",
    [
        "Breakfast costs 19 EUR. I don't know whether there is a spa.",
        "I don't know whether there is a spa. Breakfast costs 19 EUR.",
    ],
)
async def test_who_knows_one_thing_of_two_answers_and_is_credited(answer: str) -> None:
    said, guard = await guarded(asked(BREAKFAST), answer)
    assert said == answer
    assert (guard.used, guard.said_unknown) == ([0], False)


@pytest.mark.parametrize(
    ("answer", "used"),
    [
        ("Das Schwimmbad ist von 8:00 bis 20:00 Uhr geöffnet.", [1]),
        ("Das Schwimmbad ist von 8:00 bis 20:00 Uhr geöffnet [3].", [2]),
        ("Das Schwimmbad ist schön.", [0, 1, 2]),
        ("Gerne!", [0, 1, 2]),
    ],
)
async def test_an_answer_in_another_language_rests_on_the_sources_with_its_figures(
    answer: str, used: list[int]
) -> None:
    sources = (BREAKFAST, "open from 8:00 to 20:00", "The gym is open from 8:00 to 23:00.")
    _, guard = await guarded(asked(*sources, language="de", written_in="en"), answer)
    assert guard.failures == []
    assert (guard.used, guard.said_unknown) == (used, False)


async def test_who_does_not_know_in_another_language_does_not_know() -> None:
    question = asked(BREAKFAST, language="de", written_in="en")
    said, guard = await guarded(question, "Das weiß ich leider nicht.")
    assert said
    assert (guard.used, guard.said_unknown) == ([], True)


async def test_nothing_was_used_before_anything_was_said() -> None:
    guard = SentenceGuard(asked(BREAKFAST))
    assert (guard.used, guard.said_unknown) == ([], False)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("Cats are not allowed. Dogs are welcome", "Cats are not allowed."),
        ("Cats are not allowed. Dogs are welcome.", "Cats are not allowed. Dogs are welcome."),
        ("Cats are not allowed. Dogs are welcome [1].", "Cats are not allowed. Dogs are welcome."),
        ("Cats are not allowed. Dogs cost 12.", "Cats are not allowed."),
        ("Dogs are welcome", "Dogs are welcome for 12 EUR per night."),
    ],
)
async def test_half_a_sentence_of_a_model_that_was_cut_off_is_not_said(
    answer: str, said: str
) -> None:
    assert (await guarded(asked(PETS), answer, finish="length"))[0] == said
    assert (await guarded(asked(PETS), "Dogs are welcome"))[0] == "Dogs are welcome"


async def test_citations_are_taken_out_and_remembered() -> None:
    said, guard = await guarded(
        asked(BREAKFAST, POOL, PETS), "Dogs are welcome [3]. The pool is open daily. [2]"
    )
    assert said == "Dogs are welcome. The pool is open daily."
    assert guard.used == [2, 1]


async def test_a_citation_of_a_source_that_is_not_there_counts_for_nothing() -> None:
    _, guard = await guarded(asked(PETS), "Dogs are welcome [7].")
    assert guard.used == [0]


async def test_a_citation_of_a_source_about_something_else_counts_for_nothing() -> None:
    _, guard = await guarded(asked(PETS, POOL), "Dogs are welcome [2].")
    assert guard.used == [0]


async def test_sources_are_found_by_their_words_where_none_is_cited() -> None:
    _, guard = await guarded(asked(BREAKFAST, POOL, PETS), "Cats are not allowed.")
    assert guard.used == [2]


@pytest.mark.parametrize(
    ("dressed", "bare"),
    [
        ("**Dogs** are _welcome_.", "Dogs are welcome."),
        ("# Dogs are welcome", "Dogs are welcome"),
        ("- Dogs are welcome.\n- Cats are not allowed.", "Dogs are welcome. Cats are not allowed."),
        ("`Dogs` are welcome\u200b.", "Dogs are welcome."),
    ],
)
async def test_markdown_comes_out_as_plain_text(dressed: str, bare: str) -> None:
    assert (await guarded(asked(PETS), dressed))[0] == bare


async def test_a_link_of_a_source_may_be_dressed_as_markdown() -> None:
    said, guard = await guarded(asked(MENU), "See [the menu](https://mill.example/menu).")
    assert said == "See the menu https://mill.example/menu."
    assert guard.failures == []


async def test_a_model_that_says_nothing_leaves_the_sources_words() -> None:
    assert (await guarded(asked(BREAKFAST)))[0] == BREAKFAST


async def test_a_model_that_repeats_itself_is_read_once() -> None:
    said, guard = await guarded(asked(BREAKFAST), f"{BREAKFAST} {BREAKFAST} {BREAKFAST}")
    assert said == BREAKFAST
    assert guard.failures == ["repetition", "repetition"]


async def test_a_model_that_does_not_stop_is_stopped() -> None:
    endless = " ".join(f"{BREAKFAST} And again, {number} times." for number in range(100))
    _, guard = await guarded(asked(BREAKFAST), endless)
    assert guard.checked == MOST_SENTENCES


FRAGMENTS = st.sampled_from(
    ["Breakfast", "is", "free", "not", "19", "21", "EUR", "7 am", "no", "Yes,", "Dogs", ".", "!",
     "[1]", "**", "<b>", "https://evil.test", "\n", "Ana", "we will send", "cats", "welcome", "…"]
)  # fmt: skip


@given(st.lists(FRAGMENTS, max_size=30))
async def test_no_figure_or_link_comes_out_that_is_in_no_source(fragments: list[str]) -> None:
    said, guard = await guarded(asked(BREAKFAST, PETS), " ".join(fragments))
    assert said
    assert "21" not in said
    assert "evil" not in said
    assert "<" not in said
    assert guard.replaced == len(guard.failures) <= guard.checked
    assert set(guard.used) <= {0, 1}
