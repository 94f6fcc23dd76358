import Testing
import Vocabulary

@Suite("Receipts")
struct ReceiptTests {
    let item = ReceiptItem(
        sopInstanceUID: SOPInstanceUID(unchecked: "1.2.3"), studyInstanceUID: StudyInstanceUID(unchecked: "1.2"),
        digest: Digest(of: "abc".utf8), size: 3, transferSyntax: .explicitVRLittleEndian,
        storedAt: Timestamp(milliseconds: 5))

    @Test("name the instance, its bytes and when they were safe, in JSON that any program reads")
    func itemOnTheLink() throws {
        let text = try json(item)
        for part in [
            #""sopInstanceUID":"1.2.3""#, #""studyInstanceUID":"1.2""#, #""digest":"\#(item.digest)""#, #""size":3"#,
            #""transferSyntax":"1.2.840.10008.1.2.1""#, #""storedAt":5"#,
        ] {
            #expect(text.contains(part))
        }
        #expect(try value(ReceiptItem.self, from: text) == item)
    }

    @Test("keep the signed text letter for letter")
    func signed() throws {
        let receipt = SignedReceipt(
            node: try #require(NodeName(rawValue: "jieyang")), body: "[ {\"b\": 1,  \"a\":\"\\u00e9\"} ]",
            signature: "MEUC", certificate: "-----BEGIN CERTIFICATE-----\n")
        let back = try #require(try value(SignedReceipt.self, from: try json(receipt)))
        #expect(back == receipt)
        #expect(Array(back.body.utf8) == Array(receipt.body.utf8))
    }

    @Test("are refused when an identifier in them is none")
    func refused() throws {
        let text = try json(item).replacing("1.2.3", with: "x")
        #expect(refusal(ReceiptItem.self, of: text) == "'x' is not a DICOM UID")
    }
}
