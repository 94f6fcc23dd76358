"""Real files of many makers, beside the repository where there are any: their list, and sending them as modalities do."""

import csv
import os
import warnings

import pydicom
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, generate_uid
from pynetdicom import AE, _config

# Some have longer UIDs than there may be, and are sent all the same.
_config.VALIDATORS["UI"] = lambda value: (True, "")

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", "..", ".."))
FOLDER = os.path.join(ROOT, "..", "shared", "dicom")
MOST_CONTEXTS = 100


def good_files():
    """Those that a viewer must show; None where the collection is not here."""
    manifest = os.path.join(FOLDER, "MANIFEST.tsv")
    if not os.path.exists(manifest):
        return None
    with open(manifest, encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t")
        return [os.path.join(FOLDER, row["file"]) for row in rows if row["expect"] == "ok" and row["rows_x_cols_x_frames"]]


def send(node, paths):
    """C-STORE, each file in the form it has.

    Returns what was not taken, the files by study (a few name none), and the images that have no pixels.
    """
    # What is irregular about them is known.
    warnings.simplefilter("ignore")
    found = [(path, read(path)) for path in paths]
    # The same image in many forms is many images here; a node holds one object to a UID.
    seen = set()
    for _, data in found:
        if data.SOPInstanceUID in seen:
            data.SOPInstanceUID = generate_uid()
            data.SeriesInstanceUID = generate_uid()
        seen.add(data.SOPInstanceUID)
    refused, studies = [], {}
    waiting = list(found)
    while waiting:
        forms, batch = set(), []
        while waiting:
            path, data = waiting[0]
            form = (data.SOPClassUID, data.file_meta.TransferSyntaxUID)
            if form not in forms and len(forms) == MOST_CONTEXTS:
                break
            forms.add(form)
            batch.append(waiting.pop(0))
        entity = AE("CT01")
        # A machine busy with other work is no fault of the node.
        entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = 60
        for sop_class, syntax in forms:
            entity.add_requested_context(sop_class, syntax)
        association = call(entity, node)
        for path, data in batch:
            status = association.send_c_store(data).get("Status")
            if status is None:
                # As a modality does: an association that ended is no answer, and the image is sent again on another.
                print(f"          no answer to {os.path.basename(path)}; it is sent again", flush=True)
                association.abort()
                association = call(entity, node)
                status = association.send_c_store(data).get("Status")
            if status == 0:
                studies.setdefault(str(data.get("StudyInstanceUID", "")), []).append(os.path.relpath(path, FOLDER))
            else:
                refused.append(f"{os.path.relpath(path, FOLDER)}: {status}")
        association.release()
    bare = {str(data.SOPInstanceUID) for _, data in found if "PixelData" not in data}
    return refused, studies, bare


def call(entity, node):
    association = entity.associate("127.0.0.1", node.dicom_port, ae_title=node.title)
    assert association.is_established, "no association"
    return association


def read(path):
    """With the head that a file of before there were heads lacks."""
    data = pydicom.dcmread(path, force=True)
    if "TransferSyntaxUID" not in data.file_meta:
        data.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if data.original_encoding[0] else ExplicitVRLittleEndian
    return data
