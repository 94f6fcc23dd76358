// The data dictionary, DCMTK's.

internal import CDCMTK

/// PS3.6 as DCMTK's dictionary file holds it.
package enum DataDictionary {
    /// UN for a tag that the dictionary does not know. Where the standard leaves a choice: US, OW.
    package static func vr(of tag: Tag, privateCreator: String? = nil) -> VR {
        if tag.isGroupLength { return .UL }
        if tag.isPrivate, (0x10...0xFF).contains(tag.element) { return .LO }
        var letters: (CChar, CChar, CChar) = (0, 0, 0)
        withUnsafeMutablePointer(to: &letters) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 3) { name in
                CDCMTK_dictionary_vr(tag.group, tag.element, privateCreator, name)
            }
        }
        return VR(first: UInt8(bitPattern: letters.0), second: UInt8(bitPattern: letters.1))
    }

    /// `PatientName` for (0010,0010); `nil` for a tag that the dictionary does not know.
    package static func keyword(of tag: Tag) -> String? {
        var buffer = [CChar](repeating: 0, count: 128)
        CDCMTK_dictionary_keyword(tag.group, tag.element, &buffer, buffer.count)
        let keyword = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return keyword.isEmpty ? nil : keyword
    }

    package static func tag(keyword: String) -> Tag? {
        var group: UInt16 = 0
        var element: UInt16 = 0
        return CDCMTK_dictionary_tag(keyword, &group, &element) == 0 ? Tag(group, element) : nil
    }
}
