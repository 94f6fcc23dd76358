// In which form a whole instance goes out.

import HTTPService
import Vocabulary

/// What becomes of an instance's stored bytes (PS3.18 8.7.3.5.2).
enum InstanceForm: Hashable, Sendable {
    /// Bit for bit as they came.
    case stored
    /// A decoded copy, or nothing.
    case native(TransferSyntax)
    /// A decoded copy; the stored bytes where they cannot be decoded. The client has named no transfer syntax.
    case nativeOrStored

    static let mediaType = "application/dicom"

    /// `nil` where the client takes none that can be made of `stored`.
    init?(_ range: MediaRange, stored: TransferSyntax) {
        guard range.takes(Self.mediaType) else { return nil }
        switch range.transferSyntax {
        // The standard's default is Explicit VR Little Endian; whoever takes anything at all gets what is here.
        case nil where range.isWildcard || stored == .explicitVRLittleEndian: self = .stored
        case nil: self = stored.hasDecoder ? .nativeOrStored : .stored
        case "*", stored.rawValue: self = .stored
        case let wanted?:
            guard let native = TransferSyntax.native.first(where: { $0.rawValue == wanted }), stored.hasDecoder else {
                return nil
            }
            self = .native(native)
        }
    }
}

/// How several instances go out: all in one multipart answer, or the only one by itself.
struct InstanceNegotiation: Hashable, Sendable {
    var isMultipart: Bool
    var forms: [InstanceForm]

    /// Each instance goes by the first range that suits it: those of one study may be stored in different syntaxes.
    ///
    /// - Throws: 406.
    init(_ accept: AcceptHeader, stored: [TransferSyntax]) throws {
        let ranges = accept.ranges.compactMap(\.ofParts)
        for range in accept.ranges {
            if let parts = range.ofParts {
                guard stored.contains(where: { InstanceForm(parts, stored: $0) != nil }) else { continue }
                let forms = stored.compactMap { syntax in
                    ranges.lazy.compactMap { InstanceForm($0, stored: syntax) }.first
                }
                guard forms.count == stored.count else { throw HTTPProblem.notAcceptable }
                self.init(isMultipart: true, forms: forms)
                return
            } else if stored.count == 1, let form = InstanceForm(range, stored: stored[0]) {
                self.init(isMultipart: false, forms: [form])
                return
            }
        }
        throw HTTPProblem.notAcceptable
    }

    private init(isMultipart: Bool, forms: [InstanceForm]) {
        self.isMultipart = isMultipart
        self.forms = forms
    }
}

extension TransferSyntax {
    /// Native, or compressed in a way that the toolkit decodes.
    var hasDecoder: Bool { !isEncapsulated || Self.decoded.contains(self) }

    private static let decoded: Set<TransferSyntax> = [
        .jpegBaseline, .jpegExtended, .jpegLossless, .jpegLosslessSV1, .jpegLSLossless, .jpegLSNearLossless,
        .jpeg2000Lossless, .jpeg2000, .htj2kLossless, .htj2kLosslessRPCL, .htj2k, .rleLossless,
        TransferSyntax(unchecked: "1.2.840.10008.1.2.4.53"), TransferSyntax(unchecked: "1.2.840.10008.1.2.4.55"),
    ]
}
