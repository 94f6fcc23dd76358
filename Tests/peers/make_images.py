#!/usr/bin/env python3
"""Images in layouts that few files in the world have, by other people's encoders: make_images.py FOLDER

Each file holds one combination of bits, sign, colour, planes, palette, transfer syntax and fragments. Prints their paths.
"""
import pathlib
import sys

import imagecodecs
import numpy
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, RLELossless, generate_uid

folder = pathlib.Path(sys.argv[1])
noise = numpy.random.default_rng(20261121)
ROWS, COLUMNS = 21, 34
JPEG_LOSSLESS, JPEG_LS, JPEG_LS_NEAR = (UID(f"1.2.840.10008.1.2.4.{n}") for n in (57, 80, 81))
J2K_LOSSLESS, J2K = (UID(f"1.2.840.10008.1.2.4.{n}") for n in (90, 91))
HTJ2K_LOSSLESS, HTJ2K_RPCL, HTJ2K = (UID(f"1.2.840.10008.1.2.4.{n}") for n in (201, 202, 203))


def picture(stored, signed=False, samples=1, frames=1, rows=ROWS, columns=COLUMNS):
    """A slope with noise that uses every one of the stored bits."""
    shape = (frames, rows, columns) + ((samples,) if samples > 1 else ())
    slope = numpy.linspace(0, 1, rows * columns).reshape((1, rows, columns) + ((1,) if samples > 1 else ()))
    level = numpy.clip(slope * 0.9 + noise.random(shape) * 0.1, 0, 1)
    values = numpy.floor(level * (2**stored - 1) + 0.5).astype(numpy.int64)
    if signed:
        values -= 2 ** (stored - 1)
    bits = 8 if stored <= 8 else 16 if stored <= 16 else 32
    return values.astype(numpy.dtype(f"{'i' if signed else 'u'}{bits // 8}"))


def describe(array, stored, photometric, syntax, high=None):
    """All but the pixels."""
    ds = Dataset()
    ds.SOPClassUID = "1.2.840.10008.5.1.4.1.1.7"
    ds.SOPInstanceUID = generate_uid()
    ds.StudyInstanceUID, ds.SeriesInstanceUID = generate_uid(), generate_uid()
    ds.Modality = "OT"
    ds.SamplesPerPixel = 3 if array.ndim == 4 else 1
    ds.PhotometricInterpretation = photometric
    if ds.SamplesPerPixel == 3:
        ds.PlanarConfiguration = 0
    if array.shape[0] > 1:
        ds.NumberOfFrames = array.shape[0]
    ds.Rows, ds.Columns = array.shape[1:3]
    ds.BitsAllocated, ds.BitsStored = array.dtype.itemsize * 8, stored
    ds.HighBit = stored - 1 if high is None else high
    ds.PixelRepresentation = 1 if array.dtype.kind == "i" else 0
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    return ds


def write(name, ds):
    path = folder / f"{name}.dcm"
    syntax = ds.file_meta.TransferSyntaxUID
    big = syntax == ExplicitVRBigEndian
    ds.save_as(path, enforce_file_format=True, little_endian=not big, implicit_vr=False)
    print(path)


def native(name, array, stored, photometric="MONOCHROME2", planar=False, big=False, high=None, extra=None):
    ds = describe(array, stored, photometric, ExplicitVRBigEndian if big else ExplicitVRLittleEndian, high)
    raw = array.view(array.dtype.str.replace("i", "u"))
    if high is not None:
        # What stands beside the stored bits, as overlays once did.
        shift = high + 1 - stored
        mask = ((1 << stored) - 1) << shift
        dirt = noise.integers(0, 2 ** (array.dtype.itemsize * 8), array.shape, dtype=numpy.uint64)
        raw = ((raw.astype(numpy.uint64) << shift & mask) | (dirt & ~numpy.uint64(mask))).astype(raw.dtype)
    if planar:
        ds.PlanarConfiguration = 1
        raw = raw.transpose(0, 3, 1, 2)
    data = raw.astype(raw.dtype.newbyteorder(">" if big else "<")).tobytes()
    ds.add_new(0x7FE00010, "OW" if array.dtype.itemsize > 1 else "OB", data + b"\0" * (len(data) % 2))
    for keyword, value in (extra or {}).items():
        setattr(ds, keyword, value)
    write(name, ds)


