import DICOM
import Foundation
import TestSupport
import Testing
import Vocabulary

@Suite("Identity of instances")
struct DataIdentityTests {
    private let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func read(
        meta: (String, String) = ("1.2.840.10008.5.1.4.1.1.2", "1.2.3.4"), named name: String = "a.dcm",
        _ fill: (inout DataSetBuilder) -> Void
    ) throws -> InstanceHeader {
        var dataSet = DataSetBuilder()
        dataSet.set(.patientID, "0001")
        dataSet.set(.studyDate, "20261121")
        dataSet.set(.studyTime, "081500")
        dataSet.set(.modality, "CT")
        fill(&dataSet)
        // The builder's own head would be made from the data set.
        var whole = dataSet
        for tag in [DICOM.Tag.sopClassUID, .sopInstanceUID] { whole.remove(tag) }
        whole.set(.sopClassUID, meta.0)
        whole.set(.sopInstanceUID, meta.1)
        let (made, head) = (
            try dataSet.encoded(),
            FileMetaInformation(
                mediaStorageSOPClassUID: meta.0, mediaStorageSOPInstanceUID: meta.1,
                transferSyntax: .explicitVRLittleEndian)
        )
        let path = directory.appending(name)
        try (head.encoded() + made).write(to: URL(fileURLWithPath: path))
        return try InstanceHeader.read(file: path)
    }

    @Test("class and instance come from the head of the file where the data set does not name them")
    func fromTheHead() throws {
        let header = try read { _ in }
        #expect(header.sopClass == .ctImage && header.sopInstanceUID.rawValue == "1.2.3.4")
        #expect(header.hasAssumedIdentity)
        #expect(throws: DICOMError.self) { try read(meta: ("", "")) { _ in } }
    }

    @Test("images of one patient at one time are one study, wherever it is made up, and others are others")
    func study() throws {
        let first = try read { $0.set(.sopInstanceUID, "1.2.3.1") }
        let second = try read { $0.set(.sopInstanceUID, "1.2.3.2") }
        #expect(first.studyInstanceUID == second.studyInstanceUID)
        #expect(first.seriesInstanceUID == second.seriesInstanceUID)
        #expect(UIDSyntax.isValid(first.studyInstanceUID.rawValue))
        let otherPatient = try read { $0.set(.patientID, "0002") }
        #expect(otherPatient.studyInstanceUID != first.studyInstanceUID)
        let otherSeries = try read { $0.set(.seriesNumber, 7) }
        #expect(otherSeries.studyInstanceUID == first.studyInstanceUID)
        #expect(otherSeries.seriesInstanceUID != first.seriesInstanceUID)
        // Nobody's images at no time are not each other's.
        let strangers = try ["1.2.3.1", "1.2.3.2"].map { uid in
            try read {
                $0.remove(.patientID)
                $0.set(.sopInstanceUID, uid)
            }
        }
        #expect(strangers[0].studyInstanceUID != strangers[1].studyInstanceUID)
    }

    @Test("a UID of too many characters is known by another, the same each time; what is no UID is refused")
    func tooLong() throws {
        let long = "1.2.826.0.1.3680043.2.1143.7567016219912961108887122553257011601.11"
        let header = try read { $0.set(.sopInstanceUID, long) }
        #expect(UIDSyntax.isValid(header.sopInstanceUID.rawValue) && header.hasAssumedIdentity)
        let again = try read(meta: ("1.2.840.10008.5.1.4.1.1.2", header.sopInstanceUID.rawValue)) {
            $0.set(.sopInstanceUID, long)
        }
        #expect(again.sopInstanceUID == header.sopInstanceUID)
        #expect(throws: DICOMError.self) { try read { $0.set(.sopInstanceUID, "1.2.x") } }
        #expect(throws: DICOMError.self) { try read { $0.set(.studyInstanceUID, String(repeating: "1.", count: 200)) } }
    }
}
