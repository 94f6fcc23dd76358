import Archive
import DICOM
import DIMSEServices
import Foundation
import Reading
import StudyFlow
import TestSupport
import Testing
import Vocabulary

/// DCMTK writes, sends, fetches and reads.
@Suite("Rejection notes with DCMTK")
struct RejectionNoteTests {
    private let files: TemporaryDirectory

    init() throws { files = try TemporaryDirectory() }

    /// As another vendor's archive would write it (RAD TF-3 4.66), by `dump2dcm`.
    private func note(_ title: String, _ meaning: String, rejecting sample: Sample) async throws -> String {
        let text = """
            (0008,0016) UI [1.2.840.10008.5.1.4.1.1.88.59]
            (0008,0018) UI [\(SOPInstanceUID.generate())]
            (0008,0023) DA [20261121]
            (0008,0033) TM [120000]
            (0008,0060) CS [KO]
            (0008,0070) LO [SOMEBODY]
            (0008,1111) SQ
            (fffe,e0dd) -
            (0010,0010) PN [TEST^PAPER]
            (0010,0020) LO [0001]
            (0020,000d) UI [\(sample.study)]
            (0020,000e) UI [\(SeriesInstanceUID.generate())]
            (0020,0011) IS [700]
            (0020,0013) IS [1]
            (0040,a040) CS [CONTAINER]
            (0040,a043) SQ
            (fffe,e000) -
            (0008,0100) SH [\(title)]
            (0008,0102) SH [DCM]
            (0008,0104) LO [\(meaning)]
            (fffe,e00d) -
            (fffe,e0dd) -
            (0040,a050) CS [SEPARATE]
            (0040,a375) SQ
            (fffe,e000) -
            (0008,1115) SQ
            (fffe,e000) -
            (0008,1199) SQ
            (fffe,e000) -
            (0008,1150) UI [\(sample.sopClass)]
            (0008,1155) UI [\(sample.instance)]
            (fffe,e00d) -
            (fffe,e0dd) -
            (0020,000e) UI [\(sample.series)]
            (fffe,e00d) -
            (fffe,e0dd) -
            (0020,000d) UI [\(sample.study)]
            (fffe,e00d) -
            (fffe,e0dd) -
            (0040,a730) SQ
            (fffe,e000) -
            (0008,1199) SQ
            (fffe,e000) -
            (0008,1150) UI [\(sample.sopClass)]
            (0008,1155) UI [\(sample.instance)]
            (fffe,e00d) -
            (fffe,e0dd) -
            (0040,a010) CS [CONTAINS]
            (0040,a040) CS [IMAGE]
            (fffe,e00d) -
            (fffe,e0dd) -
            """
        let (dump, file) = (files.appending("\(title).txt"), files.appending("\(title).dcm"))
        try text.write(toFile: dump, atomically: true, encoding: .utf8)
        let made = try await tool("dump2dcm", [dump, file])
        #expect(made.code == 0, "\(made.output)")
        return file
    }

    @Test("sent by storescu they hide the image, which is then neither fetched nor taken again")
    func sent() async throws {
        let authority = try Authority()
        let node = try DIMSENode.county(authority)
        let sample = Sample()
        let image = try sample.write(to: files.appending("a.dcm"))
        let note = try await note("113037", "Rejected for Patient Safety Reasons", rejecting: sample)
        try await node.serving { plain, _ in
            for file in [image, note] {
                let sent = try await tool("storescu", ["-aet", "CT1", localhost, "\(plain)", file])
                #expect(sent.code == 0, "\(sent.output)")
            }
            #expect(try node.instance(sample.instance)?.withheld == .patientSafety)
            try await withAssociation(to: target(plain), logger: quiet) { association in
                let again = try await association.store(OutgoingInstance(path: image))
                #expect(again.status == .rejectedInstance)
                #expect(again.errorComment == "Rejected: Rejected for Patient Safety Reasons")
                #expect(try await association.echo() == .success)
            }
            let folder = files.appending("got")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let got = try await tool(
                "getscu",
                [
                    "-aet", "CT1", "-od", folder, "-k", "0008,0052=STUDY", "-k", "0020,000d=\(sample.study)", localhost,
                    "\(plain)",
                ])
            #expect(got.code == 0, "\(got.output)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
        #expect(try node.instance(sample.instance)?.isHere == true)
        #expect(try node.audited(.instancesRejected, .success).count == 1)
    }

    @Test("made here they are what DCMTK reads as a key object selection document")
    func made() async throws {
        let authority = try Authority()
        let node = try DIMSENode.county(authority)
        let sample = Sample()
        _ = try node.take(try sample.write(to: files.appending("a.dcm")))
        let notes = try await CorrectionDesk(node.flow).reject(
            of: sample.study, for: .quality, remark: "运动伪影", by: Person(user: "wang", displayName: "王运维"),
            right: .everything)
        let record = try #require(try node.instance(notes[0]))
        let read = try await tool("dsrdump", ["-Ec", node.store.url(of: record.path).path])
        #expect(read.code == 0, "\(read.output)")
        for wanted in ["Key Object Selection Document", "Rejected for Quality Reasons", "IMAGE"] {
            #expect(read.output.contains(wanted), "\(read.output)")
        }
    }
}
