// The DICOM JSON model (PS3.18 F.2).

import Foundation

/// Writes data sets as DICOM JSON: text in UTF-8 whatever the file declares, pixel data and long values as bulk data.
///
/// Irregular input is no reason to fail: what has no place in JSON (a number that is none, an unknown VR) is written as
/// text or binary, and an element that cannot be read at all stands without a value.
package struct DICOMJSON: Sendable {
    /// Longer values are offered as bulk data, where their VR may be.
    package var inlineLimit: Int
    /// The address of a value, by its path in the data set: "7FE00010", or "00880200/0/7FE00010" for one in an item.
    package var bulkDataURI: @Sendable (_ path: String) -> String

    package init(inlineLimit: Int = 1024, bulkDataURI: @escaping @Sendable (_ path: String) -> String) {
        self.inlineLimit = inlineLimit
        self.bulkDataURI = bulkDataURI
    }

    /// One JSON object. DICOMweb wants a list of them, of which this is one.
    ///
    /// - Parameter omitted: of the outermost elements, those that somebody else has better.
    package func encode(_ dataSet: DataSet, omitting omitted: Set<Tag> = []) -> Data {
        var output = JSONOutput()
        write(dataSet, path: "", omitting: omitted, to: &output)
        return Data(output.bytes)
    }

    // The recursion is as deep as the walker let the data set be.
    private func write(
        _ dataSet: DataSet, path: String, omitting omitted: Set<Tag> = [], to output: inout JSONOutput
    ) {
        output.begin("{")
        var last: Tag?
        for element in dataSet.elements.sorted(by: { $0.tag < $1.tag })
        where element.tag.group > 2 && !element.tag.isGroupLength && element.tag != last
            && !omitted.contains(element.tag)
        {
            last = element.tag
            let vr = element.vr.isStandard ? element.vr : .UN
            output.key(element.tag.hexadecimal)
            output.begin("{")
            output.key("vr")
            output.string(vr.description)
            write(element, vr: vr, in: dataSet, path: path + element.tag.hexadecimal, to: &output)
            output.end("}")
        }
        output.end("}")
    }

    private func write(
        _ element: DataSet.Element, vr: VR, in dataSet: DataSet, path: String, to output: inout JSONOutput
    ) {
        switch element.content {
        case .items(let items):
            guard !items.isEmpty else { return }
            output.key("Value")
            output.begin("[")
            for (index, item) in items.enumerated() {
                output.separate()
                write(item, path: "\(path)/\(index)/", to: &output)
            }
            output.end("]")
        case .fragments:
            bulk(path, to: &output)
        case .bytes(_, let count) where count == 0:
            break
        case .bytes(let offset, let count):
            let isBulk = element.tag.group == 0x7FE0 || count > limit(of: vr)
            if isBulk { return bulk(path, to: &output) }
            // A value that cannot be read leaves its element empty.
            guard let bytes = try? dataSet.source.bytes(at: offset, count: count) else { return }
            if element.tag == .specificCharacterSet {
                // The text around it is UTF-8 by now (PS3.18 F.2).
                writeStrings(["ISO_IR 192"], vr: vr, to: &output)
            } else if vr.isString {
                writeStrings(dataSet.strings(in: bytes, vr: vr), vr: vr, to: &output)
            } else {
                writeBinary(bytes, element, vr: vr, to: &output)
            }
        }
    }

    private func bulk(_ path: String, to output: inout JSONOutput) {
        output.key("BulkDataURI")
        output.string(bulkDataURI(path))
    }

    /// What people wrote (a report's findings) stays with what it belongs to, in UTF-8, unless it is a book; by itself it
    /// would come as the bytes of the file.
    private func limit(of vr: VR) -> Int {
        switch vr {
        case .LT, .ST, .UT, .UC, .UR: max(inlineLimit, 256 << 10)
        case .DS, .IS: inlineLimit
        default: vr.isString ? .max : inlineLimit
        }
    }

    // MARK: Values

    private func writeStrings(_ values: [String], vr: VR, to output: inout JSONOutput) {
        guard values.contains(where: { !$0.isEmpty }) else { return }
        output.key("Value")
        output.begin("[")
        for value in values {
            output.separate()
            if value.isEmpty {
                output.raw("null")
            } else if vr == .PN {
                personName(value, to: &output)
            } else if vr == .DS || vr == .IS {
                output.number(text: value)
            } else {
                output.string(value)
            }
        }
        output.end("]")
    }

    private func personName(_ name: String, to output: inout JSONOutput) {
        output.begin("{")
        let groups = name.split(separator: "=", maxSplits: 2, omittingEmptySubsequences: false)
        for (label, group) in zip(["Alphabetic", "Ideographic", "Phonetic"], groups) where !group.isEmpty {
            output.key(label)
            output.string(String(group))
        }
        output.end("}")
    }

    private func writeBinary(_ bytes: [UInt8], _ element: DataSet.Element, vr: VR, to output: inout JSONOutput) {
        let isBigEndian = element.encoding.isBigEndian
        let isNumeric = [.US, .SS, .UL, .SL, .FL, .FD, .SV, .UV, .AT].contains(vr)
        guard isNumeric, bytes.count % (vr == .AT ? 4 : vr.unit) == 0 else {
            output.key("InlineBinary")
            let ordered = BinaryValue.littleEndian(bytes, unit: vr.unit, isBigEndian: isBigEndian)
            return output.string(Data(ordered).base64EncodedString())
        }
        output.key("Value")
        output.begin("[")
        switch vr {
        case .AT:
            let halves = BinaryValue.integers(bytes, of: UInt16.self, isBigEndian)
            for index in stride(from: 0, to: halves.count - 1, by: 2) {
                output.separate()
                output.string(Tag(halves[index], halves[index + 1]).hexadecimal)
            }
        case .SV: integers(BinaryValue.integers(bytes, of: Int64.self, isBigEndian), to: &output)
        case .UV: integers(BinaryValue.integers(bytes, of: UInt64.self, isBigEndian), to: &output)
        case .FL:
            for pattern in BinaryValue.integers(bytes, of: UInt32.self, isBigEndian) {
                output.separate()
                let value = Float(bitPattern: pattern)
                output.floating(value.isFinite ? "\(value)" : nil, Double(value))
            }
        case .FD:
            for pattern in BinaryValue.integers(bytes, of: UInt64.self, isBigEndian) {
                output.separate()
                let value = Double(bitPattern: pattern)
                output.floating(value.isFinite ? "\(value)" : nil, value)
            }
        default:
            let values = BinaryValue.numbers(bytes, vr: vr, tag: element.tag, isBigEndian: isBigEndian)
            integers(values.map { Int64($0) }, to: &output)
        }
        output.end("]")
    }

    private func integers(_ values: [some FixedWidthInteger], to output: inout JSONOutput) {
        for value in values {
            output.separate()
            output.raw(String(value))
        }
    }
}
