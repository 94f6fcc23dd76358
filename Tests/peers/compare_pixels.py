#!/usr/bin/env python3
"""Our decoded frames against other people's decoders, pixel by pixel.

compare_pixels.py FOLDER

FOLDER/frames.json lists what the test has decoded: [{"file", "frame", "pixels", "rows", "columns", "samples", "bits",
"signed", "float"}], where "pixels" names a file beside it. Uncompressed and RLE pixels are read by pydicom, lossless JPEG
and JPEG-LS by Thomas Richter's libjpeg, HTJ2K and JPEG 2000 by OpenJPEG (all by pylibjpeg), lossy JPEG by libjpeg-turbo 3
(imagecodecs): other code than ours, in JPEG 2000 another version of it. Prints a line for each frame, tab-separated: verdict,
greatest difference, permitted difference, transfer syntax, file, frame, reason. Ends with 1 if any frame differs by more.
"""
import json
import pathlib
import sys
import zlib

import imagecodecs
import libjpeg
import numpy
import openjpeg
from pydicom import dcmread
from pydicom.encaps import get_frame
from pydicom.pixels import apply_color_lut, pixel_array
from pydicom.pixels.processing import convert_color_space
from pydicom.uid import UID

LOSSLESS_JPEG = {"1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"}
LOSSY_JPEG = {f"1.2.840.10008.1.2.4.{n}" for n in (50, 51, 53, 55)}
JPEG_LS = {"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"}
J2K = {f"1.2.840.10008.1.2.4.{n}" for n in (90, 91, 201, 202, 203)}
IRREVERSIBLE = {"1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.203"}
DEFLATED_FRAME = "1.2.840.10008.1.2.8.1"
RLE = "1.2.840.10008.1.2.5"


def bits(packed, count):
    return numpy.unpackbits(numpy.frombuffer(packed, numpy.uint8), bitorder="little")[:count]


def packbits_decode(data):
    """One RLE segment, in the plainest way."""
    out, i = bytearray(), 0
    while i < len(data):
        n = data[i] if data[i] < 128 else data[i] - 256
        i += 1
        if n >= 0:
            out += data[i:i + n + 1]
            i += n + 1
        elif n != -128 and i < len(data):
            out += data[i:i + 1] * (1 - n)
            i += 1
    return bytes(out)


def uncompressed(ds, index, frames):
    if ds.get("BitsAllocated") == 1:
        # pydicom loses frames that do not begin at a byte.
        shape = (frames, ds.Rows, ds.Columns)
        return bits(ds.PixelData, frames * ds.Rows * ds.Columns).reshape(shape)[index]
    if "PixelData" not in ds:
        return pixel_array(ds, index=index, raw=True)
    # All bits of the cell: pydicom takes the lowest ones for the stored ones, whatever High Bit says.
    stored, high = ds.BitsStored, ds.HighBit
    ds.BitsStored, ds.HighBit = ds.BitsAllocated, ds.BitsAllocated - 1
    try:
        return pixel_array(ds, index=index, raw=True)
    finally:
        ds.BitsStored, ds.HighBit = stored, high


