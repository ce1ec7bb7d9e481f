"""A mere greeting is known for one in every language, and a greeted question stays a question."""

import pytest

from reading.smalltalk import kind

GREETINGS = """hello|Hello!|Hi there|good morning|Hey, good evening!|Hallo|Guten Tag!|Bonjour|¡Hola!
Buongiorno|Goedemorgen|Olá, bom dia!|Dzień dobry|Dobrý den|Godmorgen|Hejsan|Merhaba|Здравствуйте!
Добрий день|こんにちは|你好！|안녕하세요|مرحباً|السلام عليكم"""
THANKS = """thanks!|Thank you very much.|ok|Ok, thanks|Great, thank you!|Danke schön|Merci !
¡Muchas gracias!|Grazie mille|Dank u wel|Obrigada|Dziękuję bardzo|Děkuji|Mange tak|Tack så mycket
Teşekkür ederim|Спасибо|Дякую|ありがとうございます|谢谢|감사합니다|شكراً|thank you, goodbye"""
GOODBYES = "bye|Bye bye!|Good night|Tschüss|Au revoir|Adiós|Arrivederci|Tot ziens|ok bye|再见"
QUESTIONS = """hello, when is breakfast?|Thanks, and the pool?|?|ok? where|Do you say good morning?
Is there a good night cap?|yes|tomorrow morning|no|and|Hellofresh|a b|Hi, my shower is broken||!|🙂
Danke, wann gibt es Frühstück?|你好，几点吃早餐？|great view room|Bar"""


def _each(texts: str) -> list[str]:
    return texts.replace("\n", "|").split("|")


@pytest.mark.parametrize("text", _each(GREETINGS))
def test_a_greeting_is_known(text: str) -> None:
    assert kind(text) == "greeting"


@pytest.mark.parametrize("text", _each(THANKS))
def test_thanks_are_known(text: str) -> None:
    assert kind(text) == "thanks"


@pytest.mark.parametrize("text", _each(GOODBYES))
def test_a_goodbye_is_known(text: str) -> None:
    assert kind(text) in {"bye", "thanks"} if text.startswith("ok") else kind(text) == "bye"


@pytest.mark.parametrize("text", _each(QUESTIONS))
def test_whoever_says_more_asks(text: str) -> None:
    assert kind(text) is None


def test_a_long_text_is_read_quickly() -> None:
    assert kind("hello thank you and " * 500 + "where is the bar") is None
