import pytest

from properties.public_address import listening_on, parse


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://hotel.example.com", "https://hotel.example.com"),
        ("https://Hotel.Example.com/", "https://hotel.example.com"),
        ("https://hotel.example.com:443/concierge/", "https://hotel.example.com/concierge"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://[2001:DB8:0:0::1]/a/b", "http://[2001:db8::1]/a/b"),
        ("http://192.168.1.20:80", "http://192.168.1.20"),
        ("https://hôtel.example", "https://xn--htel-vqa.example"),
    ],
)
def test_an_address_is_read_and_written(written: str, url: str) -> None:
    assert parse(written).url == url
    assert parse(url) == parse(written)


@pytest.mark.parametrize(
    "wrong",
    [
        "here",
        "ftp://hotel.example.com",
        "http://::1:8000",
        "http://[::1",
        "http://hotel.example.com:port",
        "https://hotel.example.com?x=1",
        "https://user@hotel.example.com",
        "https://hotel.example.com/a/../b",
        "https://hotel.example.com/a b",
        "https://hotel_/",
    ],
)
def test_what_no_browser_opens_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match=r"^(Its|Must|Invalid|hotel_ )"):
        parse(wrong)


@pytest.mark.parametrize(
    ("url", "reach"),
    [
        ("http://127.0.0.1:8000", "this machine"),
        ("http://[::1]:8000", "this machine"),
        ("http://localhost", "this machine"),
        ("http://0.0.0.0:8000", "this machine"),
        ("http://[::]:8000", "this machine"),
        ("http://169.254.3.4", "this machine"),
        ("http://[fe80::1]", "this machine"),
        ("http://192.168.1.20:8000", "the local network"),
        ("http://[fd00::1]", "the local network"),
        ("http://reception", "the local network"),
        ("http://reception.local:8000", "the local network"),
        ("https://hotel.example.com", "everywhere"),
        ("http://[2a00:1450::1]", "everywhere"),
        ("http://8.8.8.8", "everywhere"),
    ],
)
def test_an_address_tells_who_can_reach_it(url: str, reach: str) -> None:
    assert parse(url).reach == reach


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
        ("192.168.1.20", "http://192.168.1.20:8000"),
        ("reception.local", "http://reception.local:8000"),
    ],
)
def test_a_server_is_opened_where_it_listens(host: str, url: str) -> None:
    assert listening_on(host, 8000).url == url
    assert parse(url) == listening_on(host, 8000)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])  # noqa: S104
def test_a_server_that_listens_everywhere_is_opened_by_an_address_of_its_own(host: str) -> None:
    address = listening_on(host, 8000)
    assert address == parse(address.url)
    assert address.host not in ("0.0.0.0", "[::]")  # noqa: S104
