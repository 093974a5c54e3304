"""What people answered in the room's lessons."""

from __future__ import annotations

from playground.room.store import Store


class Answers:
    """The answers of one room.

    Args:
        store: Where they are kept.
        number: The room.
    """

    def __init__(self, store: Store, number: int) -> None:
        self._store, self._number = store, number

    def put(self, person: str, lesson: str, step: int, answer: int) -> None:
        """Keep what somebody answered; answering again replaces it.

        Args:
            person: Who.
            lesson: The lesson's name.
            step: The step with the question, from 0.
            answer: The choice, from 0.
        """
        words = "INSERT OR REPLACE INTO answers (room, person, lesson, step, answer) VALUES (?, ?, ?, ?, ?)"
        self._store.change((words, (self._number, person, lesson, step, answer)))

    def counted(self, lesson: str) -> dict[int, dict[int, int]]:
        """Count the answers of a lesson: how many people, by step, by choice."""
        rows = self._store.ask(
            "SELECT step, answer, count(*) AS people FROM answers WHERE room = ? AND lesson = ? GROUP BY step, answer",
            self._number,
            lesson,
        )
        counted: dict[int, dict[int, int]] = {}
        for row in rows:
            counted.setdefault(row["step"], {})[row["answer"]] = row["people"]
        return counted

    def of(self, person: str) -> list[tuple[str, int, int]]:
        """Return what somebody answered: lesson, step, choice."""
        rows = self._store.ask("SELECT * FROM answers WHERE room = ? AND person = ?", self._number, person)
        return [(row["lesson"], row["step"], row["answer"]) for row in rows]
