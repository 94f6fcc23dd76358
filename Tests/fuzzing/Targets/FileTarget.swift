// A Part 10 file from a stranger: guarded, walked, read and shown.

import DICOM
import Foundation
import Vocabulary

struct FileTarget: FuzzTarget {
    private let limits: StructureLimits = {
        var limits = StructureLimits()
        limits.inflatedSize = 16 << 20
        return limits
    }()

    func run(_ input: [UInt8]) {
        let file = MemoryFile(input)
        var isSound = false
        expecting {
            _ = try StructureGuard.check(file: file.path, limits: limits)
            isSound = true
        }
        expecting { _ = try InstanceHeader.read(file: file.path, limits: limits) }
        expecting { _ = try MediaDirectory.read(file: file.path) }
        expecting {
            let opened = try DICOMFile(file.path, limits: limits)
            let dataSet = try opened.dataSet()
            for element in dataSet.elements { _ = try dataSet.strings(element) }
            let json = DICOMJSON { path in "/bulk/\(path)" }.encode(dataSet)
            do {
                _ = try JSONSerialization.jsonObject(with: json)
            } catch {
                broken("JSON that nobody can read: \(error)")
            }
        }
        // What the guard lets in is what DCMTK may get to see.
        guard isSound else { return }
        let output = "/dev/shm/jieli-fuzz-\(getpid())"
        defer { unlink(output) }
        expecting { try Transcoder.decompress(file: file.path, output: output, limit: 16 << 20) }
    }
}
