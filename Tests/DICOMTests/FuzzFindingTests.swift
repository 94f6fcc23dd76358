import Foundation
import FuzzTargets
import TestSupport
import Testing

@Suite("What fuzzing found")
struct FuzzFindingTests {
    private static let folder = RealFiles.packageRoot.appending(path: "Tests/fuzzing/found")

    @Test("is survived by the target that found it", arguments: FuzzTargets.names)
    func survives(name: String) throws {
        let target = try #require(FuzzTargets.named(name))
        let folder = Self.folder.appending(path: name)
        guard FileManager.default.fileExists(atPath: folder.path) else { return }
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files { target.run([UInt8](try Data(contentsOf: file))) }
    }
}
