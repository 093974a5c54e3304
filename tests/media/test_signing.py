"""C2PA: the library finds the manifest whole and signed; settings stay; a certificate that is none is told."""

from __future__ import annotations

import datetime
import io
import json
from pathlib import Path

import pytest
from PIL import Image

from playground.errors import SettingsError
from playground.media.clips import write_clips
from playground.media.marks import GENERATED
from playground.media.metadata import Metadata
from playground.media.png import write_png
from playground.media.reading import read_metadata
from playground.media.signing import open_certificate, sign_files

c2pa = pytest.importorskip("c2pa")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a certificate, signed by an authority of one's own, which nobody else trusts."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    now = datetime.datetime.now(datetime.timezone.utc)
    authority, key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))

    def named(name: str) -> x509.Name:
        parts = {NameOID.ORGANIZATION_NAME: "School", NameOID.COMMON_NAME: name}
        return x509.Name([x509.NameAttribute(part, value) for part, value in parts.items()])

    def signed(name: str, own: ec.EllipticCurvePrivateKey, root: bool) -> x509.Certificate:
        usage = x509.KeyUsage(not root, False, False, False, False, root, root, False, False)
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
        building = (
            x509.CertificateBuilder(named("Root"), named(name), own.public_key(), x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=root, path_length=None), critical=True)
            .add_extension(usage, critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
            .add_extension(above, critical=False)
        )
        if not root:
            uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
            building = building.add_extension(uses, critical=False)
        return building.sign(authority, hashes.SHA256())

    chain = [signed("Signer", key, False), signed("Root", authority, True)]
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path_factory.mktemp("certificate") / "signer.pem"
    file.write_bytes(b"".join(each.public_bytes(pem) for each in chain) + private)
    return file


def test_the_library_validates_what_was_signed_and_settings_come_back(
    certificate: Path, metadata: Metadata, tmp_path: Path
) -> None:
    frames = [Image.new("RGB", (64, 64), (shade, 0, 0)) for shade in range(0, 160, 20)]
    clips = {tmp_path / f"clip{ending}": metadata for ending in (".mp4", ".gif", ".webp")}
    files = [write_png(frames[0], tmp_path / "picture.png", metadata), *write_clips(frames, clips, 8)]
    table = tmp_path / "table.csv"
    table.write_text("a")
    sign_files([*files, table], certificate)
    for file in files:
        with c2pa.Reader(str(file)) as reader:
            found = json.loads(reader.json())
        assert found["validation_state"] == "Valid", (file.name, found.get("validation_status"))
        said = json.dumps(found["manifests"][found["active_manifest"]]["assertions"])
        assert "c2pa.created" in said and GENERATED in said
        assert read_metadata(file).request == metadata.request, file.name
    assert table.read_text() == "a" and not list(tmp_path.glob(".*"))


def test_who_changes_a_signed_file_breaks_its_manifest(certificate: Path, metadata: Metadata, tmp_path: Path) -> None:
    file = write_png(Image.new("RGB", (64, 64), "red"), tmp_path / "picture.png", metadata)
    sign_files([file], certificate)
    content = bytearray(file.read_bytes())
    content[content.index(b"IDAT") + 12] ^= 1
    with c2pa.Reader("image/png", io.BytesIO(bytes(content))) as reader:
        assert json.loads(reader.json())["validation_state"] == "Invalid"


@pytest.mark.parametrize(
    "content", [None, b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_a_certificate_that_is_none_is_told(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "cert.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as refused:
        open_certificate(file)
    assert f"--c2pa {file} cannot be used" in refused.value.en and "无法使用 --c2pa" in refused.value.zh
