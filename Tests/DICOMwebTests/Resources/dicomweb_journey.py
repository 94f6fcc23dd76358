"""Asks a node what dicomweb-client (PyPI) can ask, and compares the answers with the files that were stored.

    python dicomweb_journey.py PLAN

PLAN is a JSON file: url, token, authority (PEM), study, files (paths), loop (the path of a multi-frame one).
Prints one line for each step; a step that fails ends the program with its error.
"""

import io
import json
import sys
import warnings

import numpy
import pydicom
import requests
from dicomweb_client.api import DICOMwebClient
from PIL import Image

with open(sys.argv[1], encoding="utf-8") as plan_file:
    plan = json.load(plan_file)
session = requests.Session()
# No proxy and no other authority that this machine may have set.
session.trust_env = False
session.verify = plan["authority"]
session.headers["Authorization"] = f"Bearer {plan['token']}"
client = DICOMwebClient(plan["url"], session=session)
originals = {str(data.SOPInstanceUID): data for data in map(pydicom.dcmread, plan["files"])}
study = plan["study"]
warnings.simplefilter("error")


def step(name):
    print(name, flush=True)


def path_of(data):
    return str(data.StudyInstanceUID), str(data.SeriesInstanceUID), str(data.SOPInstanceUID)


step("search_for_studies")
found = client.search_for_studies(search_filters={"StudyInstanceUID": study}, fields=["InstitutionName"])
assert len(found) == 1, found
data = pydicom.Dataset.from_json(found[0])
mine = [original for original in originals.values() if original.StudyInstanceUID == study]
assert data.StudyInstanceUID == study
assert str(data.PatientName) == str(mine[0].PatientName), data.PatientName
assert data.NumberOfStudyRelatedInstances == len(mine)
assert data.InstitutionName == mine[0].InstitutionName
assert client.search_for_studies(search_filters={"PatientID": "NOBODY"}) == []
assert len(client.search_for_studies(limit=1, get_remaining=True)) == len(
    {original.StudyInstanceUID for original in originals.values()})

step("search_for_series, search_for_instances")
series = client.search_for_series(study)
assert {item["0020000E"]["Value"][0] for item in series} == {str(original.SeriesInstanceUID) for original in mine}
instances = client.search_for_instances(study)
assert {item["00080018"]["Value"][0] for item in instances} == {str(original.SOPInstanceUID) for original in mine}

step("retrieve_study_metadata")
for item in client.retrieve_study_metadata(study):
    data = pydicom.Dataset.from_json(item, bulk_data_uri_handler=lambda tag, vr, uri: b"")
    original = originals[str(data.SOPInstanceUID)]
    for name in ("PatientName", "PatientID", "StudyDescription", "Rows", "WindowCenter", "PixelSpacing", "Modality"):
        assert data.get(name) == original.get(name), (name, data.get(name), original.get(name))
    assert item["00083002"]["Value"] == [str(original.file_meta.TransferSyntaxUID)]

step("retrieve_bulkdata")
metadata = client.retrieve_instance_metadata(*path_of(mine[0]))
(pixels,) = client.retrieve_bulkdata(metadata["7FE00010"]["BulkDataURI"])
assert pixels == mine[0].PixelData

step("retrieve_study, as stored")
stored = client.retrieve_study(study)
assert len(stored) == len(mine)
for data in stored:
    original = originals[str(data.SOPInstanceUID)]
    assert data.file_meta.TransferSyntaxUID == original.file_meta.TransferSyntaxUID
    assert data == original

step("retrieve_instance, decoded")
for original in originals.values():
    data = client.retrieve_instance(
        *path_of(original), media_types=(("application/dicom", "1.2.840.10008.1.2.1"),))
    assert data.file_meta.TransferSyntaxUID == pydicom.uid.ExplicitVRLittleEndian, data.file_meta.TransferSyntaxUID
    if "LossyImageCompression" not in original or original.LossyImageCompression == "00":
        assert numpy.array_equal(data.pixel_array, original.pixel_array), original.file_meta.TransferSyntaxUID

step("iter_study, streamed")
assert {str(data.SOPInstanceUID) for data in client.iter_study(study)} == {
    str(original.SOPInstanceUID) for original in mine}

step("retrieve_instance_frames")
loop = pydicom.dcmread(plan["loop"])
native = (("application/octet-stream", "1.2.840.10008.1.2.1"),)
frames = client.retrieve_instance_frames(*path_of(loop), frame_numbers=[3, 1], media_types=native)
assert frames[0] == loop.pixel_array[2].tobytes()
assert frames[1] == loop.pixel_array[0].tobytes()
for original in originals.values():
    syntax = original.file_meta.TransferSyntaxUID
    media_type = {
        pydicom.uid.JPEGBaseline8Bit: "image/jpeg", pydicom.uid.JPEGLosslessSV1: "image/jpeg",
        pydicom.uid.JPEGLSLossless: "image/jls", pydicom.uid.JPEG2000Lossless: "image/jp2",
        pydicom.uid.RLELossless: "image/dicom-rle",
    }.get(syntax)
    if media_type is None:
        continue
    (frame,) = client.retrieve_instance_frames(
        *path_of(original), frame_numbers=[1], media_types=((media_type, str(syntax)),))
    (kept,) = pydicom.encaps.generate_frames(original.PixelData, number_of_frames=1)
    assert frame.rstrip(b"\0") == kept.rstrip(b"\0"), syntax

step("retrieve_instance_rendered")
picture = client.retrieve_instance_rendered(*path_of(mine[0]), media_types=("image/png",))
assert Image.open(io.BytesIO(picture)).size == (mine[0].Columns, mine[0].Rows)
picture = client.retrieve_instance_rendered(
    *path_of(mine[0]), media_types=("image/jpeg",), params={"window": "40,400,linear", "viewport": "32,32"})
assert Image.open(io.BytesIO(picture)).size == (32, 32)
picture = client.retrieve_instance_frames_rendered(*path_of(loop), frame_numbers=[2], media_types=("image/png",))
assert numpy.array_equal(numpy.asarray(Image.open(io.BytesIO(picture))), loop.pixel_array[1])

step("refusals")
for ask, status in (
    (lambda: client.retrieve_instance_metadata(study, "1.2.3", "1.2.3"), 404),
    (lambda: client.search_for_studies(search_filters={"StudyDate": "yesterday"}), 400),
    (lambda: client.retrieve_instance_frames(*path_of(mine[0]), [1], media_types=("image/jpeg",)), 406),
):
    try:
        ask()
        raise AssertionError(f"{status} expected")
    except requests.HTTPError as error:
        assert error.response.status_code == status, error.response.status_code
session.headers["Authorization"] = "Bearer wrong"
try:
    client.search_for_studies()
    raise AssertionError("401 expected")
except requests.HTTPError as error:
    assert error.response.status_code == 401
print("done", flush=True)
