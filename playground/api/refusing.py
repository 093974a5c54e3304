"""What cannot be done, as Gradio tells it to a page and to every client: one sentence, no traceback."""

from __future__ import annotations

import gradio as gr
from gradio.exceptions import InvalidPathError
from gradio.utils import get_function_params

from playground.engine.failures import as_sentence
from playground.errors import InvalidInput, PlaygroundError
from playground.language import Language


def as_toast(error: BaseException, language: Language) -> gr.Error:
    """Turn an error into what a page shows and the API raises; one that is not ours is put into words first."""
    return gr.Error(as_sentence(error).to(language), print_exception=False, duration=8)


def refuse_in_words(app: gr.Blocks) -> None:
    """Let what Gradio itself refuses, before a function of ours is asked, end in a sentence too; else it says nothing.

    Args:
        app: The app; doing it twice does nothing more.
    """
    if "preprocess_data" in vars(app):
        return
    read = app.preprocess_data

    async def read_or_refuse(block_fn, inputs, state, explicit_call=False):  # type: ignore[no-untyped-def]
        try:
            return await read(block_fn, inputs, state, explicit_call)
        except gr.Error:
            raise
        except Exception as error:
            names = [name for name, *_ in get_function_params(block_fn.fn)] if block_fn.fn else []
            raise as_toast(_refusal(error, str(block_fn.api_name), names, len(inputs)), "en") from error

    app.preprocess_data = read_or_refuse  # type: ignore[method-assign]


def _refusal(error: Exception, name: str, parameters: list[str], given: int) -> PlaygroundError:
    if isinstance(error, InvalidPathError):
        return InvalidInput(
            "file",
            "A drawing, or another file, must be uploaded first, to /gradio_api/upload (gradio_client.handle_file does "
            "it); the one named here was not.",
            "手绘等文件必须先上传到 /gradio_api/upload（gradio_client.handle_file 会自动完成）；这个文件没有上传过。",
        )
    if given != len(parameters):
        return InvalidInput(
            "data",
            f"/{name} takes {len(parameters)} values: {', '.join(parameters)}; you sent {given}.",
            f"/{name} 需要 {len(parameters)} 个值：{', '.join(parameters)}；收到 {given} 个。",
        )
    return InvalidInput(
        "data",
        f"The values for /{name} could not be read ({type(error).__name__}): look at its parameters at "
        "/gradio_api/info.",
        f"无法读取 /{name} 的参数（{type(error).__name__}）：请在 /gradio_api/info 查看参数说明。",
    )
