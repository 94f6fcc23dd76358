import Foundation
import FuzzTargets
import TestSupport
import Testing

@Suite("What fuzzing found")
struct FuzzFindingTests {
    private static let folder = RealFiles.packageRoot.appending(path: "Tests/fuzzing/found")

    @Test("is survived by the target that found it")
    func survives() throws {
        var replayed = 0
        for name in FuzzTargets.names {
            let target = try #require(FuzzTargets.named(name))
            let folder = Self.folder.appending(path: name)
            guard FileManager.default.fileExists(atPath: folder.path) else { continue }
            for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
                target.run([UInt8](try Data(contentsOf: file)))
                replayed += 1
            }
        }
        #expect(replayed > 0)
    }
}
