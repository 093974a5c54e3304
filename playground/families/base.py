"""What a model family is, and the register of those that exist. Knows no job, no thread, no widget."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from playground.catalog import Checkpoint
from playground.errors import InvalidInput
from playground.families.controls import SMALL_PAINTING, Choice, Control, Several
from playground.families.requests import Request
from playground.language import Text
from playground.outcomes import KINDS

Model = TypeVar("Model")
REGISTRY: dict[str, Family[Any]] = {}
TORCH = "torch"
OPENVINO = "openvino"
RUNTIMES = {OPENVINO: "OpenVINO"}
"""What may take torch's place: packages, and what a person calls them."""


@dataclass(frozen=True)
class Device:
    """Where a model runs.

    Attributes:
        type: "cpu", "cuda" or "mps", with an index where there are several: what ``torch.device`` takes.
        name: What a person calls it.
        memory: Bytes of memory it has.
        dtype: The fastest dtype of equal quality for large networks, as torch spells it: "float32", "bfloat16".
        keep: How large models are kept in its memory: "whole", "model_offload" (one network at a time),
            "float8_offload" (the same, its weights in 8 bits), "sequential_offload" (one layer at a time), or "auto"
            for what fits.
        compiled: Folder of networks that were compiled for this CPU; empty where torch runs everything.
        threads: How many a compiled network may use; 0 for all.
    """

    type: str
    name: str
    memory: int
    dtype: str
    keep: str = "auto"
    compiled: str = ""
    threads: int = 0


class Step(Protocol):
    """Reports progress from inside ``Family.generate``, and stops it."""

    def __call__(self, index: int, of: int, preview: Sequence[Any] | None = None) -> None:
        """Say that step ``index`` (from 1) ``of`` so many is done.

        A slow step says several times how far it is: each call is a place to be stopped, and to let others in.

        Args:
            index: Steps done; 0 within the first one.
            of: Steps in all.
            preview: What each sample of the batch is by now.

        Raises:
            Cancelled: Nobody waits for any sample of this batch.
        """


