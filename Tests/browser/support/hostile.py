"""A study whose every text would run as a script, if a page let it."""

import glob
import os

import pydicom
from pydicom import config
from pydicom.uid import generate_uid

# Runs where it is taken for HTML or for an attribute; `h` is ours, and so is the shortest name there is: AE titles, codes
# and short strings have room for sixteen characters.
SHORT = "<svg onload=h()>"
LONG = "\"'><img src=x onerror=h()></script><script>h()</script>"
TEXT = LONG + "{{h()}}{{{h()}}}${h()}<iframe src=javascript:h()></iframe><a href='javascript:h()'>x</a><style>*{color:red}</style>"
BY_VR = {"LO": LONG, "PN": LONG + "^" + SHORT, "SH": SHORT, "CS": SHORT, "AE": SHORT, "ST": TEXT, "LT": TEXT, "UT": TEXT, "UC": TEXT}
NUMBERS = {"DA": SHORT, "TM": SHORT, "DT": SHORT, "AS": SHORT}
KEPT = {"SpecificCharacterSet", "PhotometricInterpretation", "Modality", "PresentationLUTShape", "LossyImageCompression", "BurnedInAnnotation"}
# What pages show, or might.
SHOWN = [
    "PatientName", "PatientID", "PatientSex", "OtherPatientIDs", "PatientComments", "PatientAddress", "IssuerOfPatientID",
    "AccessionNumber", "StudyID", "StudyDescription", "SeriesDescription", "ProtocolName", "BodyPartExamined", "InstitutionName",
    "InstitutionAddress", "InstitutionalDepartmentName", "StationName", "Manufacturer", "ManufacturerModelName",
    "DeviceSerialNumber", "SoftwareVersions", "ReferringPhysicianName", "PerformingPhysicianName", "OperatorsName",
    "NameOfPhysiciansReadingStudy", "RequestedProcedureDescription", "AdditionalPatientHistory", "AdmittingDiagnosesDescription",
    "ImageComments", "ViewPosition", "PatientPosition", "Laterality", "ImageLaterality", "WindowCenterWidthExplanation",
    "RescaleType", "DerivationDescription", "RequestingPhysician", "RequestingService", "RequestAttributesSequence",
]


def make(images, folder, with_numbers=False):
    """The radiograph of the test images with a hostile text in every element that holds text. Returns the file."""
    config.settings.writing_validation_mode = config.IGNORE
    config.settings.reading_validation_mode = config.IGNORE
    data = pydicom.dcmread(sorted(glob.glob(os.path.join(images, "dx-chest", "*.dcm")))[0])
    for name in SHOWN:
        if name not in data and name != "RequestAttributesSequence":
            setattr(data, name, "")
    for element in data.iterall():
        texts = {**BY_VR, **(NUMBERS if with_numbers else {})}
        if element.VR in texts and element.keyword not in KEPT:
            element.value = texts[element.VR]
    data.SpecificCharacterSet = "ISO_IR 192"
    # Another patient each: whose texts a page shows is no matter of which image came first.
    data.PatientID = f"{LONG}{int(with_numbers)}"
    data.StudyInstanceUID, data.SeriesInstanceUID, data.SOPInstanceUID = (generate_uid() for _ in range(3))
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
    path = os.path.join(folder, f"hostile-{int(with_numbers)}.dcm")
    data.save_as(path)
    return path, data.StudyInstanceUID
