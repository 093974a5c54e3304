"""Signs files with a C2PA manifest: who made them, that a trained model did, and that nobody changed them since.

The library is ``c2pa-python``, which the app needs for this alone. Nothing is asked of a time server.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from playground.errors import OutputError, SettingsError
from playground.media.marks import GENERATED, PRODUCER

NEEDED = "c2pa-python==0.38.1"
TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp", ".gif": "image/gif", ".mp4": "video/mp4"}
"""What a manifest can be put into; texts and tables stay as they are."""


@functools.lru_cache(maxsize=4)
def open_certificate(file: Path) -> Any:
    """Return what signs with a PEM file of certificates, the signer's own first, and its private key.

    Raises:
        SettingsError: The library is missing, or the file holds no certificate or key that C2PA takes.
    """
    if find_spec("c2pa") is None:
        raise SettingsError(
            f"--c2pa needs the package c2pa-python: pip install {NEEDED}",
            f"--c2pa 需要 c2pa-python 包：pip install {NEEDED}",
        )
    import c2pa

    try:
        pem = file.read_bytes()
        key, algorithm = _key_of(pem)
        certificates = pem[pem.index(b"-----BEGIN CERTIFICATE") : pem.rindex(b"-----END CERTIFICATE-----") + 26]
        return c2pa.Signer.from_info(c2pa.C2paSignerInfo(algorithm, certificates, key, None))
    except (OSError, ValueError, TypeError, KeyError, c2pa.C2paError) as error:
        raise SettingsError(
            f"--c2pa {file} cannot be used ({error or type(error).__name__}): give a PEM file with your certificate, "
            "those that vouch for it, and the private key without a password.",
            f"无法使用 --c2pa {file}（{error or type(error).__name__}）：请提供 PEM 文件，内含您的证书、上级证书以及"
            "无密码的私钥。",
        ) from error


def sign_files(files: Sequence[Path], certificate: Path) -> None:
    """Sign files in place, those that can hold a manifest.

    Args:
        files: The files.
        certificate: As ``open_certificate`` takes it.

    Raises:
        OutputError: One of them could not be signed.
        SettingsError: The certificate cannot be used.
    """
    import c2pa

    signer = open_certificate(certificate)
    for file in files:
        if file.suffix not in TYPES:
            continue
        part = file.with_name(f".{file.name}.part")
        try:
            with file.open("rb") as source, part.open("w+b") as signed:
                c2pa.Builder(manifest_of(file)).sign(signer, TYPES[file.suffix], source, signed)
            part.replace(file)
        except (OSError, c2pa.C2paError) as error:
            part.unlink(missing_ok=True)
            raise OutputError(
                f"{file.name} could not be signed ({error}); it is kept unsigned. Look at the certificate of --c2pa.",
                f"无法为 {file.name} 签名（{error}）；文件未签名。请检查 --c2pa 的证书。",
            ) from error


def manifest_of(file: Path) -> str:
    """Return what a file's manifest says, as JSON: that this program created it with a trained model."""
    created = {"action": "c2pa.created", "digitalSourceType": GENERATED}
    manifest = {
        "claim_generator_info": [{"name": PRODUCER, "version": "1"}],
        "title": file.name,
        "format": TYPES[file.suffix],
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [created]}}],
    }
    return json.dumps(manifest)


def _key_of(pem: bytes) -> tuple[bytes, Any]:
    """Return a PEM file's private key in the form that C2PA takes, and the algorithm that goes with it."""
    import c2pa
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    end = pem.rindex(b"PRIVATE KEY-----")
    key = serialization.load_pem_private_key(pem[pem.rindex(b"-----BEGIN", 0, end - 30) : end + 16] + b"\n", None)
    algorithms = c2pa.C2paSigningAlg
    if isinstance(key, ec.EllipticCurvePrivateKey):
        found = {256: algorithms.ES256, 384: algorithms.ES384, 521: algorithms.ES512}[key.curve.key_size]
    elif isinstance(key, ed25519.Ed25519PrivateKey):
        found = algorithms.ED25519
    elif isinstance(key, rsa.RSAPrivateKey):
        found = algorithms.PS256
    else:
        raise TypeError("C2PA signs with EC, Ed25519 or RSA keys")
    forms = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*forms), found
