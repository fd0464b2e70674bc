"""Keyed digests, signed and sealed texts, and the one key file of an installation."""

import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nabz.kit.digest import Keyring, keyring_at

pytestmark = pytest.mark.rules

KEYS = Keyring(b"k" * 32)
OTHER = Keyring(b"o" * 32)
texts = st.text(max_size=200)


@given(texts)
def test_a_digest_depends_on_key_purpose_and_text(text: str) -> None:
    digest = KEYS.digest("a", text)
    assert len(digest) == 32
    assert digest == Keyring(b"k" * 32).digest("a", text)
    assert len({digest, OTHER.digest("a", text), KEYS.digest("b", text), KEYS.digest("a", text + "x")}) == 4
    assert KEYS.hex("a", text) == digest.hex()


def test_any_text_has_a_digest() -> None:
    assert KEYS.digest("a", "\ud800\0") != KEYS.digest("a", "\ud801\0")


@given(texts)
def test_a_derived_uuid_is_a_version_4_and_steady(seed: str) -> None:
    made = uuid.UUID(KEYS.uuid("a", seed))
    assert (made.version, made.variant) == (4, uuid.RFC_4122)
    assert str(made) == KEYS.uuid("a", seed)
    assert len({str(made), KEYS.uuid("b", seed), OTHER.uuid("a", seed)}) == 3


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_a_signed_text_is_known_again_and_a_changed_one_is_not(text: str) -> None:
    signed = KEYS.sign("flash", text)
    assert KEYS.verified("flash", signed) == text
    for forged in (f"x{signed}", signed[:-1], f"{signed}x", text, "", ".", f"{text}.", f"{text}.\ud800é"):
        assert KEYS.verified("flash", forged) is None
    assert KEYS.verified("other", signed) is None
    assert OTHER.verified("flash", signed) is None


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_a_sealed_text_is_read_by_its_key_and_purpose_only(text: str) -> None:
    sealed = KEYS.seal("totp", text)
    assert KEYS.unseal("totp", sealed) == text
    assert KEYS.seal("totp", text) != sealed
    assert OTHER.unseal("totp", sealed) is None
    assert KEYS.unseal("other", sealed) is None


@pytest.mark.parametrize("sealed", ["", "x", "AAAA", "é", "A" * 40, "=" * 8, "AAAAAAAAAAAAAAAA"])
def test_what_was_never_sealed_is_unreadable_and_no_bug(sealed: str) -> None:
    assert KEYS.unseal("totp", sealed) is None


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring(b"k" * 31)


def test_the_key_file_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "secret.key"
    made = keyring_at(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert keyring_at(path).digest("a", "x") == made.digest("a", "x")
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]


def test_processes_that_start_together_get_one_key(tmp_path: Path) -> None:
    path = tmp_path / "data" / "secret.key"
    program = f"""
import sys, time
from pathlib import Path
from nabz.kit.digest import keyring_at
while not Path({str(tmp_path / "go")!r}).exists(): time.sleep(0.001)
print(keyring_at(Path({str(path)!r})).hex("a", "x"))
"""
    racers = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env={"PYTHONPATH": "src"})
        for _ in range(6)
    ]
    (tmp_path / "go").touch()
    assert len({racer.communicate(timeout=30)[0] for racer in racers}) == 1
    assert all(racer.returncode == 0 for racer in racers)
    assert [file.name for file in path.parent.iterdir()] == ["secret.key"]
