// Part 10 files of our own.

internal import CDCMTK
import Foundation
import Vocabulary

extension DataSetBuilder {
    /// The whole file. Text is declared as UTF-8 unless the data set says otherwise; the meta header takes its UIDs from
    /// the data set. `transferSyntax` names what the pixel data already is; the elements are written accordingly, little
    /// endian.
    package func part10(
        transferSyntax: TransferSyntax = .explicitVRLittleEndian, declaresText: Bool = true
    ) throws -> Data {
        guard let sopClass = text(.sopClassUID), let instance = text(.sopInstanceUID) else {
            throw DICOMError(
                code: .malformed, message: "an instance without SOP class or instance UID cannot be written")
        }
        guard !transferSyntax.isBigEndian else {
            throw DICOMError(
                code: .unsupportedTransferSyntax, message: "\(transferSyntax.name) is not written; transcode a copy")
        }
        var declared = self
        if declaresText, !contains(.specificCharacterSet) { declared.set(.specificCharacterSet, "ISO_IR 192") }
        let meta = FileMetaInformation(
            mediaStorageSOPClassUID: sopClass, mediaStorageSOPInstanceUID: instance, transferSyntax: transferSyntax)
        let dataSet = declared.encoded(isExplicit: !transferSyntax.isImplicitVR)
        return meta.encoded() + (transferSyntax.isDeflated ? try Self.deflated(dataSet) : dataSet)
    }

    /// Writes the file, whole or not at all.
    package func write(
        to path: String, transferSyntax: TransferSyntax = .explicitVRLittleEndian, declaresText: Bool = true
    ) throws {
        let data = try part10(transferSyntax: transferSyntax, declaresText: declaresText)
        do {
            try data.write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw DICOMError(code: .io, message: "the instance cannot be written", cause: error)
        }
    }

    private func text(_ tag: Tag) -> String? {
        guard case .bytes(let bytes)? = elements[tag]?.value, !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func deflated(_ dataSet: Data) throws -> Data {
        let bytes = [UInt8](dataSet)
        var deflated: UnsafeMutablePointer<UInt8>?
        var count = 0
        var failure = ForeignFailure()
        guard CDCMTK_deflate(bytes, bytes.count, &deflated, &count, &failure.text, failure.text.count) == 0 else {
            throw DICOMError(code: .other, message: "the data set cannot be deflated: \(failure)")
        }
        defer { CDCMTK_free(deflated) }
        var data = Data(UnsafeBufferPointer(start: deflated, count: count))
        // PS3.5 A.5: an odd stream gets a NUL.
        if data.count % 2 == 1 { data.append(0) }
        return data
    }
}

extension CharacterSets {
    /// Text in another encoding than UTF-8, by iconv's name ("GB18030"); `nil` where it lacks a character.
    package static func encode(_ text: String, in encoding: String) -> [UInt8]? {
        TextConversion.encode(text, to: encoding)
    }

    /// `nil` where it lacks a character.
    package static func encode(_ text: String, in encoding: CharacterEncoding) -> [UInt8]? {
        TextConversion.encode(text, to: encoding.iconvName)
    }
}
