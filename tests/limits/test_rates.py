import pytest
from environs import ValidationError

from concierge.limits import sources
from concierge.limits.rates import Rate, limits


def test_a_setting_names_its_sources() -> None:
    assert limits("code=60/min, address = 5/hour", ("code", "address")) == {
        "code": Rate(60, 60),
        "address": Rate(5, 3600),
    }


def test_nothing_written_limits_nothing() -> None:
    assert limits("", ("code",)) == {}


@pytest.mark.parametrize("wrong", ["60/min", "code", "code=60", "code=0/min", "phone=1/min"])
def test_what_is_no_limit_is_refused(wrong: str) -> None:
    with pytest.raises(ValidationError, match="Must look like"):
        limits(wrong, ("code", "address"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.7", "::ffff:192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff"),
        ("fe80::1%eth0", "fe80::2%eth0"),
    ],
)
def test_one_household_is_one_source(one: str, other: str) -> None:
    assert sources.key("page", "address", one) == sources.key("page", "address", other)


@pytest.mark.parametrize(
    ("one", "other"), [("192.0.2.7", "192.0.2.8"), ("2001:db8:1:2::1", "2001:db8:1:3::1")]
)
def test_neighbours_are_two_sources(one: str, other: str) -> None:
    assert sources.key("page", "address", one) != sources.key("page", "address", other)


def test_a_key_names_nobody() -> None:
    assert "192.0.2.7" not in sources.key("page", "address", "192.0.2.7")
