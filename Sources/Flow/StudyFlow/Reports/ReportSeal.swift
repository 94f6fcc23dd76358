// Signing report objects, and believing signatures.

import Archive
import DICOM
import Database
import Foundation
import Observability
import Reading
import Vocabulary

/// What this node signs its reports with, and how it judges who signed others'. The node's key signs; the persons stand
/// in what is signed: their names, accounts and times as observers of the SR (PS3.3 C.17.2).
package struct ReportSeal: Sendable {
    /// `nil` at a node without a report key: what it makes is unsigned, and shown so.
    package var key: SigningKeyFiles?
    /// The node whose certificate (DER) signed something at a time, or an error that says why nobody should believe it.
    package var signer: @Sendable (_ certificate: [UInt8], _ time: Timestamp?) throws -> NodeName

    package init(
        key: SigningKeyFiles?,
        signer: @escaping @Sendable (_ certificate: [UInt8], _ time: Timestamp?) throws -> NodeName
    ) {
        self.key = key
        self.signer = signer
    }
}

/// What is to be thought of one stored object's signatures.
package enum SealVerdict: Hashable, Sendable {
    case valid(node: NodeName, at: Timestamp?)
    case invalid(reason: String)
    case unsigned
    /// The file is not here, or this node knows no authority.
    case unknown

    package var name: String {
        switch self {
        case .valid: "valid"
        case .invalid: "invalid"
        case .unsigned: "unsigned"
        case .unknown: "unknown"
        }
    }
}

package struct SealCheck: Sendable {
    private let flow: FlowContext

    package init(_ flow: FlowContext) { self.flow = flow }

    /// Reads the file each time: what is shown is what lies on the disk now.
    ///
    /// - Parameter node: that is said to have made it; another's signature is not this object's.
    package func verdict(on instance: SOPInstanceUID, madeAt node: NodeName?) async throws -> SealVerdict {
        let record = try await flow.database.read { try flow.catalogue.instance(instance, in: $0) }
        guard let record, record.isHere else { return .unknown }
        return verdict(on: record, madeAt: node)
    }

    package func verdict(on record: InstanceRecord, madeAt node: NodeName?) -> SealVerdict {
        guard let seal = flow.seal else { return .unknown }
        let signatures: [DigitalSignature]
        do {
            signatures = try DICOMFile.signatures(inFile: flow.store.url(of: record.path).path)
        } catch {
            return .invalid(reason: error.sentence)
        }
        guard let signature = signatures.first else { return .unsigned }
        guard signature.isIntact else { return .invalid(reason: signature.reason) }
        do {
            let at = signature.time
            let signer = try seal.signer(signature.certificate, at)
            guard node == nil || signer == node else {
                return .invalid(reason: "signed by \(signer), not by \(node?.rawValue ?? "")")
            }
            return .valid(node: signer, at: at)
        } catch {
            return .invalid(reason: error.sentence)
        }
    }
}
