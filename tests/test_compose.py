from pathlib import Path

import pytest
import yaml

from config.env import REQUIRED_IN_PRODUCTION
from config.processes import commands

ROOT = Path(__file__).resolve().parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("web", "worker", "beat", "indexer", "migrate")
SECRETS = ("SECRET_KEY", "POSTGRES_PASSWORD", "DATABASE_URL")


@pytest.mark.parametrize("name", OURS)
def test_every_process_of_ours_gets_what_production_requires(name):
    given = SERVICES[name]["environment"]

    assert set(REQUIRED_IN_PRODUCTION) <= {key for key in given if given[key]}


@pytest.mark.parametrize("name", SERVICES)
def test_no_secret_has_a_value_in_the_file(name):
    given = SERVICES[name].get("environment", {})

    for secret in set(SECRETS) & set(given):
        assert ":?" in given[secret]
        assert ":-" not in given[secret]


@pytest.mark.parametrize("name", ["web", "worker", "beat", "indexer"])
def test_nothing_starts_before_the_migrations_are_done(name):
    needed = SERVICES[name]["depends_on"]

    assert needed["migrate"] == {"condition": "service_completed_successfully"}
    assert needed["postgres"] == needed["valkey"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_every_lasting_service_tells_whether_it_is_well(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_no_container_runs_as_root():
    last_stage = (ROOT / "Dockerfile").read_text().rsplit("FROM ", 1)[1]

    assert "\nUSER zhaji\n" in last_stage
    assert SERVICES["postgres"]["user"] == "postgres"
    assert SERVICES["valkey"]["user"] == "valkey"


def test_data_outlive_the_containers():
    mounts = [
        mount for service in SERVICES.values() for mount in service.get("volumes", [])
    ]

    assert {mount.split(":")[0] for mount in mounts} == set(COMPOSE["volumes"])


def test_the_site_reads_the_index_that_the_indexer_writes():
    assert set(SERVICES["web"]["volumes"]) & set(SERVICES["indexer"]["volumes"])


def test_servers_are_reachable_from_no_other_machine():
    assert all(mount.startswith("127.0.0.1:") for mount in SERVICES["web"]["ports"])
    for name in ("postgres", "valkey"):
        assert "ports" not in SERVICES[name]
        assert SERVICES[name]["networks"] == ["inside"]
    assert COMPOSE["networks"]["inside"]["internal"] is True


def test_the_image_installs_only_what_the_lock_file_vouches_for():
    dockerfile = (ROOT / "Dockerfile").read_text()

    assert "--require-hashes -r requirements.lock" in dockerfile


def test_the_jobs_run_as_they_do_without_containers():
    procfile = commands(ROOT / "Procfile")

    for name in ("worker", "indexer"):
        assert SERVICES[name]["command"] == procfile[name]
    assert SERVICES["migrate"]["command"] == procfile["release"]
