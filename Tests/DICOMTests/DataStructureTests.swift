import DICOM
import Foundation
import Testing
import Vocabulary

@Suite("Structure guard", .enabled(if: RealFiles.arePresent))
struct StructureGuardTests {
    @Test("lets every good file pass")
    func passesGoodFiles() throws {
        var refused: [String] = []
        for entry in RealFiles.good {
            do { try StructureGuard.check(file: entry.path) } catch { refused.append("\(entry.file): \(error)") }
        }
        #expect(refused == [])
    }

    @Test("reads the header of every good file that is an instance")
    func readsHeaders() throws {
        var refused: [String] = []
        for entry in RealFiles.good {
            do {
                let header = try InstanceHeader.read(file: entry.path)
                #expect(header.dataSetOffset + header.dataSetSize == (try size(entry.path)))
            } catch {
                refused.append("\(entry.file): \(error)")
            }
        }
        #expect(refused == [])
    }

    @Test("meets every malformed file with a verdict")
    func judgesMalformedFiles() throws {
        for entry in RealFiles.bad {
            do {
                let report = try StructureGuard.check(file: entry.path)
                print("pass   \(entry.file) \(report.notes.map(\.rawValue))")
            } catch let error as DICOMError {
                print("refuse \(entry.file) \(error)")
                #expect([.malformed, .notPart10, .tooLarge].contains(error.code))
            }
        }
    }

    private func size(_ path: String) throws -> Int {
        try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? -1
    }
}
