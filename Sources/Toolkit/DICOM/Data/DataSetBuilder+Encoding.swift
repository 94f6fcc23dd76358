// Data sets as bytes.

import Foundation

extension DataSetBuilder {
    /// The data set's bytes, little endian.
    package func encoded(isExplicit: Bool = true) -> Data {
        var data = Data()
        for (tag, element) in elements.sorted(by: { $0.key < $1.key }) {
            Self.append(tag, element.vr, element.value, isExplicit, to: &data)
        }
        return data
    }

    private static func append(_ tag: Tag, _ vr: VR, _ value: Value, _ isExplicit: Bool, to data: inout Data) {
        switch value {
        case .bytes(let bytes):
            // A short VR cannot say more than 65534 bytes: UN can, and keeps them (PS3.5 6.2.2).
            let vr = vr.hasLongLength || bytes.count < 0xFFFF ? vr : .UN
            header(tag, isExplicit ? vr : nil, length: bytes.count + bytes.count % 2, to: &data)
            data.append(contentsOf: bytes)
            if bytes.count % 2 == 1 { data.append(vr.padding) }
        case .items(let items):
            var content = Data()
            for item in items {
                let encoded = item.encoded(isExplicit: isExplicit)
                header(.item, nil, length: encoded.count, to: &content)
                content.append(encoded)
            }
            header(tag, isExplicit ? .SQ : nil, length: content.count, to: &data)
            data.append(content)
        case .fragments(let fragments):
            header(tag, vr, length: 0xFFFF_FFFF, to: &data)
            for fragment in [[]] + fragments {
                header(.item, nil, length: fragment.count + fragment.count % 2, to: &data)
                data.append(contentsOf: fragment)
                if fragment.count % 2 == 1 { data.append(0) }
            }
            header(.sequenceDelimitation, nil, length: 0, to: &data)
        }
    }

    /// Without a VR as Implicit VR writes elements, and both write items.
    private static func header(_ tag: Tag, _ vr: VR?, length: Int, to data: inout Data) {
        append16(tag.group, to: &data)
        append16(tag.element, to: &data)
        guard let vr else { return append32(UInt32(length), to: &data) }
        data.append(UInt8(vr.letters >> 8))
        data.append(UInt8(truncatingIfNeeded: vr.letters))
        if vr.hasLongLength {
            append16(0, to: &data)
            append32(UInt32(length), to: &data)
        } else {
            append16(UInt16(length), to: &data)
        }
    }

    private static func append16(_ value: UInt16, to data: inout Data) {
        data.append(UInt8(truncatingIfNeeded: value))
        data.append(UInt8(value >> 8))
    }

    private static func append32(_ value: UInt32, to data: inout Data) {
        append16(UInt16(truncatingIfNeeded: value), to: &data)
        append16(UInt16(value >> 16), to: &data)
    }
}
