// DIMSE command sets (PS3.7 6.3.1, E): group 0000, Implicit VR Little Endian.

import Foundation
import Vocabulary

/// Element numbers of group 0000 that are used here.
enum CommandElement: UInt16 {
    case affectedSOPClassUID = 0x0002
    case requestedSOPClassUID = 0x0003
    case commandField = 0x0100
    case messageID = 0x0110
    case messageIDBeingRespondedTo = 0x0120
    case priority = 0x0700
    case dataSetType = 0x0800
    case status = 0x0900
    case errorComment = 0x0902
    case affectedSOPInstanceUID = 0x1000
    case moveOriginatorAETitle = 0x1030
    case moveOriginatorMessageID = 0x1031
    case remainingSubOperations = 0x1020
    case completedSubOperations = 0x1021
    case failedSubOperations = 0x1022
    case warningSubOperations = 0x1023
}

/// PS3.7 table E.1-1. A response is its request with the highest bit set.
enum CommandField: UInt16 {
    case storeRequest = 0x0001
    case storeResponse = 0x8001
    case getRequest = 0x0010
    case getResponse = 0x8010
    case echoRequest = 0x0030
    case echoResponse = 0x8030
    case cancelRequest = 0x0FFF
}

struct CommandSet {
    /// (0000,0800) of a command without a data set.
    static let noDataSet: UInt16 = 0x0101
    /// Larger than any command of PS3.7.
    static let limit = 16_384

    private var values: [UInt16: Data] = [:]

    init(_ field: CommandField) {
        self[.commandField] = field.rawValue
        self[.dataSetType] = Self.noDataSet
    }

    /// A response with no more than what every response carries.
    init(respondingTo request: CommandSet, status: DIMSEStatus) {
        self[.commandField] = (request[.commandField] ?? 0) | 0x8000
        self[.messageIDBeingRespondedTo] = request[.messageID] ?? 0
        self[.dataSetType] = Self.noDataSet
        self[.status] = status.rawValue
        for element in [CommandElement.affectedSOPClassUID, .affectedSOPInstanceUID] {
            values[element.rawValue] = request.values[element.rawValue]
        }
    }

    subscript(element: CommandElement) -> UInt16? {
        get {
            guard let value = values[element.rawValue], value.count >= 2 else { return nil }
            return UInt16(value[value.startIndex]) | UInt16(value[value.startIndex + 1]) << 8
        }
        set { values[element.rawValue] = newValue.map { Data([UInt8($0 & 0xFF), UInt8($0 >> 8)]) } }
    }

    func text(_ element: CommandElement) -> String? {
        values[element.rawValue].map { UIDSyntax.trimmed(String(decoding: $0, as: UTF8.self)) }
    }

    mutating func set(_ element: CommandElement, uid: String) {
        var bytes = Data(uid.utf8)
        if bytes.count % 2 == 1 { bytes.append(0) }
        values[element.rawValue] = bytes
    }

    /// Text is cut to `limit` bytes; an error comment (LO) holds 64.
    mutating func set(_ element: CommandElement, text: String, limit: Int) {
        // The command set has no character set: ASCII only.
        var bytes = Data(text.utf8.prefix(limit).map { (0x20...0x7E).contains($0) && $0 != 0x5C ? $0 : 0x3F })
        if bytes.count % 2 == 1 { bytes.append(0x20) }
        values[element.rawValue] = bytes
    }

    var field: CommandField? { self[.commandField].flatMap(CommandField.init) }
    var hasDataSet: Bool { (self[.dataSetType] ?? Self.noDataSet) != Self.noDataSet }
    var status: DIMSEStatus { DIMSEStatus(rawValue: self[.status] ?? DIMSEStatus.processingFailure.rawValue) }

    // MARK: Bytes

    func encoded() -> Data {
        var body = Data()
        for (element, value) in values.sorted(by: { $0.key < $1.key }) {
            Self.append(element, value, to: &body)
        }
        var encoded = Data()
        let length = UInt32(body.count)
        Self.append(0, Data((0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) }), to: &encoded)
        return encoded + body
    }

    private static func append(_ element: UInt16, _ value: Data, to data: inout Data) {
        data.append(contentsOf: [0, 0, UInt8(element & 0xFF), UInt8(element >> 8)])
        let length = UInt32(value.count)
        data.append(contentsOf: (0..<4).map { UInt8(truncatingIfNeeded: length >> ($0 * 8)) })
        data.append(value)
    }

    /// `nil` when the bytes are no command set.
    init?(decoding bytes: [UInt8]) {
        var offset = 0
        while offset < bytes.count {
            guard offset + 8 <= bytes.count, bytes[offset] == 0, bytes[offset + 1] == 0 else { return nil }
            let element = UInt16(bytes[offset + 2]) | UInt16(bytes[offset + 3]) << 8
            let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + 4 + $1]) << ($1 * 8) }
            guard length <= bytes.count - offset - 8 else { return nil }
            values[element] = Data(bytes[(offset + 8)..<(offset + 8 + length)])
            offset += 8 + length
        }
        guard self[.commandField] != nil else { return nil }
    }
}