def packed(name, frames, big=False):
    array = (noise.random((frames, 7, 5)) > 0.5).astype(numpy.uint8)
    ds = describe(array, 1, "MONOCHROME2", ExplicitVRBigEndian if big else ExplicitVRLittleEndian)
    ds.BitsAllocated = 1
    data = numpy.packbits(array.ravel(), bitorder="little").tobytes()
    ds.add_new(0x7FE00010, "OB", data + b"\0" * (len(data) % 2))
    write(name, ds)


def palette(name, bits, entries, first=0, segmented=False, index_bits=8):
    indices = noise.integers(first, first + entries + 3, (1, ROWS, COLUMNS)).astype(f"u{index_bits // 8}")
    extra = {}
    for colour in ("Red", "Green", "Blue"):
        extra[f"{colour}PaletteColorLookupTableDescriptor"] = [entries, first, bits]
        if segmented:
            # Discrete, linear, and both once more by reference to where the first begins; 3 + 40, twice.
            unit = "<u2" if bits == 16 else "<u1"
            top = 2**bits - 1
            head = [0, 3, *noise.integers(0, top, 3), 1, 40, int(noise.integers(0, top))]
            data = numpy.array(head, unit).tobytes()
            data += numpy.array([2, 2], unit).tobytes() + (0).to_bytes(4, "little")
            extra[f"Segmented{colour}PaletteColorLookupTableData"] = data + b"\0" * (len(data) % 2)
        else:
            table = noise.integers(0, 2**bits, entries).astype("<u2" if bits == 16 else "<u1").tobytes()
            extra[f"{colour}PaletteColorLookupTableData"] = table + b"\0" * (len(table) % 2)
    native(name, indices, index_bits, "PALETTE COLOR", extra=extra)


def floating(name, width):
    array = (noise.standard_normal((2, ROWS, COLUMNS)) * 1000).astype(f"<f{width}")
    ds = describe(array, width * 8, "MONOCHROME2", ExplicitVRLittleEndian)
    del ds.BitsStored, ds.HighBit, ds.PixelRepresentation
    ds.add_new(0x7FE00008 if width == 4 else 0x7FE00009, "OF" if width == 4 else "OD", array.tobytes())
    write(name, ds)


def compressed(name, array, stored, syntax, encode, photometric=None, fragments=1, table="basic"):
    photometric = photometric or ("RGB" if array.ndim == 4 else "MONOCHROME2")
    ds = describe(array, stored, photometric, syntax)
    frames = [bytes(encode(numpy.ascontiguousarray(frame))) for frame in array]
    if table == "extended":
        ds.PixelData, ds.ExtendedOffsetTable, ds.ExtendedOffsetTableLengths = encapsulate_extended(frames)
    else:
        ds.PixelData = encapsulate(frames, fragments_per_frame=fragments, has_bot=table == "basic")
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    write(name, ds)


def rle(frame):
    """PS3.5 annex G: a segment for each byte of each sample, the most significant first."""
    planes = numpy.atleast_3d(frame).transpose(2, 0, 1)
    segments = []
    for plane in planes:
        parts = plane.astype(plane.dtype.newbyteorder(">")).view(numpy.uint8).reshape(*plane.shape, -1)
        for byte in range(parts.shape[-1]):
            rows = (imagecodecs.packbits_encode(row.tobytes()) for row in parts[..., byte])
            segment = b"".join(rows)
            segments.append(segment + b"\0" * (len(segment) % 2))
    starts = 64 + numpy.cumsum([0] + [len(segment) for segment in segments[:-1]])
    header = numpy.zeros(16, "<u4")
    header[0], header[1:len(segments) + 1] = len(segments), starts
    return header.tobytes() + b"".join(segments)


def jpeg_lossless(frame, bits):
    return imagecodecs.ljpeg_encode(frame, bitspersample=bits)


def jpeg_ls(frame, level=0):
    return imagecodecs.jpegls_encode(frame, level=level)


def j2k(frame, bits, **options):
    return imagecodecs.jpeg2k_encode(frame, bitspersample=bits, **{"codecformat": "j2k", "reversible": True} | options)


def htj2k(frame, **options):
    return imagecodecs.htj2k_encode(frame, **{"reversible": True} | options)


packed("bits-1", 1)
packed("bits-1-frames", 3)
for big in (False, True):
    end = "-big" if big else ""
    for stored, signed in ((8, False), (8, True), (12, False), (12, True), (16, False), (16, True), (32, False), (32, True)):
        native(f"native-{stored}{'s' if signed else 'u'}{end}", picture(stored, signed, frames=2), stored, big=big)
    native(f"native-rgb-16{end}", picture(16, samples=3), 16, "RGB", big=big)
    native(f"native-rgb-planar{end}", picture(8, samples=3, frames=2), 8, "RGB", planar=True, big=big)
    native(f"native-rgb-16-planar{end}", picture(16, samples=3), 16, "RGB", planar=True, big=big)
