// Digital signatures over data sets (PS3.15 C).

internal import CDCMTK
import Foundation
import Vocabulary

/// The RSA key that signs for one node, and its certificate, as PEM files.
package struct SigningKeyFiles: Hashable, Sendable {
    package var key: String
    package var certificate: String

    package init(key: String, certificate: String) {
        self.key = key
        self.certificate = certificate
    }
}

/// One item of a Digital Signatures Sequence (FFFA,FFFA), checked.
package struct DigitalSignature: Hashable, Sendable {
    /// Every element of the data set is signed and as it was when it was signed.
    package var isIntact: Bool
    /// Why it is not, in the words of the library.
    package var reason: String
    package var uid: String
    /// DICOM DT, by the signer's clock.
    package var signedAt: String
    /// DER; empty where the signature carries none.
    package var certificate: [UInt8]
}

extension DataSetBuilder {
    /// The instance as a Part 10 file with a signature over all of its elements: by the SR RSA profile for structured
    /// reports, by the Base RSA profile for others.
    ///
    /// - Throws: `DICOMError.other` when the key is no RSA key or does not fit the certificate.
    package func signedPart10(with files: SigningKeyFiles, isStructuredReport: Bool) throws -> Data {
        let plain = try part10()
        let offset = Self.metaLength(of: plain)
        let bytes = [UInt8](plain.dropFirst(offset))
        var signed: UnsafeMutablePointer<UInt8>?
        var count = 0
        var failure = ForeignFailure()
        let status = CDCMTK_sign_data_set(
            bytes, bytes.count, isStructuredReport ? 1 : 0, files.key, files.certificate, &signed, &count,
            &failure.text, failure.text.count)
        guard status == 0, let signed else {
            throw DICOMError(code: .other, message: "the object cannot be signed with \(files.key): \(failure)")
        }
        defer { CDCMTK_free(signed) }
        return plain.prefix(offset) + Data(bytes: signed, count: count)
    }

    /// PS3.10 7.1: 132 bytes, then the group's length element, which is 12 bytes long and counts what follows it.
    private static func metaLength(of file: Data) -> Int {
        let length = file.dropFirst(140).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        return 144 + length
    }
}

extension DICOMFile {
    /// The signatures of a stored file's data set; none: empty. More than eight are not read.
    ///
    /// - Throws: `DICOMError.malformed` when the file can't be read at all.
    package static func signatures(inFile path: String) throws -> [DigitalSignature] {
        var found = [CDCMTKSignature](repeating: CDCMTKSignature(), count: 8)
        var count = 0
        var failure = ForeignFailure()
        let status = CDCMTK_read_signatures(
            path, &found, found.count, &count, &failure.text, failure.text.count)
        guard status == 0 else {
            throw DICOMError(code: .malformed, message: "the signatures of the file cannot be read: \(failure)")
        }
        return found.prefix(count).map { raw in
            var raw = raw
            defer { CDCMTK_free(raw.certificate) }
            let certificate = raw.certificate.map { Array(UnsafeBufferPointer(start: $0, count: raw.certificateCount)) }
            let isWhole = raw.coversAll != 0
            return DigitalSignature(
                isIntact: raw.valid != 0 && isWhole,
                reason: raw.valid == 0
                    ? text(&raw.reason) : isWhole ? "" : "an element was added after it was signed",
                uid: text(&raw.uid), signedAt: text(&raw.dateTime), certificate: certificate ?? [])
        }
    }

    /// A C array of characters, up to its NUL.
    private static func text<Characters>(_ characters: inout Characters) -> String {
        withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

extension DigitalSignature {
    /// `YYYYMMDDHHMMSS.FFFFFF&ZZXX`; without an offset it is China's time.
    package var time: Timestamp? {
        let digits = signedAt.prefix { $0.isNumber }
        guard digits.count >= 14 else { return nil }
        func number(_ range: Range<Int>) -> Int {
            Int(String(Array(digits)[range])) ?? 0
        }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = offset ?? CivilTime.timeZone
        let parts = DateComponents(
            year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(8..<10),
            minute: number(10..<12),
            second: number(12..<14))
        return calendar.date(from: parts).map(Timestamp.init)
    }

    private var offset: TimeZone? {
        guard let sign = signedAt.lastIndex(where: { $0 == "+" || $0 == "-" }) else { return nil }
        let digits = signedAt[signedAt.index(after: sign)...]
        guard digits.count == 4, let number = Int(digits) else { return nil }
        let seconds = (number / 100 * 60 + number % 100) * 60
        return TimeZone(secondsFromGMT: signedAt[sign] == "-" ? -seconds : seconds)
    }
}
