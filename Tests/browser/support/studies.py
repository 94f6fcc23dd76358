"""Studies of patients of a chapter's own, which no other chapter has read, mended or counted."""

import os

import pydicom


def study(source, folder, date, series=2, slices=6, patient="P0042", name="TEST^JIU=测试^旧"):
    """The generator's chest CT as another patient's, at another date; returns the files and the study's UID."""
    os.makedirs(folder)
    uid, files = pydicom.uid.generate_uid(), []
    for number in range(1, series + 1):
        series_uid = pydicom.uid.generate_uid()
        names = sorted(os.listdir(os.path.join(source, f"series-{number}")))[:slices]
        for each in names:
            data = pydicom.dcmread(os.path.join(source, f"series-{number}", each))
            data.SpecificCharacterSet = "ISO_IR 192"
            data.PatientName, data.PatientID, data.PatientSex = name, patient, "F"
            data.StudyInstanceUID, data.SeriesInstanceUID = uid, series_uid
            data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.generate_uid()
            data.StudyDate = data.SeriesDate = data.ContentDate = date
            data.StudyDescription, data.InstitutionName = "胸部CT平扫", "示例卫生院"
            data.AccessionNumber = ""
            path = os.path.join(folder, f"{number}-{each}")
            data.save_as(path)
            files.append(path)
    return files, uid
