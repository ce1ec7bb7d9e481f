from pathlib import Path

import pytest
import yaml

from concierge.stack import product

COMPOSE = yaml.safe_load((product.REPOSITORY / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]


@pytest.mark.parametrize(
    ("service", "command"),
    [("web", product.WEB), ("worker", product.WORKER), ("beat", product.BEAT)],
)
def test_containers_run_the_same_commands_as_start(service: str, command: list[str]) -> None:
    assert SERVICES[service]["command"][: len(command)] == command


def test_every_lasting_service_tells_whether_it_is_well() -> None:
    lasting = {name for name, service in SERVICES.items() if service["restart"] != "no"}
    assert lasting == {"database", "cache", "web", "worker", "beat"}
    assert all("healthcheck" in SERVICES[name] for name in lasting)


def test_what_must_last_is_in_a_named_volume() -> None:
    mounts = {name: service.get("volumes") for name, service in SERVICES.items()}
    assert mounts["database"] == ["database:/var/lib/postgresql"]
    assert mounts["cache"] == ["cache:/data"]
    assert mounts["web"] == mounts["worker"] == ["product:/var/lib/concierge"]
    assert set(COMPOSE["volumes"]) == {"database", "cache", "product"}


def test_an_image_takes_neither_data_nor_history_along() -> None:
    ignored = (Path(product.REPOSITORY) / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".git", "var", ".venv"} <= set(ignored)
