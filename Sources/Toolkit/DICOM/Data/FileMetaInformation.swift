// The head of a Part 10 file: preamble, "DICM" and group 2 (PS3.10 7.1).

import Foundation
import Vocabulary

/// Group 2, read and written without DCMTK: a file in a transfer syntax it does not know must still be stored and sent.
///
/// UIDs are kept as text: what a sender wrote is not judged here.
package struct FileMetaInformation: Hashable, Sendable {
    package static let implementationClassUID = "2.25.190436530293402811706113472985630412107"
    package static let implementationVersionName = "JIELI_1"

    package var mediaStorageSOPClassUID: String
    package var mediaStorageSOPInstanceUID: String
    package var transferSyntax: TransferSyntax
    package var implementationClassUID: String
    package var implementationVersionName: String?
    /// (0002,0016): who sent it to whoever wrote the file.
    package var sourceAETitle: String?

    package init(
        mediaStorageSOPClassUID: String, mediaStorageSOPInstanceUID: String, transferSyntax: TransferSyntax,
        sourceAETitle: String? = nil, implementationClassUID: String = Self.implementationClassUID,
        implementationVersionName: String? = Self.implementationVersionName
    ) {
        self.mediaStorageSOPClassUID = mediaStorageSOPClassUID
        self.mediaStorageSOPInstanceUID = mediaStorageSOPInstanceUID
        self.transferSyntax = transferSyntax
        self.sourceAETitle = sourceAETitle
        self.implementationClassUID = implementationClassUID
        self.implementationVersionName = implementationVersionName
    }

    // MARK: Writing

    /// Preamble, "DICM" and the group; the data set's bytes follow directly.
    package func encoded() -> Data {
        var group = Data()
        Self.append(0x0001, vr: "OB", [0x00, 0x01], to: &group)
        Self.append(0x0002, vr: "UI", Self.uid(mediaStorageSOPClassUID), to: &group)
        Self.append(0x0003, vr: "UI", Self.uid(mediaStorageSOPInstanceUID), to: &group)
        Self.append(0x0010, vr: "UI", Self.uid(transferSyntax.rawValue), to: &group)
        Self.append(0x0012, vr: "UI", Self.uid(implementationClassUID), to: &group)
        if let name = implementationVersionName { Self.append(0x0013, vr: "SH", Self.text(name), to: &group) }
        if let title = sourceAETitle { Self.append(0x0016, vr: "AE", Self.text(title), to: &group) }

        var head = Data(count: 128)
        head.append(contentsOf: Array("DICM".utf8))
        let length = UInt32(group.count)
        Self.append(0x0000, vr: "UL", (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }, to: &head)
        head.append(group)
        return head
    }

    private static func append(_ element: UInt16, vr: String, _ value: [UInt8], to data: inout Data) {
        data.append(contentsOf: [0x02, 0x00, UInt8(element & 0xFF), UInt8(element >> 8)])
        data.append(contentsOf: Array(vr.utf8))
        let length = value.count
        if vr == "OB" {
            data.append(contentsOf: [0, 0])
            data.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) })
        } else {
            data.append(contentsOf: [UInt8(truncatingIfNeeded: length), UInt8(truncatingIfNeeded: length >> 8)])
        }
        data.append(contentsOf: value)
    }

    private static func uid(_ value: String) -> [UInt8] { padded(Array(value.utf8), with: 0) }
    private static func text(_ value: String) -> [UInt8] { padded(Array(value.utf8), with: 0x20) }

    private static func padded(_ bytes: [UInt8], with padding: UInt8) -> [UInt8] {
        bytes.count % 2 == 0 ? bytes : bytes + [padding]
    }
}
