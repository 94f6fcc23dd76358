// From an uploaded zip file to staged files.

import DICOM
import Foundation
import Observability
import StudyFlow
import Unpacking
import Vocabulary

/// Blocks. Only what begins like a DICOM file is unpacked at all: whatever else a zip file swells to costs nothing.
struct Unpack: Sendable {
    enum Found: Sendable {
        case image(InstanceHeader, StagedFile)
        case passed(ImportJob.Passed)
    }

    let zip: String
    let limits: UnpackingLimits
    /// Asks for a file of the job's folder, and for room in it.
    let newFile: @Sendable () throws -> (number: Int, path: String)
    let reserve: @Sendable (Int64) throws -> Void
    /// Gets a file that says that it is DICOM and can't be taken in, before it is removed.
    let refused: @Sendable (_ path: String, IntakeError) throws -> Void
    let found: @Sendable (Found) throws -> Void

    /// - Throws: `UnpackingError`; `MediaIntakeError.full`; whatever the closures throw. What was found until then stays.
    func run() throws {
        let reader = try ZipReader(file: zip, limits: limits)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        while let entry = try reader.next() {
            let head = try fill(buffer, from: reader, atLeast: Uploaded.headSize)
            switch Uploaded.kind(ofHead: UnsafeRawBufferPointer(rebasing: buffer[..<min(head, Uploaded.headSize)])) {
            case .zip:
                try found(.passed(.init(name: entry.name, reason: "a zip file inside the zip file; unpack it first")))
            case .other: try found(.passed(.init(name: entry.name, reason: "not a DICOM file")))
            case .dicom: try unpack(entry, reader, buffer, head)
            }
        }
    }

    private func unpack(
        _ entry: ZipReader.Entry, _ reader: ZipReader, _ buffer: UnsafeMutableRawBufferPointer, _ head: Int
    ) throws {
        let (number, path) = try newFile()
        let file = try SpoolFile(path)
        var size: Int64 = 0
        do {
            var count = head
            while count > 0 {
                try reserve(Int64(count))
                size += Int64(count)
                try file.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
                count = try reader.read(into: buffer)
            }
            file.finish()
        } catch {
            file.discard()
            try reserve(-size)
            throw error
        }
        switch Uploaded.inspect(path) {
        case .image(let header):
            try found(
                .image(
                    header,
                    StagedFile(number: number, name: entry.name, size: size, study: header.studyInstanceUID)))
        case .directory, .zip:
            file.discard()
            try reserve(-size)
        case .refused(let refusal):
            try refused(path, refusal)
            file.discard()
            try reserve(-size)
            try found(.passed(.init(name: entry.name, reason: refusal.message)))
        case .other(let reason):
            file.discard()
            try reserve(-size)
            try found(.passed(.init(name: entry.name, reason: reason)))
        }
    }

    /// An entry comes in pieces of any size.
    private func fill(
        _ buffer: UnsafeMutableRawBufferPointer, from reader: ZipReader, atLeast wanted: Int
    ) throws -> Int {
        var filled = 0
        while filled < wanted {
            let count = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if count == 0 { break }
            filled += count
        }
        return filled
    }
}
