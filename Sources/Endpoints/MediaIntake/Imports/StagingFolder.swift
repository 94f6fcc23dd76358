// Uploaded files on disk, looked at.

import DICOM
import Foundation
import Glibc
import Observability
import StudyFlow
import Unpacking
import Vocabulary

/// What an uploaded file is.
enum UploadedKind: Sendable {
    case image(InstanceHeader)
    case zip
    case directory
    /// Says that it is DICOM, and can't be taken in.
    case refused(IntakeError)
    /// With the reason, for whoever uploads it.
    case other(String)
}

enum Uploaded {
    /// Enough to tell the kinds apart.
    static let headSize = 132

    enum Head { case dicom, zip, other }

    static func kind(ofHead bytes: some Collection<UInt8>) -> Head {
        if ZipReader.isZip(bytes) { return .zip }
        return bytes.count >= 132 && bytes.dropFirst(128).prefix(4).elementsEqual("DICM".utf8) ? .dicom : .other
    }

    /// Blocks.
    static func inspect(_ path: String) -> UploadedKind {
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { handle.closeFile() }
            let head = try handle.read(upToCount: headSize) ?? Data()
            switch kind(ofHead: head) {
            case .zip: return .zip
            case .other: return .other("not a DICOM file")
            case .dicom: break
            }
            let header = try InstanceHeader.read(file: path, limits: .intake)
            if header.sopClass == .mediaDirectory { return .directory }
            return header.sopClass.isStorage ? .image(header) : .refused(.notStorable(header.sopClass))
        } catch let error as DICOMError {
            // A DICOMDIR that can't be walked through.
            if (try? FileMetaInformation.read(fromFile: path).0.mediaStorageSOPClassUID)
                == SOPClass.mediaDirectory.rawValue
            {
                return .directory
            }
            return error.code == .io || error.code == .storageFull
                ? .other(error.sentence) : .refused(IntakeError(error))
        } catch {
            return .other(error.sentence)
        }
    }
}

/// A file being written. One thread at a time; every call blocks.
final class SpoolFile: Sendable {
    let path: String
    private let descriptor: LockedBox<Int32>

    /// - Throws: `MediaIntakeError.file`.
    init(_ path: String) throws {
        self.path = path
        let opened = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw MediaIntakeError(.file, "an uploaded file cannot be kept", errno: errno) }
        descriptor = LockedBox(opened)
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws {
        try descriptor.withLock { descriptor in
            var rest = bytes
            while !rest.isEmpty {
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count >= 0 else { throw MediaIntakeError(.file, "an uploaded file cannot be kept", errno: errno) }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }

    func finish() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    func discard() {
        finish()
        unlink(path)
    }

    deinit { finish() }
}
