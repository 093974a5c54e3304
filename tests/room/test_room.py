"""Who comes in and how often one may guess; what a guest may ask for; the wall; and a restart in the middle."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from playground.catalog import Catalog
from playground.engine import Engine
from playground.errors import InvalidInput, RoomError, SettingsError, TooManyJobs
from playground.families.digits_cvae_requests import DigitRequest
from playground.families.text_to_image_requests import PromptRequest
from playground.room import Limits, Powers, Room
from playground.room.codes import CODE, LETTERS, Turnstile, grouped, plain
from playground.room.limits import read_limits
from playground.room.people import read_name
from playground.room.wall import Wall
from tests.room.conftest import FROM, Clock, picture, put


def test_a_code_is_read_as_people_type_it(opened: Callable[..., Room]) -> None:
    room = opened()
    assert len(room.code) == CODE and set(room.code) <= set(LETTERS)
    assert room.join("p1", f" {grouped(room.code).lower()}-", "Anna", FROM).name == "Anna"


def test_a_thousand_wrong_codes_are_mostly_not_even_looked_at(opened: Callable[..., Room], clock: Clock) -> None:
    room = opened()
    wrong = "".join(letter for letter in LETTERS if letter not in room.code)[:CODE]
    statuses = []
    for _ in range(1000):
        with pytest.raises(RoomError) as refused:
            room.join("p1", wrong, "Eve", FROM)
        statuses.append(refused.value.status)
    assert statuses.count(403) == 20 and statuses.count(429) == 980
    with pytest.raises(RoomError, match="Too many wrong codes came from your address: try again in 5 s"):
        room.join("p1", room.code, "Eve", FROM)
    assert room.join("p2", room.code, "Anna", "198.51.100.8").name == "Anna", "others are let in meanwhile"
    clock.now += 6
    assert room.join("p1", room.code, "Eve", FROM).name == "Eve"


def test_in_a_workshops_time_a_code_is_not_guessed_from_one_address_or_from_many() -> None:
    clock = Clock()
    stile, tried = Turnstile(clock), 0
    for second in range(4 * 3600):
        clock.now += 1
        for host in range(3):
            address = f"2001:db8::{second % 500:x}:{host}"
            while not stile.wait(address):
                stile.wrong(address)
                tried += 1
    assert tried < 3000, "an IPv6 network counts as one address"
    for second in range(4 * 3600):
        clock.now += 1
        for host in range(3):
            address = f"203.0.{second % 250}.{host}"
            while not stile.wait(address):
                stile.wrong(address)
                tried += 1
    assert tried / len(LETTERS) ** CODE < 1e-4


@pytest.mark.parametrize("given", ["", "   ", "\u200b\u202e", "\u200d", "\n"])
def test_a_name_that_nobody_sees_is_none(given: str) -> None:
    with pytest.raises(RoomError, match="Give a name"):
        read_name(given, [])


def test_names_may_be_emoji_and_two_of_one_name_are_told_apart() -> None:
    assert read_name("👩‍🏫", []) == "👩‍🏫"
    assert read_name(" 小 明\u202e ", ["Anna"]) == "小 明"
    assert read_name("anna", ["Anna", "anna 2"]) == "anna 3"
    with pytest.raises(RoomError, match="at most 24 letters; yours has 60"):
        read_name("x" * 60, [])


def test_a_full_room_says_so_and_keeps_the_places_of_those_who_are_in(
    opened: Callable[..., Room], clock: Clock
) -> None:
    room = opened("guests=2")
    room.become_host("h", room.key, FROM)
    for person in ("p1", "p2"):
        room.join(person, room.code, person, FROM)
    with pytest.raises(RoomError, match="The room is full: 2 people are in it"):
        room.join("p3", room.code, "late", FROM)
    assert room.join("p1", room.code, "Anna", FROM).name == "Anna"
    clock.now += 1000
    assert room.join("p3", room.code, "late", FROM).number == 4


def test_only_the_key_makes_a_host(opened: Callable[..., Room]) -> None:
    room = opened()
    for key in ("", room.code, room.key[:-1], room.key + "A"):
        with pytest.raises(RoomError):
            room.become_host("p1", key, FROM)
    assert not room.is_host("p1")
    assert room.become_host("p1", room.key, FROM).host and room.is_host("p1")


def test_after_a_restart_everybody_and_everything_is_back(opened: Callable[..., Room]) -> None:
    room = opened()
    room.become_host("h", room.key, FROM)
    room.join("p1", room.code, "小明", FROM)
    room.go_to("p1", {"lesson": "noise", "step": 2})
    room.answers.put("p1", "noise", 3, 1)
    room.limit({"steps": 20, "tabs": ["digits_cvae"]})
    room.lead_to({"lesson": "noise", "step": 1})
    wall = Wall(room)
    id = put(wall, "p1", "digits-1")
    wall.show_names(False)
    room.store.close()

    again = opened()
    assert (again.code, again.key) == (room.code, room.key)
    member = again.find("p1")
    assert member and (member.name, member.place) == ("小明", {"lesson": "noise", "step": 2})
    assert again.is_host("h") and again.lead == {"lesson": "noise", "step": 1}
    assert (again.limits.steps, again.limits.tabs) == (20, ("digits_cvae",))
    assert again.answers.counted("noise") == {3: {1: 1}} and again.answers.of("p1") == [("noise", 3, 1)]
    back = Wall(again)
    assert [(each.id, each.name, each.file.read_bytes()) for each in back.all()] == [(id, "小明", picture())]
    assert not back.showing.names


def test_a_closed_room_lets_nobody_in_and_the_next_start_opens_another(opened: Callable[..., Room]) -> None:
    room = opened()
    room.become_host("h", room.key, FROM)
    room.close()
    assert not room.is_host("h")
    for trying in (lambda: room.join("p1", room.code, "Anna", FROM), lambda: room.become_host("h", room.key, FROM)):
        with pytest.raises(RoomError):
            trying()
    another = opened()
    assert another.code != room.code and another.members == []


def test_who_was_sent_out_comes_back_with_the_code_to_the_same_place(opened: Callable[..., Room]) -> None:
    room = opened()
    number = room.join("p1", room.code, "Anna", FROM).number
    room.go_to("p1", {"tab": "digits_cvae"})
    room.send_out(number)
    assert room.find("p1") is None
    again = room.join("p1", room.code, "Anna", FROM)
    assert (again.number, again.place) == (number, {"tab": "digits_cvae"})


def test_limits_are_read_from_the_command_line(opened: Callable[..., Room]) -> None:
    limits = opened("steps=30", "tabs=digits_cvae,class_gan", "pictures=4").limits
    assert (limits.steps, limits.tabs, limits.pictures, limits.jobs) == (30, ("digits_cvae", "class_gan"), 4, 4)


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        ("steps", "--limit takes NAME=VALUE"),
        ("steps=-1", "steps must be a whole number from 0 (no limit) to 1000."),
        ("steps=many", "steps must be a whole number"),
        ("speed=3", "There is no limit 'speed'; there are: guests, jobs,"),
        ("tabs=digit", "tabs: there is no 'digit'; there are: text_to_image"),
        ("checkpoints=sdxl-9", "checkpoints: there is no 'sdxl-9'"),
    ],
)
def test_a_limit_that_cannot_be_is_told(word: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_limits([word], ["emoji-diffusion"])
    assert sentence in refused.value.en and refused.value.zh != refused.value.en


def test_what_is_above_a_limit_is_refused_with_the_fields_name(catalog: Catalog) -> None:
    checkpoint = catalog.find("", "text_to_image")
    request = PromptRequest.parse({"prompt": "apple", "num_inference_steps": 25, "num_images": 5})
    Limits(steps=25, pictures=5).check(request, checkpoint)
    with pytest.raises(InvalidInput, match="Steps: in this room at most 24; you asked for 25"):
        Limits(steps=24).check(request, checkpoint)
    with pytest.raises(InvalidInput, match="at most 4; you asked for 5"):
        Limits(pictures=4).check(request, checkpoint)
    with pytest.raises(RoomError, match="does not offer this tab"):
        Limits(tabs=("digits_cvae",)).check(request, checkpoint)
    with pytest.raises(RoomError, match="other checkpoints here: sd-turbo"):
        Limits(checkpoints=("sd-turbo",)).check(request, checkpoint)


def test_the_engine_asks_the_room_before_it_takes_a_job(opened: Callable[..., Room], catalog: Catalog) -> None:
    engine, room = Engine(catalog), opened("jobs=2")
    engine.admit = room.jobs.admit
    with pytest.raises(RoomError, match="You are not in the room"):
        engine.submit("p1/page", PromptRequest, {})
    room.join("p1", room.code, "Anna", FROM)
    room.become_host("h", room.key, FROM)
    jobs = [engine.submit(f"p1/page {number}", PromptRequest, {}) for number in range(2)]
    with pytest.raises(TooManyJobs, match="You have 2 jobs waiting; in this room one person may have 2"):
        engine.submit("p1/a third page", PromptRequest, {})
    with pytest.raises(TooManyJobs):
        engine.submit("p1/page", PromptRequest, {}, id="pressed")  # a press that its page has named is no other
    # What was accepted before a restart was told, and is kept.
    jobs.append(engine.submit("p1/page", PromptRequest, {}, id="accepted", accepted=True))
    engine.submit("p1/page", DigitRequest, {})  # quick ones are counted by themselves
    hosts = [engine.submit("h/page", PromptRequest, {}) for _ in range(5)]
    anna = [job for member, job in room.jobs.all() if member and member.name == "Anna"]
    assert anna[:3] == jobs and jobs[2].id == "accepted"
    assert room.jobs.end(jobs[0].id) and jobs[0].ended and not jobs[1].ended
    room.send_out(1)
    assert jobs[1].ended and not hosts[0].ended
    room.close()
    assert all(job.ended for job in hosts)


def test_who_may_download(opened: Callable[..., Room]) -> None:
    room = opened()
    room.become_host("h", room.key, FROM)
    assert Powers(room=room).may_download("h", local=False) and not Powers(room=room).may_download("p", local=True)
    assert Powers().may_download("p", local=True) and not Powers().may_download("p", local=False)
    assert not Powers(proxied=True).may_download("p", local=True)
    assert Powers("everyone").may_download("p", local=False)
    with pytest.raises(RoomError, match="Only the host of the room downloads"):
        Powers("everyone", room).check_download("p", local=True)
    assert plain("ab-c d") == "ABCD"
