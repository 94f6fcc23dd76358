import Testing
import Vocabulary

@Suite("Transfer syntaxes")
struct TransferSyntaxTests {
    struct Facts: Sendable, CustomTestStringConvertible {
        var syntax: TransferSyntax
        var uid: String
        var isImplicitVR = false
        var isBigEndian = false
        var isDeflated = false
        var isEncapsulated = false
        var testDescription: String { syntax.name }
    }

    static let table = [
        Facts(syntax: .implicitVRLittleEndian, uid: "1.2.840.10008.1.2", isImplicitVR: true),
        Facts(syntax: .explicitVRLittleEndian, uid: "1.2.840.10008.1.2.1"),
        Facts(syntax: .deflatedExplicitVRLittleEndian, uid: "1.2.840.10008.1.2.1.99", isDeflated: true),
        Facts(syntax: .explicitVRBigEndian, uid: "1.2.840.10008.1.2.2", isBigEndian: true),
        Facts(syntax: .jpegBaseline, uid: "1.2.840.10008.1.2.4.50", isEncapsulated: true),
        Facts(syntax: .jpegExtended, uid: "1.2.840.10008.1.2.4.51", isEncapsulated: true),
        Facts(syntax: .jpegLossless, uid: "1.2.840.10008.1.2.4.57", isEncapsulated: true),
        Facts(syntax: .jpegLosslessSV1, uid: "1.2.840.10008.1.2.4.70", isEncapsulated: true),
        Facts(syntax: .jpegLSLossless, uid: "1.2.840.10008.1.2.4.80", isEncapsulated: true),
        Facts(syntax: .jpegLSNearLossless, uid: "1.2.840.10008.1.2.4.81", isEncapsulated: true),
        Facts(syntax: .jpeg2000Lossless, uid: "1.2.840.10008.1.2.4.90", isEncapsulated: true),
        Facts(syntax: .jpeg2000, uid: "1.2.840.10008.1.2.4.91", isEncapsulated: true),
        Facts(syntax: .htj2kLossless, uid: "1.2.840.10008.1.2.4.201", isEncapsulated: true),
        Facts(syntax: .htj2kLosslessRPCL, uid: "1.2.840.10008.1.2.4.202", isEncapsulated: true),
        Facts(syntax: .htj2k, uid: "1.2.840.10008.1.2.4.203", isEncapsulated: true),
        Facts(syntax: .rleLossless, uid: "1.2.840.10008.1.2.5", isEncapsulated: true),
    ]

    @Test("know how they encode a data set", arguments: table)
    func facts(_ facts: Facts) {
        let syntax = facts.syntax
        #expect(syntax.rawValue == facts.uid)
        #expect(syntax.isImplicitVR == facts.isImplicitVR)
        #expect(syntax.isBigEndian == facts.isBigEndian)
        #expect(syntax.isDeflated == facts.isDeflated)
        #expect(syntax.isEncapsulated == facts.isEncapsulated)
        #expect(TransferSyntax.all.contains(syntax))
        #expect(syntax.name != syntax.rawValue)
    }

    @Test("nobody has named yet are encapsulated, as PS3.5 10 demands, and are called by their UID")
    func unknown() {
        let unknown = TransferSyntax(unchecked: "1.2.840.10008.1.2.4.9999")
        #expect(unknown.isEncapsulated)
        #expect(!unknown.isImplicitVR && !unknown.isBigEndian && !unknown.isDeflated)
        #expect(unknown.name == unknown.rawValue)
    }

    @Test("are listed once each, uncompressed ones first, few enough for a presentation context")
    func all() {
        #expect(Set(TransferSyntax.all).count == TransferSyntax.all.count)
        #expect(Array(TransferSyntax.all.prefix(4)) == TransferSyntax.uncompressed)
        #expect(TransferSyntax.native.allSatisfy { !$0.isEncapsulated && !$0.isBigEndian && !$0.isDeflated })
        #expect(TransferSyntax.all.count <= 128)
    }
}
