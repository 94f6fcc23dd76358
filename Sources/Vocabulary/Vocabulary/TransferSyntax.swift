// Transfer syntaxes.

/// How a data set is encoded (PS3.5 section 8 and 10, PS3.6 A).
package struct TransferSyntax: UniqueIdentifier {
    package let rawValue: String
    package init(unchecked value: String) { rawValue = value }

    package static let implicitVRLittleEndian = TransferSyntax(unchecked: "1.2.840.10008.1.2")
    package static let explicitVRLittleEndian = TransferSyntax(unchecked: "1.2.840.10008.1.2.1")
    package static let deflatedExplicitVRLittleEndian = TransferSyntax(unchecked: "1.2.840.10008.1.2.1.99")
    package static let explicitVRBigEndian = TransferSyntax(unchecked: "1.2.840.10008.1.2.2")
    package static let jpegBaseline = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.50")
    package static let jpegExtended = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.51")
    /// Retired, and still met: processes 6 and 8, 10 and 12.
    package static let jpegSpectralSelection = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.53")
    package static let jpegProgressive = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.55")
    package static let jpegLossless = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.57")
    package static let jpegLosslessSV1 = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.70")
    package static let jpegLSLossless = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.80")
    package static let jpegLSNearLossless = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.81")
    package static let jpeg2000Lossless = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.90")
    package static let jpeg2000 = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.91")
    package static let mpeg2MainProfile = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.100")
    package static let mpeg4HighProfile = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.102")
    package static let hevcMainProfile = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.107")
    package static let htj2kLossless = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.201")
    package static let htj2kLosslessRPCL = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.202")
    package static let htj2k = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.203")
    package static let deflatedImageFrame = TransferSyntax(unchecked: "1.2.840.10008.1.2.8.1")
    package static let rleLossless = TransferSyntax(unchecked: "1.2.840.10008.1.2.5")

    /// Every syntax with a name here, uncompressed first. A receiver that keeps bytes unparsed can take them all.
    package static let all: [TransferSyntax] = names.map(\.0)

    package static let uncompressed: [TransferSyntax] = [
        .explicitVRLittleEndian, .implicitVRLittleEndian, .explicitVRBigEndian, .deflatedExplicitVRLittleEndian,
    ]

    /// Little endian, native: what every peer must understand and decoded copies are sent in.
    package static let native: [TransferSyntax] = [.explicitVRLittleEndian, .implicitVRLittleEndian]

    package var isImplicitVR: Bool { self == .implicitVRLittleEndian }
    package var isBigEndian: Bool { self == .explicitVRBigEndian }
    package var isDeflated: Bool { self == .deflatedExplicitVRLittleEndian }
    /// Pixel data in fragments (PS3.5 A.4). Unknown syntaxes are taken to be encapsulated, as PS3.5 10 demands.
    package var isEncapsulated: Bool { !Self.uncompressed.contains(self) }

    package var name: String { Self.names.first { $0.0 == self }?.1 ?? rawValue }

    private static let names: [(TransferSyntax, String)] = [
        (.explicitVRLittleEndian, "Explicit VR Little Endian"),
        (.implicitVRLittleEndian, "Implicit VR Little Endian"),
        (.explicitVRBigEndian, "Explicit VR Big Endian"),
        (.deflatedExplicitVRLittleEndian, "Deflated Explicit VR Little Endian"),
        (.jpegBaseline, "JPEG Baseline"),
        (.jpegExtended, "JPEG Extended"),
        (.jpegLossless, "JPEG Lossless"),
        (.jpegLosslessSV1, "JPEG Lossless SV1"),
        (.jpegLSLossless, "JPEG-LS Lossless"),
        (.jpegLSNearLossless, "JPEG-LS Near-lossless"),
        (.jpeg2000Lossless, "JPEG 2000 Lossless"),
        (.jpeg2000, "JPEG 2000"),
        (.rleLossless, "RLE Lossless"),
        (.htj2kLossless, "HTJ2K Lossless"),
        (.htj2kLosslessRPCL, "HTJ2K Lossless RPCL"),
        (.htj2k, "HTJ2K"),
        (.jpegSpectralSelection, "JPEG Spectral Selection (retired)"),
        (.jpegProgressive, "JPEG Full Progression (retired)"),
        (.deflatedImageFrame, "Deflated Image Frame"),
        (.mpeg2MainProfile, "MPEG2 Main Profile"),
        (TransferSyntax(unchecked: "1.2.840.10008.1.2.4.101"), "MPEG2 Main Profile High Level"),
        (.mpeg4HighProfile, "MPEG-4 AVC High Profile"),
        (TransferSyntax(unchecked: "1.2.840.10008.1.2.4.103"), "MPEG-4 AVC BD-compatible"),
        (.hevcMainProfile, "HEVC Main Profile"),
        (TransferSyntax(unchecked: "1.2.840.10008.1.2.4.108"), "HEVC Main 10 Profile"),
    ]
}
