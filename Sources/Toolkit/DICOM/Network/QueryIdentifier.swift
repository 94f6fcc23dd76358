// The identifier of a C-GET (PS3.4 C.4.3.2): which instances are asked for.

import Foundation
import Vocabulary

/// The level and the unique keys. Anything else a peer sends is ignored.
package struct QueryIdentifier: Hashable, Sendable {
    package enum Level: String, Hashable, Sendable {
        case patient = "PATIENT"
        case study = "STUDY"
        case series = "SERIES"
        case instance = "IMAGE"
    }

    package var level: Level
    package var studyInstanceUIDs: [StudyInstanceUID]
    package var seriesInstanceUIDs: [SeriesInstanceUID]
    package var sopInstanceUIDs: [SOPInstanceUID]

    package init(study: StudyInstanceUID) {
        self.init(level: .study, studyInstanceUIDs: [study])
    }

    package init(
        level: Level, studyInstanceUIDs: [StudyInstanceUID], seriesInstanceUIDs: [SeriesInstanceUID] = [],
        sopInstanceUIDs: [SOPInstanceUID] = []
    ) {
        self.level = level
        self.studyInstanceUIDs = studyInstanceUIDs
        self.seriesInstanceUIDs = seriesInstanceUIDs
        self.sopInstanceUIDs = sopInstanceUIDs
    }

    // MARK: Bytes

    func encoded(as syntax: TransferSyntax) -> Data {
        var data = Data()
        func list(_ uids: [some UniqueIdentifier]) -> String { uids.map(\.rawValue).joined(separator: "\\") }
        Self.append(0x0008, 0x0018, "UI", list(sopInstanceUIDs), as: syntax, to: &data)
        Self.append(0x0008, 0x0052, "CS", level.rawValue, as: syntax, to: &data)
        Self.append(0x0020, 0x000D, "UI", list(studyInstanceUIDs), as: syntax, to: &data)
        Self.append(0x0020, 0x000E, "UI", list(seriesInstanceUIDs), as: syntax, to: &data)
        return data
    }

    /// (0008,0058) of a C-GET-RSP that reports failures.
    static func failedInstances(_ uids: [String], as syntax: TransferSyntax) -> Data {
        var data = Data()
        // 65,534 bytes is what a UI value can hold in Explicit VR.
        append(0x0008, 0x0058, "UI", uids.prefix(1000).joined(separator: "\\"), as: syntax, to: &data)
        return data
    }

    private static func append(
        _ group: UInt16, _ element: UInt16, _ vr: String, _ value: String, as syntax: TransferSyntax,
        to data: inout Data
    ) {
        guard !value.isEmpty else { return }
        var bytes = Array(value.utf8)
        if bytes.count % 2 == 1 { bytes.append(vr == "UI" ? 0 : 0x20) }
        data.append(contentsOf: [UInt8(group & 0xFF), UInt8(group >> 8), UInt8(element & 0xFF), UInt8(element >> 8)])
        if syntax.isImplicitVR {
            data.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> ($0 * 8)) })
        } else {
            data.append(contentsOf: Array(vr.utf8))
            data.append(contentsOf: [UInt8(bytes.count & 0xFF), UInt8(bytes.count >> 8)])
        }
        data.append(contentsOf: bytes)
    }

    /// Throws `.malformed` when the bytes are not a flat data set in a native syntax, or lack a level.
    init(decoding data: Data, as syntax: TransferSyntax) throws {
        let values = try Self.values(of: [UInt8](data), isImplicit: syntax.isImplicitVR)
        func uids<UID: UniqueIdentifier>(_ tag: UInt32) -> [UID] {
            (values[tag] ?? "").split(separator: "\\").compactMap { UID(rawValue: String($0)) }
        }
        guard let level = values[0x0008_0052].flatMap({ Level(rawValue: UIDSyntax.trimmed($0)) }) else {
            throw DICOMError(code: .malformed, message: "the identifier has no query/retrieve level")
        }
        self.init(
            level: level, studyInstanceUIDs: uids(0x0020_000D), seriesInstanceUIDs: uids(0x0020_000E),
            sopInstanceUIDs: uids(0x0008_0018))
    }

    private static func values(of bytes: [UInt8], isImplicit: Bool) throws -> [UInt32: String] {
        let malformed = DICOMError(code: .malformed, message: "the identifier cannot be read")
        var values: [UInt32: String] = [:]
        var offset = 0
        while offset < bytes.count {
            guard offset + 8 <= bytes.count else { throw malformed }
            func number(_ at: Int, _ count: Int) -> Int {
                (0..<count).reduce(0) { $0 | Int(bytes[at + $1]) << ($1 * 8) }
            }
            let tag = UInt32(number(offset, 2)) << 16 | UInt32(number(offset + 2, 2))
            var header = 8
            var length = isImplicit ? number(offset + 4, 4) : number(offset + 6, 2)
            if !isImplicit {
                let vr = String(decoding: bytes[(offset + 4)..<(offset + 6)], as: UTF8.self)
                if ["OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UN", "UR", "UT", "SV", "UV"].contains(vr) {
                    header = 12
                    guard offset + 12 <= bytes.count else { throw malformed }
                    length = number(offset + 8, 4)
                }
            }
            guard length <= bytes.count - offset - header else { throw malformed }
            values[tag] = String(decoding: bytes[(offset + header)..<(offset + header + length)], as: UTF8.self)
            offset += header + length
        }
        return values
    }
}
