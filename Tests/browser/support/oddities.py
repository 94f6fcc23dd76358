"""A made-up study whose images say all kinds of things about how they are to be seen."""

import os

import numpy
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
NAME = "测试^显示"


def gradient(rows=64, columns=80, levels=4096):
    """Every row a ramp, the rows shifted: a picture in which every mistake of place or value shows."""
    ramp = numpy.linspace(0, levels - 1, columns)
    return numpy.array([numpy.roll(ramp, row) for row in range(rows)]).astype(numpy.uint16)


def table(entries, start=0, bits=16, name=None):
    item = Dataset()
    item.LUTDescriptor = [len(entries), start, bits]
    item.LUTData = numpy.asarray(entries, "<u2").tobytes()
    item["LUTData"].VR = "OW"
    if name:
        item.LUTExplanation = name
    return item


def image(words, bits, **said):
    data = FileDataset(None, {}, file_meta=FileMetaDataset(), preamble=b"\0" * 128)
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = SECONDARY_CAPTURE
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.SpecificCharacterSet = "ISO_IR 192"
    data.PatientName, data.PatientID, data.PatientSex, data.PatientBirthDate = NAME, "T0077", "F", "19700101"
    data.StudyDate, data.StudyTime, data.StudyID = "20260110", "090000", "1"
    data.StudyDescription = "显示测试"
    data.Modality, data.InstanceNumber = "CR", 1
    data.Rows, data.Columns = words.shape[:2]
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PixelRepresentation = 1, "MONOCHROME2", 0
    data.BitsAllocated = 8 if words.dtype == numpy.uint8 else 16
    data.BitsStored, data.HighBit = bits, bits - 1
    data.PixelData = words.tobytes()
    for keyword, value in said.items():
        setattr(data, keyword, value)
    return data


def square(rows, columns, top, left, side):
    bits = numpy.zeros((rows, columns), numpy.uint8)
    bits[top:top + side, left:left + side] = 1
    return bits


def study():
    """Series description → its one image."""
    words = gradient()
    odd = {}
    odd["VOI LUT"] = image(words, 12, PhotometricInterpretation="MONOCHROME1", PresentationLUTShape="INVERSE",
        VOILUTSequence=[table((numpy.linspace(0, 1, 4096) ** 0.5 * 1023).astype(int), bits=10, name="骨")])
    odd["Modality LUT"] = image(words, 12, ModalityLUTSequence=[table(numpy.arange(4096)[::-1] // 2)],
        WindowCenter=1000, WindowWidth=800)
    odd["shutter"] = image(words, 12, WindowCenter=2048, WindowWidth=4096, ShutterShape=["RECTANGULAR", "CIRCULAR"],
        ShutterLeftVerticalEdge=10, ShutterRightVerticalEdge=70, ShutterUpperHorizontalEdge=5, ShutterLowerHorizontalEdge=60,
        CenterOfCircularShutter=[32, 40], RadiusOfCircularShutter=28, ShutterPresentationValue=20000)
    plain = image(words, 12, WindowCenter=[2048, 500], WindowWidth=[4096, 900], WindowCenterWidthExplanation=["宽", "窄"])
    add_plane(plain, square(64, 80, 4, 4, 12))
    odd["overlay"] = plain
    high = image(words | (square(64, 80, 40, 50, 10).astype(numpy.uint16) << 12), 12, WindowCenter=2048, WindowWidth=4096)
    add_plane(high, None, bit=12)
    odd["overlay in pixels"] = high
    odd["marks"] = image((words >> 4).astype(numpy.uint8), 8, WindowCenter=128, WindowWidth=256, PixelAspectRatio=[2, 1],
        ImageType=["DERIVED", "SECONDARY"], LossyImageCompression="01", LossyImageCompressionRatio=12.4,
        LossyImageCompressionMethod="ISO_10918_1", BurnedInAnnotation="YES", PatientOrientation=["L", "F"])
    odd["palette"] = palette((words >> 4).astype(numpy.uint8))
    whole, series = generate_uid(), 1
    for name, data in odd.items():
        data.StudyInstanceUID, data.SeriesInstanceUID = whole, generate_uid()
        data.SeriesDescription, data.SeriesNumber = name, series
        series += 1
    return odd


def palette(words):
    data = image(words, 8, PhotometricInterpretation="PALETTE COLOR")
    ramp = numpy.arange(256) * 257
    for name, entries in (("Red", ramp), ("Green", ramp[::-1]), ("Blue", (ramp * 3) % 65536)):
        setattr(data, f"{name}PaletteColorLookupTableDescriptor", [256, 0, 16])
        setattr(data, f"{name}PaletteColorLookupTableData", entries.astype("<u2").tobytes())
    return data


def add_plane(data, bits, bit=0):
    """An overlay of its own bits, or of a bit that the pixels leave free."""
    rows, columns = data.Rows, data.Columns
    data.add_new(0x60000010, "US", rows)
    data.add_new(0x60000011, "US", columns)
    data.add_new(0x60000040, "CS", "G")
    data.add_new(0x60000050, "SS", [1, 1])
    data.add_new(0x60000100, "US", 16 if bit else 1)
    data.add_new(0x60000102, "US", bit)
    if bits is not None:
        data.add_new(0x60003000, "OW", numpy.packbits(bits.reshape(-1), bitorder="little").tobytes())


def write(folder):
    """Writes the study's files; gives the data sets by series description."""
    images = study()
    for number, data in enumerate(images.values(), start=1):
        data.save_as(os.path.join(folder, f"{number}.dcm"), enforce_file_format=True)
    return images
