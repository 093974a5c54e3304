"""The addresses by which other machines reach this one."""

from __future__ import annotations

import ipaddress
import socket

import psutil

from playground.settings import LOOPBACK


def own_addresses() -> list[str]:
    """Return the IPv4 addresses by which other machines may know this one, those of a home or school network first."""
    found = [each.address for card in psutil.net_if_addrs().values() for each in card if each.family == socket.AF_INET]
    outside = [address for address in found if not ipaddress.ip_address(address).is_loopback]
    return sorted(outside, key=lambda address: (address.startswith(("172.", "169.254.")), found.index(address)))


def address_for_others(host: str, port: int, root_path: str = "") -> str:
    """Return the address that goes on the whiteboard.

    Args:
        host: What the app listens on.
        port: The port.
        root_path: The path under which a reverse proxy offers the app.
    """
    if host in ("0.0.0.0", "::"):
        host = next(iter(own_addresses()), LOOPBACK[0])
    named = f"[{host}]" if ":" in host else host
    return f"http://{named}{'' if port == 80 else f':{port}'}{root_path}"
