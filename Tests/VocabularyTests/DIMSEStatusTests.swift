import Testing
import Vocabulary

@Suite("DIMSE statuses")
struct DIMSEStatusTests {
    enum Class: Sendable { case success, warning, failure, pending, cancelled }

    static let classes: [(UInt16, Class)] = [
        (0x0000, .success),
        (0x0001, .warning), (0x0107, .warning), (0x0116, .warning), (0xB000, .warning), (0xB006, .warning),
        (0xB007, .warning),
        (0x0105, .failure), (0x0110, .failure), (0x0111, .failure), (0x0117, .failure), (0x0122, .failure),
        (0x0124, .failure), (0x0211, .failure), (0xA700, .failure), (0xA7FF, .failure), (0xA801, .failure),
        (0xA900, .failure), (0xC000, .failure), (0xC011, .failure), (0xCFFF, .failure),
        (0xFF00, .pending), (0xFF01, .pending), (0xFE00, .cancelled),
    ]

    @Test("belong to one class of PS3.7 Annex C", arguments: classes)
    func classification(value: UInt16, expected: Class) {
        let status = DIMSEStatus(rawValue: value)
        #expect(status.isSuccess == (expected == .success))
        #expect(status.isWarning == (expected == .warning))
        #expect(status.isFailure == (expected == .failure))
        #expect(status.isPending == (expected == .pending))
    }

    @Test(
        "are tried again when storage was exhausted or processing failed",
        arguments: [DIMSEStatus.outOfResources, .processingFailure, DIMSEStatus(rawValue: 0xA7AB)])
    func passing(status: DIMSEStatus) {
        #expect(status.isRetriable)
    }

    @Test(
        "stay refusals until a person acts",
        arguments: [
            DIMSEStatus.success, .warningSubOperations, .sopClassNotSupported, .notAuthorized,
            .dataSetDoesNotMatchSOPClass,
            .cannotUnderstand, .conflictingInstance, .conflictingIssuer,
        ])
    func lasting(status: DIMSEStatus) {
        #expect(!status.isRetriable)
    }

    @Test("read like the standard writes them")
    func description() {
        #expect("\(DIMSEStatus.success)" == "0x0000")
        #expect("\(DIMSEStatus.processingFailure)" == "0x0110")
        #expect("\(DIMSEStatus.outOfResources)" == "0xA700")
        #expect("\(DIMSEStatus.conflictingInstance)" == "0xC011")
    }

    @Test("travel as numbers")
    func codable() throws {
        #expect(try json(DIMSEStatus.outOfResources) == "42752")
        #expect(try value(DIMSEStatus.self, from: "42752") == .outOfResources)
        #expect(refusal(DIMSEStatus.self, of: "65536") != nil)
    }
}
