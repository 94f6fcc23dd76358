"""CT series of known content: what lies at a place follows from the place."""

import os

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

SPHERE = {"centre": (24.0, -10.0, 15.0), "radius": 20.0, "value": 300}
ROD = {"x": -40.0, "y": 20.0, "radius": 6.0, "value": 900}  # along z
BODY = {"x": 88.0, "y": 70.0, "value": 40}  # an ellipse, along z
AIR = -1000


def value_at(x, y, z):
    """HU at places in the patient (mm); arrays of one shape, or numbers."""
    x, y, z = np.broadcast_arrays(np.float64(x), np.float64(y), np.float64(z))
    values = np.where((x / BODY["x"]) ** 2 + (y / BODY["y"]) ** 2 <= 1, BODY["value"], AIR)
    cx, cy, cz = SPHERE["centre"]
    values = np.where((x - cx) ** 2 + (y - cy) ** 2 + (z - cz) ** 2 <= SPHERE["radius"] ** 2, SPHERE["value"], values)
    return np.where((x - ROD["x"]) ** 2 + (y - ROD["y"]) ** 2 <= ROD["radius"] ** 2, ROD["value"], values)


class Phantom:
    """A study in which several series are written."""

    def __init__(self, folder, name="Phantom^Volume", patient="SYN-VOLUME"):
        self.folder, self.name, self.patient = folder, name, patient
        self.study, self.space = generate_uid(), generate_uid()
        os.makedirs(folder, exist_ok=True)

    def series(self, number, description, origins, across=(1, 0, 0), down=(0, 1, 0), spacing=(2.0, 2.0), size=(96, 96),
               space=None, thickness=3.0, content=value_at):
        """`origins`: the first pixel's centre of each slice; `spacing` of rows and of columns; `size`: rows, columns."""
        uid, across, down = generate_uid(), np.array(across, float), np.array(down, float)
        rows, columns = np.mgrid[0:size[0], 0:size[1]]
        for index, origin in enumerate(origins):
            place = (np.array(origin, float)[:, None, None] + across[:, None, None] * columns * spacing[1]
                     + down[:, None, None] * rows * spacing[0])
            data = self.image(uid, number, description, index + 1, space or self.space)
            data.ImagePositionPatient = [f"{value:.6g}" for value in origin]
            data.ImageOrientationPatient = [f"{value:.8g}" for value in (*across, *down)]
            data.PixelSpacing = [str(value) for value in spacing]
            data.SliceThickness = str(thickness)
            data.Rows, data.Columns = size
            stored = np.clip(np.round(content(*place)) + 1024, 0, 4095)
            data.PixelData = stored.astype("<u2").tobytes()
            data.save_as(os.path.join(self.folder, f"{number}-{index + 1:04}.dcm"), enforce_file_format=True)
        return uid

    def image(self, series, number, description, instance, space):
        data = Dataset()
        data.file_meta = FileMetaDataset()
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.SOPClassUID, data.SOPInstanceUID = CTImageStorage, generate_uid()
        data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.PatientName, data.PatientID, data.PatientBirthDate, data.PatientSex = self.name, self.patient, "19700101", "O"
        data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = self.study, series, space
        data.StudyDate, data.StudyTime, data.StudyID, data.AccessionNumber = "20260105", "081500", "1", ""
        data.StudyDescription, data.SeriesDescription, data.SeriesNumber = "Phantom", description, str(number)
        data.Modality, data.Manufacturer, data.ReferringPhysicianName = "CT", "Synthetic", ""
        data.ImageType, data.InstanceNumber, data.PositionReferenceIndicator = ["ORIGINAL", "PRIMARY", "AXIAL"], str(instance), ""
        data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, 0
        data.RescaleIntercept, data.RescaleSlope, data.RescaleType = "-1024", "1", "HU"
        data.WindowCenter, data.WindowWidth = "200", "1600"
        return data


def line(start, step, count):
    """Origins of slices, `step` apart."""
    return [np.array(start, float) + np.array(step, float) * index for index in range(count)]


def write_volume_study(folder):
    """Straight, tilted with a slice missing, sagittal, and one with other coordinates; returns the phantom."""
    phantom = Phantom(folder)
    phantom.series(1, "Straight", line((-95, -95, 90), (0, 0, -3), 61))
    tilt = np.radians(20)
    tilted = line((-95, -70, -60), (0, 0, 4), 41)
    del tilted[20]
    phantom.series(2, "Tilted", tilted, down=(0, np.cos(tilt), -np.sin(tilt)), thickness=4.0)
    phantom.series(3, "Sagittal", line((-30, -95, 95), (10, 0, 0), 7), across=(0, 1, 0), down=(0, 0, -1), thickness=10.0)
    phantom.series(4, "Elsewhere", line((-95, -95, 1090), (0, 0, -5), 37), space=generate_uid(), thickness=5.0,
                   content=lambda x, y, z: value_at(x, y, z - 1000))
    return phantom
