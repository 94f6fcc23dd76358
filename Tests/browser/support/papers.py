"""A study of documents whose content is known: an ECG of squares, a report, PDFs, a CDA; every text tries to be a script."""

import os

import numpy
import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

from support.hostile import TEXT

PATIENT = "文档^测试"
LEADS = ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"]
MDC = [1, 2, 61, 62, 63, 64, 3, 4, 5, 6, 7, 8]
RATE, SECONDS = 500, 10
# High for so long at the beginning of every second.
HIGH = 0.4
MILLIVOLTS = {"I": 1.0, "II": 1.5, "V6": 1.0}
USUAL = 0.5
# Of V6, in seconds.
MISSING = (8, 9)
PADDING = -32768
LONG_FINDING = "两肺纹理清晰。" * 200
SR, KO = "1.2.840.10008.5.1.4.1.1.88.33", "1.2.840.10008.5.1.4.1.1.88.59"


def code(value, scheme, meaning):
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return Sequence([item])


class Papers:
    def __init__(self, folder, image):
        """`image`: a file that belongs to the study too, and that the report speaks of."""
        self.folder, self.study = folder, generate_uid()
        self.image = pydicom.dcmread(image)
        self.image.StudyInstanceUID = self.study
        self.image.PatientName, self.image.PatientID = PATIENT, "PAPERS-1"
        self.image.SpecificCharacterSet = "ISO_IR 192"
        self.image.SeriesInstanceUID, self.image.SOPInstanceUID = generate_uid(), generate_uid()
        self.image.file_meta.MediaStorageSOPInstanceUID = self.image.SOPInstanceUID
        self.paths = [os.path.join(folder, "image.dcm")]
        self.image.save_as(self.paths[0])
        for number, make in enumerate([self.ecg, self.report, self.plain_pdf, self.evil_pdf, self.cda, self.keys], start=11):
            data = make()
            data.SeriesNumber, data.InstanceNumber = number, 1
            path = os.path.join(folder, f"{number}.dcm")
            data.save_as(path, enforce_file_format=True)
            self.paths.append(path)

    def new(self, sop_class, modality, description):
        data = Dataset()
        data.file_meta = FileMetaDataset()
        data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        data.file_meta.MediaStorageSOPClassUID = sop_class
        data.SpecificCharacterSet = "ISO_IR 192"
        data.SOPClassUID, data.SOPInstanceUID = sop_class, generate_uid()
        data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID
        data.StudyInstanceUID, data.SeriesInstanceUID = self.study, generate_uid()
        data.PatientName, data.PatientID = PATIENT, "PAPERS-1"
        data.PatientBirthDate, data.PatientSex = "19700101", "F"
        for name in ("StudyDate", "StudyTime", "StudyID", "AccessionNumber"):
            setattr(data, name, self.image.get(name, ""))
        data.ContentDate, data.ContentTime = "20261121", "101500"
        data.Modality, data.SeriesDescription = modality, description
        data.Manufacturer = "Synthetic"
        return data

    def ecg(self):
        data = self.new("1.2.840.10008.5.1.4.1.1.9.1.1", "ECG", "12 导联")
        data.AcquisitionDateTime = "20261121101400"
        group = Dataset()
        group.MultiplexGroupTimeOffset, group.WaveformOriginality, group.MultiplexGroupLabel = "0", "ORIGINAL", "RHYTHM"
        group.NumberOfWaveformChannels, group.NumberOfWaveformSamples = 12, RATE * SECONDS
        group.SamplingFrequency = str(RATE)
        group.WaveformBitsAllocated, group.WaveformSampleInterpretation = 16, "SS"
        group.add_new(0x5400100A, "OW", numpy.array([PADDING], "<i2").tobytes())
        definitions, columns = [], []
        seconds = numpy.arange(RATE * SECONDS) / RATE
        for lead, number in zip(LEADS, MDC):
            channel = Dataset()
            channel.ChannelSourceSequence = code(f"2:{number}", "MDC", f"Lead {lead}")
            # 2.5 µV, twice: 5 µV a step.
            channel.ChannelSensitivity, channel.ChannelSensitivityCorrectionFactor = "2.5", "2"
            channel.ChannelSensitivityUnitsSequence = code("uV", "UCUM", "microvolt")
            channel.ChannelBaseline, channel.ChannelSampleSkew = "0", "0"
            channel.WaveformBitsStored = 16
            channel.FilterLowFrequency, channel.FilterHighFrequency = "0.05", "150"
            definitions.append(channel)
            steps = numpy.where(seconds % 1 < HIGH, MILLIVOLTS.get(lead, USUAL) / 0.005, 0)
            if lead == "V6":
                steps[(seconds >= MISSING[0]) & (seconds < MISSING[1])] = PADDING
            columns.append(steps)
        group.ChannelDefinitionSequence = Sequence(definitions)
        group.add_new(0x54001010, "OW", numpy.stack(columns, axis=1).astype("<i2").tobytes())
        data.WaveformSequence = Sequence([group])
        notes = []
        for words in ("窦性心律", TEXT):
            note = Dataset()
            note.ReferencedWaveformChannels, note.UnformattedTextValue = [1, 0], words
            notes.append(note)
        rr = Dataset()
        rr.ReferencedWaveformChannels, rr.NumericValue = [1, 0], "1000"
        rr.ConceptNameCodeSequence = code("5.10.2.1-3", "SCPECG", "RR Interval")
        rr.MeasurementUnitsCodeSequence = code("ms", "UCUM", "ms")
        data.WaveformAnnotationSequence = Sequence(notes + [rr])
        return data

    def item(self, kind, relationship="CONTAINS", name=None):
        item = Dataset()
        item.RelationshipType, item.ValueType = relationship, kind
        if name:
            item.ConceptNameCodeSequence = code("121071", "DCM", name)
        return item

    def reference(self):
        item = self.item("IMAGE")
        target = Dataset()
        target.ReferencedSOPClassUID, target.ReferencedSOPInstanceUID = self.image.SOPClassUID, self.image.SOPInstanceUID
        item.ReferencedSOPSequence = Sequence([target])
        return item

    def report(self):
        data = self.new(SR, "SR", "报告")
        data.ValueType, data.ContinuityOfContent = "CONTAINER", "SEPARATE"
        data.CompletionFlag, data.VerificationFlag = "COMPLETE", "UNVERIFIED"
        data.ConceptNameCodeSequence = code("126000", "DCM", "Imaging Measurement Report")
        finding = self.item("TEXT", name="Finding")
        finding.TextValue = TEXT
        long_finding = self.item("TEXT", name="Long finding")
        long_finding.TextValue = LONG_FINDING
        length = self.item("NUM", name="Length")
        value = Dataset()
        value.NumericValue, value.MeasurementUnitsCodeSequence = "23.5", code("mm", "UCUM", "millimeter")
        length.MeasuredValueSequence = Sequence([value])
        container = self.item("CONTAINER", name="Measurements")
        container.ContinuityOfContent = "SEPARATE"
        container.ContentSequence = Sequence([length, self.reference()])
        data.ContentSequence = Sequence([finding, long_finding, container])
        return data

    def keys(self):
        data = self.new(KO, "KO", "关键图像")
        data.ValueType, data.ContinuityOfContent = "CONTAINER", "SEPARATE"
        data.ConceptNameCodeSequence = code("113000", "DCM", "Of Interest")
        data.ContentSequence = Sequence([self.reference()])
        return data

    def document(self, sop_class, mime, content, description):
        data = self.new(sop_class, "DOC", description)
        data.DocumentTitle, data.MIMETypeOfEncapsulatedDocument = description, mime
        data.EncapsulatedDocumentLength = len(content)
        data.EncapsulatedDocument = content + b"\0" * (len(content) % 2)
        return data

    def plain_pdf(self):
        return self.document("1.2.840.10008.5.1.4.1.1.104.1", "application/pdf", pdf(), "设备报告")

    def evil_pdf(self):
        script = b"/OpenAction << /S /JavaScript /JS (app.alert\\('PDF SCRIPT'\\);) >>"
        return self.document("1.2.840.10008.5.1.4.1.1.104.1", "application/pdf", pdf(script), "带脚本")

    def cda(self):
        xml = ("<?xml version='1.0' encoding='utf-8'?><?xml-stylesheet type='text/xsl' href='x.xsl'?><ClinicalDocument xmlns='urn:hl7-org:v3'>"
               "<title>出院小结</title><component><section><title>诊断</title><text><paragraph>肺炎 &lt;img src=x onerror=h()&gt;</paragraph>"
               "<script>h()</script></text></section></component></ClinicalDocument>")
        return self.document("1.2.840.10008.5.1.4.1.1.104.2", "text/XML", xml.encode(), "CDA")


def pdf(catalogue=b""):
    """One page, whose upper half is red."""
    drawing = b"1 0 0 rg 0 420 595 422 re f BT /F1 40 Tf 0 0 0 rg 60 300 Td (KNOWN DOCUMENT) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R " + catalogue + b" >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawing), drawing), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    file, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return file + b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
