// The demo's certificate authority and what it certifies.

import Foundation
import Identity
import Vocabulary

struct DemoCertificates {
    let network: DemoNetwork
    let clock: WallClock

    /// Makes what is missing or has expired; an authority that is there is kept.
    ///
    /// - Returns: the facts of the test client's certificate.
    func prepare() throws -> CertificateFacts {
        let folder = network.authorityDirectory
        try DemoDirectory.make(folder)
        let now = clock.now()
        let authority =
            FileManager.default.fileExists(atPath: network.authorityFile)
            ? try CertificateAuthority.load(from: folder)
            : try CertificateAuthority.create(in: folder, named: "Jieli demo", at: now)
        for node in network.nodes {
            let subject = CertificateSubject.node(
                node.name, dnsNames: ["localhost"], ipAddresses: [DemoNetwork.host])
            try issue(subject, by: authority, to: node.directory, at: now)
            try issue(.receiptSigning(node.name), by: authority, to: node.directory, at: now)
            try issue(.reportSigning(node.name), by: authority, to: node.directory, at: now)
        }
        return try issue(.client(DemoNetwork.clientAETitle?.rawValue ?? "client"), by: authority, to: folder, at: now)
    }

    @discardableResult
    private func issue(
        _ subject: CertificateSubject, by authority: CertificateAuthority, to folder: String, at now: Timestamp
    ) throws -> CertificateFacts {
        let name = subject.defaultFileName
        let (certificate, key) = ("\(folder)/\(name).pem", "\(folder)/\(name).key")
        if FileManager.default.fileExists(atPath: certificate), FileManager.default.fileExists(atPath: key) {
            let facts = try CertificateFacts(file: certificate)
            if now + .days(1) < facts.notAfter { return facts }
        }
        // Half a pair, or one that expires.
        for path in [certificate, key] { try DemoDirectory.remove(path) }
        return try authority.issue(subject, to: folder, at: now).facts
    }
}