class Family(ABC, Generic[Model]):
    """One way of generating: what it asks, how it loads, how it makes a batch.

    Attributes:
        name: Its name in the catalogue, in file names and in the API.
        title: Its tab's name.
        requests: The request types it understands; the first is its tab's own.
        order: Where its tab stands among the others.
        within: Name of the family in whose tab its panels stand; empty where it has a tab of its own.
        max_batch: The most samples of one forward pass.
        dtype: The dtype its networks run in; empty takes the device's.
        single_core: Passes of up to so many samples run on one core: small networks lose more time in waking a
            second core than it saves.
        first: What its tab shows before anybody asked, beside seed 0, where the defaults would take long.
        examples: Settings that look good, each under a name, for the tab's own request type; one that is of a
            certain checkpoint alone names it as ``checkpoint``.
        live: Whether it is quick enough to draw while a control moves, and when the page opens.
        drafted: By the names of the tasks that it drafts, the fields whose change asks for another draft.
        process: The request type whose strip shows how this family works; below every result where it is live.
    """

    name: ClassVar[str]
    title: ClassVar[Text]
    order: ClassVar[int] = 100
    within: ClassVar[str] = ""
    requests: ClassVar[tuple[type[Request], ...]]
    max_batch: ClassVar[int]
    dtype: ClassVar[str] = ""
    single_core: ClassVar[int] = 0
    live: ClassVar[bool] = True
    process: ClassVar[type[Request] | None] = None
    drafted: ClassVar[Mapping[str, Collection[str]]] = MappingProxyType({})
    first: ClassVar[Mapping[str, Any]] = {}
    examples: ClassVar[tuple[tuple[Text, Mapping[str, Any]], ...]] = ()

    @abstractmethod
    def load(self, checkpoint: Checkpoint, device: Device) -> Model:
        """Read a checkpoint's weights and put them on the device, ready to generate."""

    @abstractmethod
    def generate(self, model: Model, samples: Sequence[Any], step: Step) -> Sequence[Any]:
        """Make a picture for each sample, or whatever its request ``makes``, in order, in one batch.

        A sample that becomes several of them, such as a clip's frames, gives their list.

        Every sample draws its noise on the CPU from its own seed, so that it never depends on its neighbours.
        The ``info`` of what it makes, or of a list's first, may carry a ``notice``: a ``Text`` that a person should
        know about it.
        """

    def steps(self, sample: Any) -> int:
        """Return how many steps a sample takes, as far as its time grows with them."""
        return int(getattr(sample, "num_inference_steps", 1))

    def draft(self, request: Request) -> Request | None:
        """Return the same request in few steps, to be drawn while its controls move; None where there is no such."""
        return None

    def batch_key(self, sample: Any) -> Hashable:
        """Return what two samples must share to go into one batch; by default any two may."""
        return ()

    def runs(self, checkpoint: Checkpoint) -> bool:
        """Tell whether this family can run a checkpoint, by its catalogue's entry alone."""
        return True

    def batch_limit(self, checkpoint: Checkpoint) -> int:
        """Return the most samples of one forward pass of this checkpoint."""
        return self.max_batch

    def options(self, checkpoint: Checkpoint) -> Mapping[str, Mapping[str, Text]]:
        """Return, for every choice field, the names that this checkpoint knows and how a person reads them."""
        return {}

    def unused(self, checkpoint: Checkpoint) -> Collection[str]:
        """Return the fields that make no difference to this checkpoint: its form does not show them.

        Known by the catalogue's entry, also while the checkpoint is not on this machine.
        """
        return ()

    def bounds(self, checkpoint: Checkpoint) -> Mapping[str, int]:
        """Return the fields whose slider ends earlier with this checkpoint than its control says, and where."""
        return {}

    def painting_side(self, checkpoint: Checkpoint) -> int:
        """Return the pixels a side of a painting or photo that a request for a checkpoint carries."""
        return SMALL_PAINTING

    def sides(self, checkpoint: Checkpoint) -> tuple[int, int, int] | None:
        """Return the smallest and largest side of a checkpoint's pictures, and what it is a multiple of.

        None where every checkpoint has but one size.
        """
        return None

    def check(self, checkpoint: Checkpoint, request: Request) -> None:
        """Refuse what this checkpoint cannot do; override and call ``super`` to refuse more.

        Raises:
            InvalidInput: A choice is not among the checkpoint's options.
        """
        options = self.options(checkpoint)
        for field, control in type(request).controls().items():
            if isinstance(control, Choice | Several) and not _among(control, getattr(request, field), options, field):
                known = list(options.get(field, {}))
                names = ", ".join(name or '""' for name in known[:12]) + (", …" if len(known) > 12 else "")
                sent = repr(getattr(request, field)[:60])
                one = Text("one", "之一") if isinstance(control, Choice) else Text("some", "中的若干")
                raise InvalidInput(
                    field,
                    f"{control.label.en} ({field}) must be {one.en} of: {names}; you sent {sent}.",
                    f"{control.label.zh}（{field}）必须是以下{one.zh}：{names}；收到的是 {sent}。",
                )

    def read(self, task: type[Request], checkpoint: Checkpoint, values: Mapping[str, Any]) -> Request:
        """Turn values into a request that this checkpoint can serve; the checkpoint's defaults fill what is missing.

        Raises:
            InvalidInput: A value is not allowed; the sentence names the field and what it takes.
        """
        known = {field: value for field, value in checkpoint.defaults.items() if field in task.model_fields}
        request = task.parse(known | dict(values))
        self.check(checkpoint, request)
        return request

    def code(self, checkpoint: Checkpoint, request: Request, device: Device | None = None) -> str:
        """Return Python lines that make exactly this request's pictures, without the playground's engine.

        Args:
            checkpoint: What made them.
            request: What was asked.
            device: Where they were made; None stands for a CPU that computes in float32.
        """
        return ""

    def mode(self, model: Model) -> str:
        """Return how a loaded model is kept in the device's memory, in the words of ``Device.keep``."""
        return "whole"

    def lower_mode(self, model: Model, device: Device) -> str:
        """Return the next mode that needs less of the device's memory; empty where there is none."""
        return ""

    def runtime(self, model: Model) -> str:
        """Return what computed a loaded model's latest pass: "torch", or the package that takes its place."""
        return TORCH

    def use_runtime(self, model: Model, name: str) -> None:
        """Compute the next pass with what made an earlier result, where it is here; empty takes what is fastest."""
        return

    def memory(self, model: Model) -> int:
        """Return the bytes that a loaded model holds."""
        loaded: Any = model
        parts = getattr(loaded, "components", None)  # first: what diffusers' pipelines call parameters is another thing
        modules = parts.values() if isinstance(parts, Mapping) else [loaded]
        return sum(
            tensor.numel() * tensor.element_size()
            for module in modules
            if hasattr(module, "parameters")
            for tensor in [*module.parameters(), *module.buffers()]
        )


def _among(control: Control, value: str, options: Mapping[str, Mapping[str, Text]], field: str) -> bool:
    """Tell whether a field names an option, or several."""
    if isinstance(control, Several) and not value.strip():
        return True
    names = [name.strip() for name in value.split(",")] if isinstance(control, Several) else [value]
    return all(name in options.get(field, {}) for name in names)


def register(family: type[Family[Any]]) -> type[Family[Any]]:
    """Add a family to the register; used as a class decorator.

    Raises:
        ValueError: The family's name, or the name of one of its tasks, is taken, or there is no such kind of result.
    """
    tasks = {task.task for known in REGISTRY.values() for task in known.requests}
    taken = [task.task for task in family.requests if task.task in tasks]
    if family.name in REGISTRY or taken:
        raise ValueError(f"The family name {family.name!r} or one of its tasks {taken} is taken; choose another name.")
    if unknown := [task.makes for task in family.requests if task.makes not in KINDS]:
        raise ValueError(f"The family {family.name!r} makes {unknown}; the kinds of results are: {', '.join(KINDS)}.")
    for task in family.requests:
        task.family = family.name
    REGISTRY[family.name] = family()
    return family


def find_family(name: str) -> Family[Any]:
    """Return the family of that name.

    Raises:
        KeyError: There is none.
    """
    return REGISTRY[name]


def tasks() -> dict[str, type[Request]]:
    """Return every request type by its name, in the order of the tabs."""
    return {task.task: task for family in in_order() for task in family.requests}


def in_order() -> list[Family[Any]]:
    """Return the families in the order of their tabs."""
    return sorted(REGISTRY.values(), key=lambda family: (family.order, family.name))
