"""pynetdicom as a modality: says after each image that was answered 0x0000 "accepted PATH".

pynetdicom_sender.py PORT CALLING CALLED PATH…
"""
import sys

from pydicom import dcmread
from pynetdicom import AE

port, calling, called, paths = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
files = [(path, dcmread(path)) for path in paths]

ae = AE(ae_title=calling)
# A modality's patience, not a test's.
ae.acse_timeout = ae.dimse_timeout = ae.network_timeout = 20
for sop_class, syntax in sorted({(file.SOPClassUID, file.file_meta.TransferSyntaxUID) for _, file in files}):
    ae.add_requested_context(sop_class, syntax)
association = ae.associate("127.0.0.1", port, ae_title=called)
if not association.is_established:
    sys.exit("no association")
for path, file in files:
    answer = association.send_c_store(file)
    if "Status" not in answer:
        sys.exit("the association ended")
    if answer.Status == 0x0000:
        print("accepted", path, flush=True)
association.release()
