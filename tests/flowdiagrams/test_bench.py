"""The picture the benchmark draws is as crowded as it says, and a real one."""

from benchmarks.diagram import BENCH, PIPES, SYMBOLS, VALUES, crowded
from flowdiagrams.document import dump, load
from flowdiagrams.elements import Field, Pipe, Symbol


def test_the_crowded_picture_holds_what_the_promise_names() -> None:
    document, slots, specs = crowded()
    kinds = [type(element) for element in document.elements]
    assert (kinds.count(Field), kinds.count(Symbol), kinds.count(Pipe)) == (
        VALUES,
        SYMBOLS,
        PIPES,
    )
    assert set(slots) == {slot.key for slot in document.slots} == set(specs)
    again, wrong = load(dump(document), "crowded.json")
    assert wrong == ()
    assert again == document


def test_the_benchmark_introduces_itself() -> None:
    assert BENCH.name == "diagram"
    assert callable(BENCH.run)
