"""The recogniser of printed characters (extra `ocr`): rapidocr, whose models lie in its wheel; nothing is fetched."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from extract.errors import UnreadableDocument

if TYPE_CHECKING:
    from extract.readers.paper import Picture

_TOGETHER = 4  # times as wide as high: longer pieces are recognised one by one


def require_ocr() -> None:
    """Raise UnreadableDocument `ocr_missing` where the extra `ocr` is not installed; keep OpenCV to one thread.

    To be called before `image` is imported, which only documents with pictures need.
    """
    if any(find_spec(module) is None for module in ("rapidocr", "onnxruntime", "cv2", "PIL")):
        raise UnreadableDocument("ocr_missing", "pictures are read by the extra: pip install 'nianbao[ocr]'")
    import cv2

    cv2.setNumThreads(1)  # the workers are processes


def recognise(crops: list[Picture]) -> list[tuple[str, float]]:
    """Return text and score of each piece. The same pixels are recognised once: a program's zeros are all alike."""
    keys = [(crop.shape, crop.tobytes()) for crop in crops]
    distinct = dict(zip(keys, crops, strict=True))
    known: dict[Any, tuple[str, float]] = {}
    # Pieces that go together are padded to the widest, and more pixels than the processor's cache holds take longer.
    short = [key for key, crop in distinct.items() if crop.shape[1] <= _TOGETHER * crop.shape[0]]
    for keys_together in (short, *([key] for key in distinct.keys() - set(short))):
        if keys_together:
            output = _engine(os.getpid()).recognize_txt([distinct[key] for key in keys_together])
            for key, text, score in zip(keys_together, output.txts, output.scores, strict=True):
                known[key] = text.strip(), float(score)
    return [known[key] for key in keys]


@lru_cache(maxsize=1)
def _engine(process: int) -> Any:  # noqa: ARG001 – a fork must not use the threads of the process that it came from
    from rapidocr import RapidOCR

    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.max_side_len": 6000,
            # Padded to 48 columns and not to 320, a lone digit costs a tenth and is read the same.
            "Rec.rec_img_shape": [3, 48, 48],
            "Rec.rec_batch_num": 4,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )
