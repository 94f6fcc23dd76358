"""What the eye sees of a pane, as numbers."""

import io

import numpy
from PIL import Image


def seen(page, locator):
    """The brightness of the middle half of an element, as on the screen; the words in its corners lie outside."""
    box = locator.bounding_box()
    clip = {
        "x": box["x"] + box["width"] / 4, "y": box["y"] + box["height"] / 4,
        "width": box["width"] / 2, "height": box["height"] / 2,
    }
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L")
    return numpy.asarray(picture, dtype=numpy.int16)


def is_blank(brightness):
    return float(brightness.std()) < 4


def difference(first, second):
    """The mean difference in brightness, of 255."""
    return float(numpy.abs(first - second).mean())
