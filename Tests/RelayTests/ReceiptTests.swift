import Crypto
import Database
import Foundation
import SwiftASN1
import TestSupport
import Testing
import Vocabulary
import X509

@testable import Relay

/// An authority made for a test.
struct TestAuthority {
    let key = P256.Signing.PrivateKey()
    let certificate: Certificate

    init(_ name: String = "Jieli Test") throws {
        let subject = try DistinguishedName { CommonName(name) }
        certificate = try Self.make(
            key: Certificate.PublicKey(key.publicKey), subject: subject, issuer: subject, signedBy: key,
            validFor: 3650,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil))
                Critical(KeyUsage(keyCertSign: true))
            })
    }

    var pem: String { get throws { try certificate.serializeAsPEM().pemString } }

    func issue(to node: NodeName, days: Double = 365) throws -> (key: P256.Signing.PrivateKey, certificate: Certificate)
    {
        let key = P256.Signing.PrivateKey()
        let certificate = try Self.make(
            key: Certificate.PublicKey(key.publicKey), subject: try DistinguishedName { CommonName(node.rawValue) },
            issuer: certificate.subject, signedBy: self.key, validFor: days,
            extensions: try Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
                Critical(KeyUsage(digitalSignature: true))
                SubjectAlternativeNames([.uniformResourceIdentifier(node.uniformResourceName)])
            })
        return (key, certificate)
    }

    func signer(for node: NodeName, days: Double = 365) throws -> ReceiptSigner {
        let (key, certificate) = try issue(to: node, days: days)
        return try ReceiptSigner(
            node: node, privateKeyPEM: key.pemRepresentation, certificatePEM: try certificate.serializeAsPEM().pemString
        )
    }

    private static func make(
        key: Certificate.PublicKey, subject: DistinguishedName, issuer: DistinguishedName,
        signedBy signer: P256.Signing.PrivateKey, validFor days: Double, extensions: Certificate.Extensions
    ) throws -> Certificate {
        try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key,
            notValidBefore: Date(timeIntervalSinceNow: -800 * 86400),
            notValidAfter: Date(timeIntervalSinceNow: days * 86400),
            issuer: issuer, subject: subject, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions,
            issuerPrivateKey: Certificate.PrivateKey(signer))
    }
}

@Suite("Receipts")
struct ReceiptTests {
    let authority: TestAuthority
    let verifier: ReceiptVerifier
    let items: [ReceiptItem]

    init() throws {
        authority = try TestAuthority()
        verifier = try ReceiptVerifier(authorityPEM: try authority.pem)
        items = (0..<3).map { number in
            ReceiptItem(
                sopInstanceUID: SOPInstanceUID(unchecked: "1.2.1.\(number)"),
                studyInstanceUID: StudyInstanceUID(unchecked: "1.2.1"), digest: digest(1, number), size: 1000,
                transferSyntax: .explicitVRLittleEndian, storedAt: Timestamp(Date()))
        }
    }

    private func expectRefusal(
        _ receipt: SignedReceipt, _ reason: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(sourceLocation: sourceLocation) {
            try verifier.verify(receipt)
        } throws: { error in
            (error as? RelayError)?.code == .receiptRefused && "\(error)".contains(reason)
        }
    }

    @Test("what a node signs, another verifies, also after it travelled as JSON")
    func roundTrip() throws {
        let receipt = try authority.signer(for: puning).sign(items, at: Timestamp(Date()))
        let travelled = try JSONDecoder().decode(SignedReceipt.self, from: JSONEncoder().encode(receipt))
        #expect(try verifier.verify(travelled).items == items)
    }

    @Test("refuses an altered body")
    func alteredBody() throws {
        var receipt = try authority.signer(for: puning).sign(items, at: Timestamp(Date()))
        receipt.body = receipt.body.replacing("\"size\":1000", with: "\"size\":1001")
        expectRefusal(receipt, "does not fit its body")
    }

    @Test("refuses the signature of another key")
    func wrongSigner() throws {
        var receipt = try authority.signer(for: puning).sign(items, at: Timestamp(Date()))
        receipt.signature = try authority.signer(for: puning).sign(items, at: Timestamp(Date())).signature
        expectRefusal(receipt, "does not fit its body")
    }

    @Test("refuses a certificate of another authority, of the same name too", arguments: ["Other", "Jieli Test"])
    func otherAuthority(name: String) throws {
        let receipt = try TestAuthority(name).signer(for: puning).sign(items, at: Timestamp(Date()))
        expectRefusal(receipt, "not issued by this network's authority")
    }

    @Test("refuses a receipt in another node's name")
    func otherNode() throws {
        var receipt = try authority.signer(for: puning).sign(items, at: Timestamp(Date()))
        receipt.node = jieyang
        expectRefusal(receipt, "names another node")
    }

    @Test("refuses a receipt signed with the authority's own certificate")
    func authorityAsSigner() throws {
        let signature = try authority.key.signature(for: Data("[]".utf8)).derRepresentation.base64EncodedString()
        let receipt = SignedReceipt(node: puning, body: "[]", signature: signature, certificate: try authority.pem)
        expectRefusal(receipt, "an authority's certificate")
    }

    @Test("a receipt outlives its certificate; one signed after the certificate's end, or before its time, is refused")
    func expiry() throws {
        let (key, certificate) = try authority.issue(to: puning, days: -30)
        func signed(daysAgo days: Double) throws -> SignedReceipt {
            let time = Timestamp(Date(timeIntervalSinceNow: -days * 86400))
            var old = items
            for index in old.indices { old[index].storedAt = time }
            let body = try ReceiptBody.text(of: ReceiptStatement(items: old, signedAt: time))
            return SignedReceipt(
                node: puning, body: body,
                signature: try key.signature(for: Data(body.utf8)).derRepresentation.base64EncodedString(),
                certificate: try certificate.serializeAsPEM().pemString)
        }
        let verified = try verifier.verify(signed(daysAgo: 40))
        #expect(verified.items.count == 3)
        #expect(verified.signedAt < verified.validity.until)
        expectRefusal(try signed(daysAgo: 1), "expired")
        expectRefusal(try signed(daysAgo: 900), "before its certificate began")
    }

