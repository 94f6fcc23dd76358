import Archive
import DICOM
import Foundation
import HTTPTypes
import StudyFlow
import Testing
import Vocabulary

@Suite("DICOMweb over real files")
struct RealFilesTests {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/dicom")

    @Test(
        "answers for every file that was taken in",
        .enabled(if: FileManager.default.fileExists(atPath: folder.path), "needs ../shared/dicom"),
        .timeLimit(.minutes(5)))
    func everything() async throws {
        let fixture = try DICOMwebFixture()
        let files =
            FileManager.default.enumerator(at: Self.folder, includingPropertiesForKeys: nil)?
            .compactMap { $0 as? URL }.filter { $0.pathExtension == "dcm" }.map(\.path).sorted() ?? []
        var taken: [InstanceRecord] = []
        for file in files {
            let size = try FileManager.default.attributesOfItem(atPath: file)[.size] as? Int ?? 0
            guard size < 4 << 20 else { continue }
            do {
                taken.append(try fixture.store(file))
            } catch is IntakeError {
            } catch is DICOMError {}
        }
        #expect(taken.count > 100)
        let instances = Array(Set(taken)).sorted { $0.sopInstanceUID < $1.sopInstanceUID }
        try await fixture.withClient { client in
            for instance in instances {
                let name = "\(instance.sopInstanceUID) \(instance.transferSyntax.name)"
                let metadata = try await client.get(locator(instance) + "/metadata")
                #expect(metadata.status == .ok, "\(name)")
                #expect(try metadata.dataSets.count == 1, "\(name)")
                let stored = try await client.get(locator(instance), accept: "application/dicom; transfer-syntax=*")
                #expect(stored.data == (try fixture.bytes(of: instance)), "\(name)")
                let acceptable: [HTTPResponse.Status] = instance.isImage ? [.ok, .notAcceptable] : [.notFound]
                for path in ["/rendered", "/frames/1"] {
                    let status = try await client.get(locator(instance) + path).status
                    #expect(acceptable.contains(status), "\(name) \(path)")
                }
                let decoded = try await client.get(
                    locator(instance), accept: #"multipart/related; type="application/dicom""#)
                #expect(decoded.status == .ok, "\(name)")
            }
        }
    }
}
