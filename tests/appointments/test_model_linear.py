"""The search that proves that nobody is booked twice: on known histories, and against every order tried."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.appointments.executions import PEOPLE, any_order, executed, turned
from tests.appointments.history import History, Operation, Slot, read, write
from tests.appointments.linear import Model, TangledError, search
from tests.appointments.replay import main
from tests.appointments.specification import Slots, check
from tests.appointments.specification_people import People

SHIPPED = sorted((Path(__file__).parent / "histories").glob("*.jsonl"))
GOOD = [path for path in SHIPPED if path.name.startswith("good_")]
BAD = [path for path in SHIPPED if path.name.startswith("bad_")]
randoms = st.builds(Random, st.integers(0, 2**32))


def shortest(model: Model) -> bool:
    """Whether the beginning that was found is impossible, and possible without its last answer."""
    found = search(model)
    assert found is not None
    shorter = [one.unanswered() if one is found.culprit else one for one in found.prefix]
    return not any_order(model, found.prefix) and any_order(model, shorter)


def test_the_shipped_set_is_whole() -> None:
    assert len(GOOD) >= 12
    assert len(BAD) >= 14
    assert len(GOOD) + len(BAD) == len(SHIPPED)


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_a_good_history_has_an_order(path: Path) -> None:
    assert check(read(path)) is None


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_history_has_none_and_its_shortest_beginning_is_named(path: Path) -> None:
    history = read(path)
    model: Model = Slots(history)
    if search(model) is None:
        model = People(history)
    assert shortest(model)


@given(randoms, st.integers(1, 40), st.integers(1, 4))
def test_what_keeps_to_the_specification_always_has_an_order(random: Random, count: int, slots: int) -> None:
    history = executed(random, count, slots)
    assert search(Slots(history)) is None


@given(randoms, st.integers(1, 8), st.integers(1, 3))
def test_a_turned_answer_is_judged_as_by_trying_every_order(random: Random, count: int, slots: int) -> None:
    history = turned(random, executed(random, count, slots))
    for model in (Slots(history), People(history)):
        possible = any_order(model, model.operations)
        assert possible == (search(model) is None)
        assert possible or shortest(model)


@given(randoms, st.integers(2, 30))
def test_a_turned_answer_is_found_where_nothing_overlaps(random: Random, count: int) -> None:
    history = executed(random, count, 3, lost=0.0, longest=0.0)
    wrong = turned(random, history)
    assert search(Slots(history)) is None
    assert any_order(Slots(wrong), wrong.operations) == (search(Slots(wrong)) is None)


def crowded(clients: int, rounds: int, slots: int) -> list[Operation]:
    """Clients who want one slot at nearly the same time, round by round; one of each round wins and gives it back."""
    made = []
    for turn in range(rounds):
        slot = f"s{turn % slots}"
        for number in range(clients):
            person = f"p{number}"
            call, back = turn + number * 0.01, turn + 0.5 + number * 0.01
            answer = "booked" if number == turn % clients else "taken"
            made.append(
                Operation(client=person, kind="book", slot=slot, person=person, call=call, back=back, answer=answer)
            )
            if answer == "booked":
                given_back = Operation(
                    client=person, kind="cancel", slot=slot, person=person, call=turn + 0.9, back=turn + 0.95
                )
                made.append(replace(given_back, answer="cancelled"))
    return made


def test_one_double_booking_is_found_among_thousands_of_operations() -> None:
    operations = crowded(clients=30, rounds=200, slots=20)
    slots = tuple(Slot(name=f"s{number}", published=True) for number in range(20))
    assert check(History(slots=slots, operations=tuple(operations))) is None
    at = next(at for at, one in enumerate(operations) if one.call > 150 and one.answer == "taken")
    operations[at] = replace(operations[at], answer="booked")
    found = check(History(slots=slots, operations=tuple(operations)))
    assert found is not None
    assert found.things == (operations[at].slot,)
    assert {one.slot for one in found.prefix} == {operations[at].slot}
    assert found.culprit.answer in {"booked", "taken"}


def test_a_history_that_leaves_too_many_ways_is_not_called_good() -> None:
    history = History(
        slots=(Slot(name="s", published=True),),
        operations=(
            *(Operation(client=person, kind="book", slot="s", person=person, call=0.0) for person in PEOPLE),
            *(Operation(client=person, kind="cancel", slot="s", person=person, call=0.0) for person in PEOPLE),
            Operation(client="any", kind="status", slot="s", call=1.0, back=2.0, answer="2", seen="Ali"),
        ),
    )
    assert check(history) is None
    with pytest.raises(TangledError):
        search(Slots(history), limit=2)


@given(randoms, st.integers(1, 20))
def test_a_written_history_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, random: Random, count: int
) -> None:
    history = executed(random, count, 3)
    path = tmp_path_factory.mktemp("history") / "written.jsonl"
    write(history, path)
    assert read(path) == replace(history, operations=tuple(sorted(history.operations, key=lambda one: one.call)))


@pytest.mark.parametrize(
    "line",
    [
        '{"operation":{"client":"a","kind":"book","slot":"s","person":"p","call":2,"back":1,"answer":"booked"}}',
        '{"operation":{"client":"a","kind":"book","slot":"s","person":"p","call":2,"answer":"booked"}}',
        '{"operation":{"client":"a","kind":"book","slot":"s","person":"p","call":2,"back":3,"answer":"moved"}}',
        '{"operation":{"client":"a","kind":"book","slot":"s","call":2}}',
        '{"operation":{"client":"a","kind":"book_block","person":"p","block":"unknown","call":2}}',
        '{"slot":{"name":"s","colour":"red"}}',
        "no JSON",
    ],
)
def test_a_file_that_is_no_history_is_refused(line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text(f"\n{line}\n")
    assert main([str(path)]) == 2
    assert str(path) in capsys.readouterr().out


def test_a_replay_tells_the_shortest_impossible_beginning(capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = (str(path) for path in (GOOD[0], next(path for path in BAD if path.stem == "bad_double_booking")))
    assert main([good]) == 0
    assert main([good, bad]) == 1
    told = capsys.readouterr().out.splitlines()
    assert "IMPOSSIBLE after 3 operations, on s1." in told
    assert told[-1].split()[-6:] == ["book", "s1", "for", "Ali", "->", "booked"]
    assert main([]) == 2