def decoded(ds, index):
    """Samples as stored, colour by pixel; the photometric interpretation they are in; the permitted difference."""
    syntax = str(ds.file_meta.TransferSyntaxUID)
    photometric = str(ds.PhotometricInterpretation)
    frames = int(ds.get("NumberOfFrames", 1) or 1)
    if syntax != DEFLATED_FRAME and not UID(syntax).is_encapsulated:
        return uncompressed(ds, index, frames), photometric, 0
    tables = None
    if "ExtendedOffsetTable" in ds:
        tables = (ds.ExtendedOffsetTable, ds.ExtendedOffsetTableLengths)
    stream = get_frame(ds.PixelData, index, number_of_frames=frames, extended_offsets=tables)
    count = ds.Rows * ds.Columns * ds.get("SamplesPerPixel", 1)
    if syntax == DEFLATED_FRAME:
        return bits(zlib.decompress(stream, -15), count).reshape(ds.Rows, ds.Columns), photometric, 0
    if syntax == RLE and ds.BitsAllocated == 1:
        return bits(packbits_decode(stream[64:]), count).reshape(ds.Rows, ds.Columns), photometric, 0
    if syntax == RLE:
        return pixel_array(ds, index=index, raw=True), photometric, 0
    if syntax in JPEG_LS or syntax in LOSSLESS_JPEG:
        return libjpeg.decode(stream, colour_transform=0), photometric, 0
    if syntax in LOSSY_JPEG:
        if ds.SamplesPerPixel == 1:
            return imagecodecs.jpeg8_decode(stream), photometric, 1
        inside = "ycbcr" if photometric.startswith("YBR") else "rgb"
        return imagecodecs.jpeg8_decode(stream, colorspace=inside, outcolorspace="rgb"), "RGB", 1
    if syntax not in J2K:
        raise ValueError(f"no other decoder for {syntax}")
    array = openjpeg.decode(stream)
    if photometric in ("YBR_RCT", "YBR_ICT"):
        photometric = "RGB"
    # Irreversible wavelets are computed in floating point, and rounded by each in its own way.
    return array, photometric, (2 if ds.BitsStored > 12 else 1) if syntax in IRREVERSIBLE else 0


def reference(ds, index):
    """The frame as `Frame` promises it: RGB, or grey with nothing above the stored bits."""
    array, photometric, permitted = decoded(ds, index)
    if photometric == "PALETTE COLOR":
        colours = apply_color_lut(array, ds)
        if colours.dtype.itemsize == 2:
            colours = colours >> 8 if colours.max() > 255 else colours
        return colours.astype(numpy.uint8)[..., :3], permitted
    if photometric.startswith("YBR_FULL") and array.dtype == numpy.uint8:
        return convert_color_space(array, photometric, "RGB"), max(permitted, 1)
    if array.dtype.kind in "iu" and array.ndim == 2 and ds.BitsAllocated in (8, 16):
        stored, shift = ds.BitsStored, ds.HighBit + 1 - ds.BitsStored
        wide = (array.astype(numpy.int64) >> shift) & ((1 << stored) - 1)
        if ds.PixelRepresentation == 1:
            wide = numpy.where(wide >> (stored - 1), wide - (1 << stored), wide)
        return wide, permitted
    return array, permitted


def ours(entry, folder):
    bits, kind = entry["bits"], "f" if entry["float"] else "i" if entry["signed"] else "u"
    array = numpy.fromfile(folder / entry["pixels"], dtype=f"<{kind}{bits // 8}")
    shape = (entry["rows"], entry["columns"]) + ((entry["samples"],) if entry["samples"] > 1 else ())
    return array.reshape(shape)


folder = pathlib.Path(sys.argv[1])
failed = False
opened = {}
for entry in json.loads((folder / "frames.json").read_text()):
    path = entry["file"]
    syntax = entry["syntax"]
    verdict, worst, permitted, reason = "same", "", "", entry.get("error", "")
    if reason:
        verdict = "not decoded"
    else:
        try:
            if path not in opened:
                opened = {path: dcmread(path, force=True)}
            expected, permitted = reference(opened[path], entry["frame"])
            got = ours(entry, folder)
            expected = numpy.asarray(expected).reshape(got.shape)
            if got.dtype.kind == "f":
                worst = 0 if numpy.array_equal(got, expected, equal_nan=True) else "differs"
                verdict = "same" if worst == 0 else "DIFFERS"
            else:
                difference = numpy.abs(got.astype(numpy.int64) - expected.astype(numpy.int64))
                worst = int(difference.max())
                if worst > permitted:
                    verdict, reason = "DIFFERS", f"{int((difference > permitted).sum())} of {difference.size} samples"
        except Exception as error:
            verdict, reason = "NOT COMPARED", f"{type(error).__name__}: {error}"
    failed = failed or verdict != "same"
    print(verdict, worst, permitted, syntax, path, entry["frame"], reason.replace("\n", " "), sep="\t", flush=True)
sys.exit(1 if failed else 0)
