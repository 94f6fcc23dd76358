// What can go wrong with the archive's files.

import Foundation
import Observability

/// Equal when the codes are. Messages name paths and UIDs, never a patient.
package struct ArchiveError: ClassifiedError, Hashable {
    package enum Code: String, Sendable {
        /// The disk, or the quota, that holds the archive is full.
        case full
        /// A file or folder of the archive cannot be read or written.
        case io
        /// The archive's folder cannot be used: missing, not ours, or in use by another daemon.
        case unusable
        /// A path that leaves the archive.
        case badPath = "bad_path"
        /// A reference to something the archive doesn't hold.
        case notFound = "not_found"
        /// A file that is not a DICOM Part 10 file, whose header cannot be read, or that the disk does not give back.
        case unreadable
    }

    package let code: Code
    package let message: String
    package let cause: (any Error)?

    package init(code: Code, message: String, cause: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.cause = cause
    }

    /// A failed system call, from `errno`.
    init(systemCall: String, path: String, number: Int32) {
        let isFull = number == ENOSPC || number == EDQUOT
        let reason = String(cString: strerror(number))
        let remedy =
            isFull
            ? "the disk that holds the archive is full; free some space"
            : "check that the disk works and that the folder belongs to this user"
        self.init(code: isFull ? .full : .io, message: "\(systemCall) failed for \(path) (\(reason)): \(remedy)")
    }

    /// A failed `read`, from `errno`: the disk lost the bytes, or something else is wrong.
    init(readingFailed path: String, number: Int32) {
        guard [EIO, EBADMSG, EUCLEAN].contains(number) else {
            self.init(systemCall: "reading", path: path, number: number)
            return
        }
        self.init(
            code: .unreadable,
            message: "the disk does not give back \(path) (\(String(cString: strerror(number)))): check its health")
    }

    package var isRetriable: Bool { code == .full || code == .io }
    package var label: String { "archive_\(code.rawValue)" }

    package var description: String {
        guard let cause else { return message }
        return "\(message): \(cause)"
    }

    package static func == (lhs: Self, rhs: Self) -> Bool { lhs.code == rhs.code }
    package func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