    @Test("a signer whose certificate has ended signs nothing that nobody would believe")
    func expiredSigner() throws {
        let signer = try authority.signer(for: puning, days: -30)
        #expect(throws: RelayError(code: .unusableReceiptKey, message: "")) {
            try signer.sign(items, at: Timestamp(Date()))
        }
        let earlier = Timestamp(Date(timeIntervalSinceNow: -40 * 86400))
        var old = items
        for index in old.indices { old[index].storedAt = earlier }
        #expect(try verifier.verify(signer.sign(old, at: earlier)).items == old)
    }

    @Test("receipts from before the time was signed are judged by when the instances were stored")
    func withoutTime() throws {
        let (key, certificate) = try authority.issue(to: puning)
        let body = String(decoding: try JSONEncoder().encode(items), as: UTF8.self)
        let receipt = SignedReceipt(
            node: puning, body: body,
            signature: try key.signature(for: Data(body.utf8)).derRepresentation.base64EncodedString(),
            certificate: try certificate.serializeAsPEM().pemString)
        #expect(try verifier.verify(receipt).items == items)
    }

    @Test("a node may change its key: receipts of the old one and of the new one are both good")
    func keyChange() throws {
        let now = Timestamp(Date())
        let before = try authority.signer(for: puning).sign(items, at: now)
        let after = try authority.signer(for: puning).sign(items, at: now)
        #expect(before.certificate != after.certificate)
        #expect(try verifier.verify(before).items == items)
        #expect(try verifier.verify(after).items == items)
    }

    @Test("names what it cannot read", arguments: ["", "not PEM"])
    func unreadable(certificate: String) throws {
        var receipt = try authority.signer(for: puning).sign(items, at: Timestamp(Date()))
        receipt.certificate = certificate
        #expect(throws: RelayError(code: .receiptUnreadable, message: "")) { try verifier.verify(receipt) }
        #expect(throws: RelayError(code: .unusableAuthority, message: "")) {
            try ReceiptVerifier(authorityPEM: certificate)
        }
    }

    @Test("a signer refuses a key that is not its certificate's, and a certificate of another node")
    func unusableKey() throws {
        let (key, certificate) = try authority.issue(to: puning)
        let pem = try certificate.serializeAsPEM().pemString
        #expect(throws: RelayError(code: .unusableReceiptKey, message: "")) {
            try ReceiptSigner(node: jieyang, privateKeyPEM: key.pemRepresentation, certificatePEM: pem)
        }
        let other = P256.Signing.PrivateKey().pemRepresentation
        #expect(throws: RelayError(code: .unusableReceiptKey, message: "")) {
            try ReceiptSigner(node: puning, privateKeyPEM: other, certificatePEM: pem)
        }
    }

    @Test("keeps batches once, counts what is safe where, and hands the signed text out again")
    func ledger() throws {
        let (database, directory) = try temporaryDatabase(RelaySchema.migrations)
        let ledger = ReceiptLedger()
        let verified = try verifier.verify(authority.signer(for: puning).sign(items, at: Timestamp(Date())))
        let second = try verifier.verify(authority.signer(for: jieyang).sign([items[0]], at: Timestamp(Date())))
        let now = Timestamp(Date())
        let counts = try database.writeBlocking { transaction in
            [
                try ledger.record(verified, at: now, in: transaction).count,
                try ledger.record(verified, at: now, in: transaction).count,
                try ledger.record(second, at: now, in: transaction).count,
            ]
        }
        #expect(counts == [3, 0, 1])
        let study = StudyInstanceUID(unchecked: "1.2.1")
        let safe = try database.readBlocking { try ledger.safeAt(study, in: $0) }
        #expect(safe.map(\.node) == [jieyang, puning] && safe.map(\.instances) == [1, 3])
        let batches = try database.readBlocking { try ledger.batches(of: study, in: $0) }
        #expect(batches == [verified.receipt, second.receipt])
        #expect(try batches.allSatisfy { try !verifier.verify($0).items.isEmpty })
        #expect(try database.readBlocking { try ledger.receipts(of: items[0].sopInstanceUID, in: $0) }.count == 2)
        withExtendedLifetime(directory) {}
    }

    @Test("owes each receipt once, and signs no two origins together")
    func due() throws {
        let (database, directory) = try temporaryDatabase(RelaySchema.migrations)
        let ledger = ReceiptLedger()
        let items = items
        let edge = NodeName(rawValue: "paotai")!
        let taken = try database.writeBlocking { transaction in
            try ledger.owe([items[0], items[1], items[0]], to: puning, origin: edge, in: transaction)
            try ledger.owe([items[2]], to: puning, origin: jieyang, in: transaction)
            #expect(try ledger.childrenDue(in: transaction) == [puning])
            return [
                try ledger.takeDue(puning, in: transaction), try ledger.takeDue(puning, in: transaction),
                try ledger.takeDue(puning, in: transaction),
            ]
        }
        #expect(taken[0] == DueReceipts(origin: edge, items: [items[0], items[1]]))
        #expect(taken[1] == DueReceipts(origin: jieyang, items: [items[2]]))
        #expect(taken[2] == nil)
        withExtendedLifetime(directory) {}
    }
}
