"""An image whose sizes and values are known: a disc in water, with pixels that are not square."""

import os

import numpy
import pydicom
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

ROWS, COLUMNS = 256, 320
# Between rows, between columns, in millimetres.
SPACING = (0.8, 0.5)
RADIUS = 30.0
MEAN, DEVIATION = 100, 10
CENTRE = (COLUMNS / 2, ROWS / 2)
NAME = "测试模体^^^"


def write(folder, name="TEST PHANTOM"):
    """One CT slice; returns its path and its Study Instance UID."""
    row, column = numpy.mgrid[0:ROWS, 0:COLUMNS]
    distance = numpy.hypot((column + 0.5 - CENTRE[0]) * SPACING[1], (row + 0.5 - CENTRE[1]) * SPACING[0])
    values = numpy.where(distance < RADIUS, MEAN + numpy.where(column % 2 == 0, DEVIATION, -DEVIATION), 0)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = pydicom.uid.CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    path = os.path.join(folder, "phantom.dcm")
    image = FileDataset(path, {}, file_meta=meta, preamble=bytes(128))
    image.SpecificCharacterSet = "ISO_IR 192"
    image.SOPClassUID, image.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    image.StudyInstanceUID, image.SeriesInstanceUID = generate_uid(), generate_uid()
    image.FrameOfReferenceUID = generate_uid()
    image.PatientName, image.PatientID, image.PatientBirthDate, image.PatientSex = name, "TEST-PHANTOM", "19600101", "O"
    image.StudyDate, image.StudyTime, image.StudyID = "20260512", "101500", "1"
    image.AccessionNumber, image.ReferringPhysicianName = "", ""
    image.Modality, image.SeriesNumber, image.InstanceNumber = "CT", 1, 1
    image.StudyDescription = "Phantom"
    image.BodyPartExamined = "CHEST"
    image.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    image.ImagePositionPatient, image.ImageOrientationPatient = [0, 0, 0], [1, 0, 0, 0, 1, 0]
    image.SliceThickness = 1
    image.PixelSpacing = list(SPACING)
    image.Rows, image.Columns, image.SamplesPerPixel, image.PhotometricInterpretation = ROWS, COLUMNS, 1, "MONOCHROME2"
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = -1024, 1, "HU"
    image.WindowCenter, image.WindowWidth = 50, 400
    image.PixelData = (values + 1024).astype("<u2").tobytes()
    image.save_as(path, enforce_file_format=True)
    return path, image.StudyInstanceUID
