// Whom a certificate is for, and what it may be used for.

import SwiftASN1
import Vocabulary
import X509

/// What an authority is asked to certify.
package enum CertificateSubject: Hashable, Sendable {
    /// A node's TLS certificate, for both ends of a connection: `urn:jieli:node:NAME`, and the names and addresses under
    /// which children dial it.
    case node(NodeName, dnsNames: [String] = [], ipAddresses: [String] = [])
    /// A node's receipt key: it signs documents and can't be used for TLS.
    case receiptSigning(NodeName)
    /// A node's report key: it signs report objects (PS3.15 C.4, which asks for RSA), and neither receipts nor TLS.
    case reportSigning(NodeName)
    /// A DICOM client outside the network (a workstation, a test); known by its fingerprint.
    case client(String)

    var commonName: String {
        switch self {
        case .node(let node, _, _): node.rawValue
        case .receiptSigning(let node): "\(node) receipts"
        case .reportSigning(let node): "\(node) reports"
        case .client(let name): name
        }
    }

    func alternativeNames() throws -> [GeneralName] {
        switch self {
        case .node(let node, let dnsNames, let addresses):
            return try [.uniformResourceIdentifier(node.uniformResourceName)] + dnsNames.map(GeneralName.dnsName)
                + addresses.map { text in
                    guard let octets = IPAddress.octets(of: text) else {
                        throw IdentityError(code: .invalidRequest, message: "'\(text)' is not an IP address")
                    }
                    return .ipAddress(ASN1OctetString(contentBytes: octets[...]))
                }
        case .receiptSigning(let node), .reportSigning(let node):
            return [.uniformResourceIdentifier(node.uniformResourceName)]
        case .client: return []
        }
    }

    var usages: [ExtendedKeyUsage.Usage] {
        switch self {
        case .node: [.serverAuth, .clientAuth]
        // id-kp-documentSigning, RFC 9336.
        case .receiptSigning, .reportSigning: [ExtendedKeyUsage.Usage(oid: [1, 3, 6, 1, 5, 5, 7, 3, 36])]
        case .client: [.clientAuth]
        }
    }

    /// The name of the files: `NAME.pem` and `NAME.key`.
    package var defaultFileName: String {
        switch self {
        case .node: "node"
        case .receiptSigning: "receipt"
        case .reportSigning: "report"
        case .client: "client"
        }
    }
}
