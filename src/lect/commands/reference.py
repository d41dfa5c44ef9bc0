"""Commands that look things up."""

from lect.commands.terminal import say, say_json


def languages(name: str, *, json: bool = False) -> None:
    """Look a language up by code, tag or name.

    Parameters
    ----------
    name
        fao, fo, Faroese, føroyskt, srp_Latn, …
    json
        Print JSON.
    """
    from dataclasses import asdict

    from lect.languages.finding import find

    language = find(name)
    if json:
        say_json(asdict(language))
        return
    direction = "right to left" if language.right_to_left else "left to right"
    spaces = "spaces between words" if language.spaces_between_words else "no spaces between words"
    say(f"{language.name} ({language.autonym})")
    say(f"  ISO 639-3 {language.iso639_3}   BCP-47 {language.tag}   script {language.script}, {direction}, {spaces}")
    if language.names:
        say(f"  also called {', '.join(language.names)}")


def env() -> None:
    """Print what a bug report needs: versions, machine, devices."""
    import os
    import platform
    from importlib import metadata

    from lect.artifacts.outputs import ENGINES, version

    say(f"lect {version()}, Python {platform.python_version()}, {platform.platform()}, {os.cpu_count()} cores")
    for name in ENGINES:
        try:
            say(f"  {name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            say(f"  {name} not installed")
    import torch

    accelerators = [torch.cuda.get_device_name(index) for index in range(torch.cuda.device_count())]
    say(f"  accelerators: {', '.join(accelerators) or 'none'}; threads: {torch.get_num_threads()}")
