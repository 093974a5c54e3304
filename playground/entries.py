"""One entry of a catalogue as it stands in the TOML file, validated. Knows no disk and no family."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator


class Title(BaseModel):
    """A checkpoint's name in the chooser, in both languages."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    en: str
    zh: str


class Memory(BaseModel):
    """Gigabytes of the device's memory that a checkpoint needs for one picture, by how it is kept there."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    whole: float
    model_offload: float | None = None
    float8_offload: float | None = None
    sequential_offload: float | None = None


class Entry(BaseModel):
    """One table of a catalogue, as it stands there.

    Exactly one of ``folder``, ``file``, ``repo`` and ``urls`` says where the weights are. A single file has neither
    settings nor tokenizer: it shares those of the checkpoint, or of the folder, that it is ``like``. Weights that are
    put into those of another checkpoint name its entry as their ``base``, and in ``scheduler`` what they change in its
    scheduler. Motion modules say in ``shared_noise`` how much of the noise's variance the frames of a clip had in
    common when they learned, and in ``white_ground`` that they draw one thing on white, whose path can be measured.
    ``unsure`` says that the size of the download was estimated, ``extra`` that the playground is whole without its
    folder, ``pickled`` that its weights were published as pickles alone; they are read as plain tensors, so that
    nothing in them runs. ``call`` is what its pipeline is called with beside what the form asks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    family: str
    title: Title
    licence: str
    defaults: dict[str, str | int | float] = {}
    folder: str = ""
    file: str = ""
    like: str = "stable-diffusion-1-5"
    repo: str = Field("", pattern=r"^([\w.-]+/[\w.-]+)?$")
    urls: dict[str, str] = {}
    revision: str = ""
    files: tuple[str, ...] = ()
    variant: str = ""
    pipeline: str = ""
    gated: bool = False
    download: int = Field(0, ge=0)
    memory: Memory | None = None
    side: int = Field(0, ge=0)
    frames: int = Field(0, ge=0)
    base: str = ""
    scheduler: dict[str, str | int | float | bool] = {}
    shared_noise: float = Field(0.0, ge=0, lt=1)
    white_ground: bool = False
    negative_prompt: bool = True
    guidance: bool = True
    unsure: bool = False
    extra: bool = False
    pickled: bool = False
    call: dict[str, str | int | float | bool] = {}

    @property
    def takes_negative_prompt(self) -> bool:
        """Whether a negative prompt makes a difference: without guidance there is nothing to lead away from."""
        return self.negative_prompt and self.guidance

    @model_validator(mode="after")
    def _one_source(self) -> Entry:
        given = [name for name in ("folder", "file", "repo", "urls") if getattr(self, name)]
        if len(given) != 1:
            raise ValueError(f"give exactly one of folder, file, repo, urls (given: {', '.join(given) or 'none'})")
        if self.repo and not (self.revision and self.files and self.download):
            raise ValueError("a repo needs revision, files and download (bytes)")
        unread = (".ckpt", ".pt", ".pth", "*") if self.pickled else (".bin", ".ckpt", ".pt", ".pth", "*")
        if any(pattern.endswith(unread) for pattern in self.files):
            raise ValueError("files must name safetensors and settings only, such as unet/*.safetensors, *.json")
        if (self.shared_noise or self.white_ground) and not self.base:
            raise ValueError("shared_noise and white_ground are for motion modules, which name their base")
        strength = self.defaults.get("guidance_scale")
        if not self.guidance and not (isinstance(strength, int | float) and strength <= 1):
            raise ValueError("guidance = false needs guidance_scale = 0 among its defaults")
        if any(not url.startswith("https://") or "/" in name for name, url in self.urls.items()):
            raise ValueError("urls must be https addresses by plain file names")
        return self
