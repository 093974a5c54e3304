"""One teacher, thirty people, one machine: who is in the room, what each may do, and what is on the wall.

Knows no page and no model. The engine asks it before it takes a job; it refuses what the host does not allow.
"""

from playground.room.limits import Limits
from playground.room.people import Member
from playground.room.powers import Powers
from playground.room.room import Room, open_room

__all__ = ["Limits", "Member", "Powers", "Room", "open_room"]
