// People who do not exist.

import DICOM

/// A synthetic patient: plainly so by name.
package struct TestPatient: Hashable, Sendable {
    package var name: String
    package var id: String
    package var birthDate: String
    package var sex: String

    package init(name: String, id: String, birthDate: String = "19600101", sex: String = "O") {
        self.name = name
        self.id = id
        self.birthDate = birthDate
        self.sex = sex
    }

    package static let latin = TestPatient(name: "TEST^CHEST^CT", id: "TEST0001", sex: "M")
    package static let chinese = TestPatient(name: "TEST^JIA=测试^甲", id: "测试0002", birthDate: "19710203", sex: "F")
}

/// How a modality writes its text; the last two are faults that are met every day.
package enum TextEncoding: String, CaseIterable, Sendable {
    case utf8 = "ISO_IR 192"
    case gb18030 = "GB18030"
    case iso2022 = "\\ISO 2022 IR 58"
    case gbkDeclaredLatin1 = "ISO_IR 100"
    case gbkUndeclared = ""

    /// Sets the declaration; the other elements follow by `set`.
    func declare(in dataSet: inout DataSetBuilder) {
        if self == .gbkUndeclared {
            dataSet.remove(.specificCharacterSet)
        } else {
            dataSet.set(.specificCharacterSet, rawValue)
        }
    }

    func bytes(of text: String) -> [UInt8] {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return Array(text.utf8) }
        switch self {
        case .utf8: return Array(text.utf8)
        case .gb18030, .gbkDeclaredLatin1, .gbkUndeclared:
            return CharacterSets.encode(text, in: "GB18030") ?? Array("?".utf8)
        case .iso2022: return Self.iso2022(text)
        }
    }

    /// ESC $ ) A before each part of a name, as PS3.5 K.2 does it.
    private static func iso2022(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        var part = ""
        func flush() {
            if part.utf8.contains(where: { $0 >= 0x80 }) { bytes += [0x1B, 0x24, 0x29, 0x41] }
            bytes += CharacterSets.encode(part, in: "GB2312") ?? Array("?".utf8)
            part = ""
        }
        for character in text {
            if "^=\\".contains(character) {
                flush()
                bytes += Array(String(character).utf8)
            } else {
                part.append(character)
            }
        }
        flush()
        return bytes
    }
}
