"""Decoders of JSON into structs, for whatever runs in several threads.

msgspec looks into a struct when it first decodes one, and lets other threads see that half done: whichever
then decodes the same struct ends the process with a segmentation fault (0.22). Clusters are read in threads,
several at once as a process starts, so a struct is looked into by one thread at a time.
"""

from threading import Lock
from typing import Any, TypeVar

from msgspec.json import Decoder

T = TypeVar("T")

_looking = Lock()
_decoders: dict[Any, Decoder[Any]] = {}


def decoder(shape: type[T]) -> Decoder[T]:
    """Return the decoder of a type, whose structs any thread may decode from then on."""
    with _looking:
        if shape not in _decoders:
            _decoders[shape] = Decoder(shape)
        return _decoders[shape]
