#!/usr/bin/env python3
"""pynetdicom against one of our DICOM ports: C-ECHO, C-STORE of a file, C-GET of its study; what came back must be what went.

pynetdicom_peer.py PORT CALLING CALLED FILE [KEY CERTIFICATE AUTHORITY]
Needs pydicom and pynetdicom (Tests/requirements.txt). Loopback only.
"""
import ssl
import sys

from pydicom import dcmread
from pydicom.dataset import Dataset
from pynetdicom import AE, build_role, evt
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelGet, Verification

port, calling, called, path = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
tls = None
if len(sys.argv) > 5:
    key, certificate, authority = sys.argv[5:8]
    context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH, cafile=authority)
    context.load_cert_chain(certificate, key)
    tls = (context, "127.0.0.1")

sent = dcmread(path)
received = []


def keep(event):
    received.append(event.dataset)
    return 0x0000


ae = AE(ae_title=calling)
ae.add_requested_context(Verification)
ae.add_requested_context(sent.SOPClassUID, sent.file_meta.TransferSyntaxUID)
association = ae.associate("127.0.0.1", port, ae_title=called, tls_args=tls)
assert association.is_established, "no association for C-STORE"
assert association.send_c_echo().Status == 0x0000, "C-ECHO"
assert association.send_c_store(sent).Status == 0x0000, "C-STORE"
assert association.send_c_store(sent).Status == 0x0000, "the same again"
association.release()

ae = AE(ae_title=calling)
ae.add_requested_context(StudyRootQueryRetrieveInformationModelGet)
ae.add_requested_context(sent.SOPClassUID)
association = ae.associate(
    "127.0.0.1", port, ae_title=called, tls_args=tls, ext_neg=[build_role(sent.SOPClassUID, scp_role=True)],
    evt_handlers=[(evt.EVT_C_STORE, keep)])
assert association.is_established, "no association for C-GET"
query = Dataset()
query.QueryRetrieveLevel = "STUDY"
query.StudyInstanceUID = sent.StudyInstanceUID
statuses = [status for status, _ in association.send_c_get(query, StudyRootQueryRetrieveInformationModelGet)]
association.release()
assert statuses and statuses[-1].Status == 0x0000, f"C-GET ended with {statuses}"
assert len(received) == 1, f"{len(received)} instances came back"
assert received[0].SOPInstanceUID == sent.SOPInstanceUID
assert received[0].PatientName == sent.PatientName
print("done")
