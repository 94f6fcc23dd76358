import Testing
import Vocabulary

@Suite("Priorities, tiers and roles")
struct PriorityTests {
    @Test("STAT comes first, then urgent, then routine")
    func order() {
        #expect([Priority.routine, .stat, .urgent].sorted() == [.stat, .urgent, .routine])
        #expect(Priority.allCases.map(\.rank) == [0, 1, 2])
        #expect(Priority.allCases.map { Priority(rank: $0.rank) } == Priority.allCases)
        #expect(Priority(rank: 3) == nil)
        #expect(Priority(rank: -1) == nil)
    }

    @Test("are words on the link and in files, which never change")
    func codable() throws {
        #expect(Priority.allCases.map(\.rawValue) == ["stat", "urgent", "routine"])
        #expect(Tier.allCases.map(\.rawValue) == ["edge", "county", "city"])
        #expect(
            UserRole.allCases.map(\.rawValue)
                == ["radiographer", "radiologist", "reviewer", "operator", "administrator"])
        #expect(try value(Priority.self, from: #""stat""#) == .stat)
        #expect(refusal(Priority.self, of: #""STAT""#) != nil)
        #expect(refusal(Tier.self, of: #""province""#) != nil)
        #expect(refusal(UserRole.self, of: #""root""#) != nil)
    }

    @Test("two hospitals' 00123 are two people")
    func patients() throws {
        let one = PatientIdentifier(issuer: "paotai", patientID: "00123")
        #expect(one != PatientIdentifier(issuer: "guanbu", patientID: "00123"))
        #expect(one != PatientIdentifier(issuer: "paotai", patientID: "123"))
        #expect(try value(PatientIdentifier.self, from: try json(one)) == one)
        #expect(refusal(PatientIdentifier.self, of: #"{"patientID": "00123"}"#) != nil)
    }
}