native("native-12u-high-15", picture(12, frames=2), 12, high=15)
native("native-12s-high-13", picture(12, True, frames=2), 12, high=13)
native("native-12u-overlay", picture(12), 12, high=11)
native("native-6u-high-6", picture(6), 6, high=6)
native("native-monochrome1", picture(10), 10, "MONOCHROME1")
native("ybr-full", picture(8, samples=3, frames=2), 8, "YBR_FULL")
native("ybr-full-planar", picture(8, samples=3, frames=2), 8, "YBR_FULL", planar=True)

palette("palette-8", 8, 200)
palette("palette-16", 16, 256)
palette("palette-first", 16, 100, first=50)
palette("palette-16-indices", 16, 4096, index_bits=16)
palette("palette-segmented-8", 8, 86, segmented=True)
palette("palette-segmented-16", 16, 86, segmented=True)
floating("float", 4)
floating("double", 8)

for stored, signed, samples in ((8, False, 1), (8, True, 1), (12, True, 1), (16, False, 1), (32, False, 1), (8, False, 3), (16, False, 3)):
    name = f"rle-{stored}{'s' if signed else 'u'}-{samples}"
    compressed(name, picture(stored, signed, samples, frames=2), stored, RLELossless, rle)

for bits in (8, 12, 16):
    compressed(f"jpeg-lossless-{bits}", picture(bits), bits, JPEG_LOSSLESS, lambda frame, bits=bits: jpeg_lossless(frame, bits))
for table, fragments in (("basic", 1), ("basic", 3), ("none", 1), ("none", 3), ("extended", 1)):
    end = f"{table}-{fragments}"
    compressed(f"jpeg-ls-{end}", picture(16, frames=3), 16, JPEG_LS, jpeg_ls, fragments=fragments, table=table)
    compressed(f"j2k-{end}", picture(12, frames=3), 12, J2K_LOSSLESS, lambda f: j2k(f, 12), fragments=fragments, table=table)
    compressed(f"htj2k-{end}", picture(16, frames=3), 16, HTJ2K_LOSSLESS, htj2k, fragments=fragments, table=table)
compressed("jpeg-ls-8", picture(8), 8, JPEG_LS, jpeg_ls)
compressed("jpeg-ls-rgb", picture(8, samples=3), 8, JPEG_LS, jpeg_ls)
compressed("jpeg-ls-rgb-16", picture(16, samples=3), 16, JPEG_LS, jpeg_ls)
compressed("jpeg-ls-near", picture(16), 16, JPEG_LS_NEAR, lambda f: jpeg_ls(f, 3))
for bits, signed in ((8, False), (8, True), (12, True), (16, False), (16, True)):
    sign = "s" if signed else "u"
    compressed(f"j2k-{bits}{sign}", picture(bits, signed), bits, J2K_LOSSLESS, lambda f, bits=bits: j2k(f, bits))
    if bits != 12:
        compressed(f"htj2k-{bits}{sign}", picture(bits, signed), bits, HTJ2K_LOSSLESS, htj2k)
compressed("j2k-boxed", picture(8), 8, J2K_LOSSLESS, lambda f: j2k(f, 8, codecformat="jp2"))
compressed("j2k-rct", picture(8, samples=3), 8, J2K_LOSSLESS, lambda f: j2k(f, 8), "YBR_RCT")
compressed("j2k-rgb", picture(8, samples=3), 8, J2K_LOSSLESS, lambda f: j2k(f, 8, mct=False))
compressed("j2k-lossy", picture(16), 16, J2K, lambda f: j2k(f, 16, level=60, reversible=False))
compressed("j2k-ict", picture(8, samples=3), 8, J2K, lambda f: j2k(f, 8, level=40, reversible=False), "YBR_ICT")
compressed("htj2k-rct", picture(8, samples=3), 8, HTJ2K_LOSSLESS, lambda f: htj2k(f, rgb=True), "YBR_RCT")
compressed("htj2k-rgb-planar", picture(16, samples=3), 16, HTJ2K_LOSSLESS, lambda f: htj2k(f, rgb=False))
compressed("htj2k-tiles", picture(16, rows=150, columns=170), 16, HTJ2K_RPCL, lambda f: htj2k(f, tile=(64, 64)))
compressed("htj2k-lossy", picture(16), 16, HTJ2K, lambda f: htj2k(f, reversible=False, level=0.001))
