"""Says in every file that a machine made it, where people and programs look for that.

Two marks, both in the file's XMP packet (ISO 16684-1): the IPTC's ``DigitalSourceType``, whose value for what comes out
of a trained model is ``trainedAlgorithmicMedia``; and the label that China's GB 45438-2025 asks for in a file's
metadata, in the namespace of TC 260, the committee that wrote it. The packet of a WebP has room for our settings, too.
"""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

SETTINGS_NAMESPACE = "urn:conditional-generation-playground:settings:1"
IPTC_NAMESPACE = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"
GB_NAMESPACE = "http://www.tc260.org.cn/ns/AIGC/1.0/"
GENERATED = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
PRODUCER = "conditional-generation-playground"
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
"""The box of an MP4 that holds XMP (part 3 of the XMP specification)."""
XMP_IN_PNG = "XML:com.adobe.xmp"


def label_of(content_id: str) -> dict[str, str]:
    """Return the fields of GB 45438-2025's label; a service that spreads the file further fills in the last three.

    Args:
        content_id: Tells the file from all others.
    """
    return {
        "Label": "1",  # certainly generated
        "ContentProducer": PRODUCER,
        "ProduceID": content_id,
        "ReservedCode1": "",
        "ContentPropagator": "",
        "PropagateID": "",
        "ReservedCode2": "",
    }


def xmp_packet(content_id: str, settings: str = "") -> bytes:
    """Return an XMP packet with both marks.

    Args:
        content_id: Tells the file from all others.
        settings: Our JSON, where the file has no other room for it.
    """
    label = json.dumps(label_of(content_id), ensure_ascii=False, separators=(",", ":"))
    ours = f"<playground:settings>{escape(settings)}</playground:settings>" if settings else ""
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="{IPTC_NAMESPACE}" xmlns:TC260="{GB_NAMESPACE}" '
        f'xmlns:playground="{SETTINGS_NAMESPACE}">'
        f"<Iptc4xmpExt:DigitalSourceType>{GENERATED}</Iptc4xmpExt:DigitalSourceType>"
        f"<TC260:AIGC>{escape(label)}</TC260:AIGC>{ours}"
        '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def into_gif(content: bytes, packet: bytes) -> bytes:
    """Return a GIF with an XMP packet before its last byte.

    The packet stands there as it is, where a GIF wants blocks that begin with their length. So a trailer of bytes that
    count down to zero follows it, which brings a reader who takes the packet's letters for lengths to the end.
    """
    trailer = bytes([1, *range(255, -1, -1), 0])
    return b"".join([content[:-1], b"\x21\xff\x0bXMP DataXMP", packet, trailer, content[-1:]])


def into_mp4(content: bytes, packet: bytes) -> bytes:
    """Return an MP4 with an XMP packet in a box at its end, where it moves nothing that an index points to."""
    body = XMP_UUID + packet
    return b"".join([content, (8 + len(body)).to_bytes(4, "big"), b"uuid", body])
