"""An image as the standard's formulas have it: computed with numpy, by nothing of the viewer's.

PS3.3 C.7.6.3 (pixels), C.11.1 (modality), C.11.2 (VOI), C.7.9 (palettes), C.7.6.11 (shutters).
"""

import numpy
from pydicom.pixels import pixel_array


def first(data, frame, group, keyword):
    """An attribute of a frame: its own functional group, else the shared one, else the object's."""
    for name in ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"):
        items = data.get(name)
        if not items:
            continue
        item = items[frame if name.startswith("Per") else 0]
        if group in item and keyword in item[group][0]:
            return item[group][0].get(keyword)
    return data.get(keyword)


def number(value):
    return None if value is None or value == "" else float(value[0] if hasattr(value, "__getitem__") else value)


def decoded(data, frame, raw=False):
    """Two decoders of JPEG baseline may round apart, and a steep window makes much of it: libjpeg's is the one the world has."""
    plugin = "pillow" if data.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.4.50" else ""
    return pixel_array(data, index=frame, raw=raw, decoding_plugin=plugin)


def stored(data, frame):
    """Words as numbers: the bits between high and low bit, signed where they are."""
    words = decoded(data, frame, raw=True).astype(numpy.int64)
    shift = data.HighBit + 1 - data.BitsStored
    values = (words >> shift) & ((1 << data.BitsStored) - 1)
    if data.PixelRepresentation:
        values = numpy.where(values >= 1 << (data.BitsStored - 1), values - (1 << data.BitsStored), values)
    return values


def look_up(values, item, is_signed):
    count, start, bits = (int(each) for each in item.LUTDescriptor)
    count = count or 65536
    if is_signed and start > 32767:
        start -= 65536
    data = item.LUTData
    entries = numpy.frombuffer(data, "<u2") if isinstance(data, bytes) else numpy.asarray(data)
    return entries[numpy.clip(numpy.rint(values) - start, 0, count - 1).astype(int)].astype(float), bits


def measured(data, frame, values):
    if data.get("ModalityLUTSequence"):
        return look_up(values, data.ModalityLUTSequence[0], data.PixelRepresentation)[0]
    slope = number(first(data, frame, "PixelValueTransformationSequence", "RescaleSlope")) or 1.0
    return values * slope + (number(first(data, frame, "PixelValueTransformationSequence", "RescaleIntercept")) or 0.0)


def window_of(data, frame):
    centre = number(first(data, frame, "FrameVOILUTSequence", "WindowCenter"))
    width = number(first(data, frame, "FrameVOILUTSequence", "WindowWidth"))
    return None if centre is None or width is None or width < 1 else (centre, width)


def windowed(values, centre, width, function):
    """C.11.2.1.2 and C.11.2.1.3, from 0 to 1."""
    if function == "SIGMOID":
        return 1 / (1 + numpy.exp(-4 * (values - centre) / width))
    if function == "LINEAR_EXACT":
        return numpy.clip((values - centre) / width + 0.5, 0, 1)
    if width == 1:
        return (values > centre - 0.5).astype(float)
    return numpy.clip((values - (centre - 0.5)) / (width - 1) + 0.5, 0, 1)


def palette_colours(data, values):
    def channel(name):
        count, start, bits = (int(each) for each in data[f"{name}PaletteColorLookupTableDescriptor"].value)
        raw = data[f"{name}PaletteColorLookupTableData"].value
        order = "<" if data.original_encoding[1] else ">"
        entries = numpy.frombuffer(raw, order + "u2" if bits > 8 or len(raw) >= 2 * count else "u1")[: count or 65536]
        return (entries[numpy.clip(values - start, 0, len(entries) - 1)] >> max(0, bits - 8)).astype(numpy.uint8)
    return numpy.stack([channel("Red"), channel("Green"), channel("Blue")], axis=-1)


def rendering(data, frame=0):
    """Rows × columns × 3 bytes; None for what has no one right rendering (no window, segments, more than 16 bits)."""
    photometric = data.PhotometricInterpretation
    if data.BitsAllocated not in (8, 16) or "PixelData" not in data:
        return None
    if data.SamplesPerPixel == 3:
        if data.BitsAllocated != 8:
            return None
        return numpy.asarray(decoded(data, frame)).astype(numpy.uint8)
    values = stored(data, frame)
    if photometric == "PALETTE COLOR":
        if "RedPaletteColorLookupTableData" not in data:
            return None
        return palette_colours(data, values)
    if data.get("PixelPresentation") in ("COLOR", "MIXED"):
        return None
    modality = measured(data, frame, values)
    if data.get("VOILUTSequence"):
        output, bits = look_up(modality, data.VOILUTSequence[0], data.PixelRepresentation)
        share = output / (2**bits - 1)
    else:
        window = window_of(data, frame)
        if window is None:
            return None
        share = windowed(modality, *window, first(data, frame, "FrameVOILUTSequence", "VOILUTFunction") or "LINEAR")
    grey = numpy.floor(numpy.clip(share, 0, 1) * 255 + 0.5).astype(numpy.uint8)
    if photometric == "MONOCHROME1" or data.get("PresentationLUTShape") == "INVERSE":
        grey = 255 - grey
    return shut(data, numpy.repeat(grey[..., None], 3, axis=-1))


def shut(data, picture):
    """C.7.6.11: rows and columns count from 1; outside of any shape is the presentation value."""
    shapes = data.get("ShutterShape", [])
    shapes = [shapes] if isinstance(shapes, str) else list(shapes)
    row, column = numpy.mgrid[1:picture.shape[0] + 1, 1:picture.shape[1] + 1]
    inside = numpy.ones(picture.shape[:2], bool)
    if "RECTANGULAR" in shapes:
        inside &= (column >= data.ShutterLeftVerticalEdge) & (column <= data.ShutterRightVerticalEdge)
        inside &= (row >= data.ShutterUpperHorizontalEdge) & (row <= data.ShutterLowerHorizontalEdge)
    if "CIRCULAR" in shapes:
        y, x = data.CenterOfCircularShutter
        inside &= (column - x) ** 2 + (row - y) ** 2 <= data.RadiusOfCircularShutter ** 2
    outside = round(data.get("ShutterPresentationValue", 0) / 65535 * 255)
    return numpy.where(inside[..., None], picture, numpy.uint8(outside))
