#!/usr/bin/env python3
"""pynetdicom rejects an image at one of our DICOM ports, as IHE IOCM (RAD TF-2 4.66) describes it.

pynetdicom_rejection.py PORT CALLING CALLED FILE
Stores FILE, then a Key Object Selection "Rejected for Patient Safety Reasons" that names it, written by pydicom. Afterwards the
image must be refused when it is sent again, and C-GET of its study must bring nothing. A key object "Of Interest" first must
change nothing. Needs pydicom and pynetdicom (Tests/requirements.txt). Loopback only.
"""
import sys

from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.sr.coding import Code
from pydicom.uid import ExplicitVRLittleEndian, KeyObjectSelectionDocumentStorage, generate_uid
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelGet

port, calling, called, path = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
REFUSED_AGAIN = 0xC014
sent = dcmread(path)


def coded(code):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = code.value, code.scheme_designator, code.meaning
    return item


def key_object(title):
    """A document of the image's study, in a series of its own."""
    named = Dataset()
    named.ReferencedSOPClassUID, named.ReferencedSOPInstanceUID = sent.SOPClassUID, sent.SOPInstanceUID
    series = Dataset()
    series.SeriesInstanceUID, series.ReferencedSOPSequence = sent.SeriesInstanceUID, Sequence([named])
    study = Dataset()
    study.StudyInstanceUID, study.ReferencedSeriesSequence = sent.StudyInstanceUID, Sequence([series])
    observer = Dataset()
    observer.RelationshipType, observer.ValueType = "HAS OBS CONTEXT", "PNAME"
    observer.ConceptNameCodeSequence = Sequence([coded(Code("121008", "DCM", "Person Observer Name"))])
    observer.PersonName = "TEST^TECHNICIAN"
    image = Dataset()
    image.RelationshipType, image.ValueType, image.ReferencedSOPSequence = "CONTAINS", "IMAGE", Sequence([named])
    document = Dataset()
    document.SOPClassUID, document.SOPInstanceUID = KeyObjectSelectionDocumentStorage, generate_uid()
    document.StudyInstanceUID, document.SeriesInstanceUID = sent.StudyInstanceUID, generate_uid()
    if "SpecificCharacterSet" in sent:
        document.SpecificCharacterSet = sent.SpecificCharacterSet
    document.PatientName, document.PatientID = sent.get("PatientName", ""), sent.get("PatientID", "")
    document.Modality, document.Manufacturer, document.SeriesNumber, document.InstanceNumber = "KO", "TEST", 700, 1
    document.ContentDate, document.ContentTime = "20261121", "120000"
    document.ReferencedPerformedProcedureStepSequence = Sequence()
    document.CurrentRequestedProcedureEvidenceSequence = Sequence([study])
    document.ValueType, document.ContinuityOfContent = "CONTAINER", "SEPARATE"
    document.ConceptNameCodeSequence = Sequence([coded(title)])
    document.ContentSequence = Sequence([observer, image])
    document.file_meta = FileMetaDataset()
    document.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    document.file_meta.MediaStorageSOPClassUID = document.SOPClassUID
    document.file_meta.MediaStorageSOPInstanceUID = document.SOPInstanceUID
    return document


def store(dataset):
    ae = AE(ae_title=calling)
    ae.add_requested_context(dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID)
    association = ae.associate("127.0.0.1", port, ae_title=called)
    assert association.is_established, "no association for C-STORE"
    status = association.send_c_store(dataset)
    association.release()
    return status.Status


def fetched():
    """The UIDs of the study's images that C-GET brings."""
    received = []

    def keep(event):
        received.append(event.dataset.SOPInstanceUID)
        return 0x0000

    ae = AE(ae_title=calling)
    ae.add_requested_context(StudyRootQueryRetrieveInformationModelGet)
    roles = [sent.SOPClassUID, KeyObjectSelectionDocumentStorage]
    for storage in roles:
        ae.add_requested_context(storage)
    association = ae.associate(
        "127.0.0.1", port, ae_title=called, ext_neg=[build_role(storage, scp_role=True) for storage in roles],
        evt_handlers=[(evt.EVT_C_STORE, keep)])
    assert association.is_established, "no association for C-GET"
    query = Dataset()
    query.QueryRetrieveLevel = "STUDY"
    query.StudyInstanceUID = sent.StudyInstanceUID
    statuses = [status for status, _ in association.send_c_get(query, StudyRootQueryRetrieveInformationModelGet)]
    association.release()
    assert statuses and statuses[-1].Status == 0x0000, f"C-GET ended with {statuses}"
    return received


assert store(sent) == 0x0000, "the image"
interest = key_object(Code("113000", "DCM", "Of Interest"))
assert store(interest) == 0x0000, "a key object of interest"
assert sorted(fetched()) == sorted([sent.SOPInstanceUID, interest.SOPInstanceUID]), "both are given out"
rejection = key_object(Code("113037", "DCM", "Rejected for Patient Safety Reasons"))
assert store(rejection) == 0x0000, "the rejection note"
assert store(rejection) == 0x0000, "the same note again"
again = store(dcmread(path))
assert again == REFUSED_AGAIN, f"the rejected image sent again was answered {again:04X}"
left = fetched()
assert sent.SOPInstanceUID not in left, "the rejected image is still given out"
assert rejection.SOPInstanceUID not in left, "the note is given out"
print("done")
