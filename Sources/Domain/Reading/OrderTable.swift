// Orders as rows.

import Database
import Vocabulary

enum OrderTable {
    private static let columns = [
        "id", "origin", "issuer", "patient_id", "accession_number", "study_instance_uid", "patient_name",
        "clinical_question", "priority", "requested_by", "requested_by_name", "has_consent", "wanted_destination",
        "placed_at", "state", "matched_study", "matched_by", "matched_at", "revision", "patient_class", "is_complex",
    ]

    private static let statement =
        "INSERT INTO reading_order (\(columns.joined(separator: ", "))) "
        + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT (id) DO UPDATE SET "
        + columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ")

    /// Numbers are stored without padding, so that SQL finds them.
    static func store(_ order: Order, in transaction: Transaction) throws {
        try transaction.execute(
            statement,
            arguments: [
                order.id, order.origin, order.issuer, Order.meaningful(order.patientID),
                Order.meaningful(order.accessionNumber), order.studyInstanceUID, order.patientName,
                order.clinicalQuestion, order.priority, order.requestedBy.user, order.requestedBy.displayName,
                order.hasConsent, order.wantedDestination, order.placedAt, order.state, order.matchedStudy,
                order.matchedBy, order.matchedAt, order.revision, order.patientClass, order.isComplex,
            ])
    }
}

extension Order {
    package init(row: Row) throws {
        self.init(
            id: try row["id"], origin: try row["origin"], issuer: try row["issuer"],
            patientID: try row[optional: "patient_id"], accessionNumber: try row[optional: "accession_number"],
            studyInstanceUID: try row[optional: "study_instance_uid"], patientName: try row[optional: "patient_name"],
            clinicalQuestion: try row["clinical_question"], priority: try row["priority"],
            requestedBy: Person(user: try row["requested_by"], displayName: try row["requested_by_name"]),
            hasConsent: try row["has_consent"], wantedDestination: try row[optional: "wanted_destination"],
            patientClass: try row[optional: "patient_class"], isComplex: try row[optional: "is_complex"],
            placedAt: try row["placed_at"])
        state = try row["state"]
        matchedStudy = try row[optional: "matched_study"]
        matchedBy = try row[optional: "matched_by"]
        matchedAt = try row[optional: "matched_at"]
        revision = try row["revision"]
    }
}

extension OrderMatch: TextBindable {
    private static let personPrefix = "person:"

    package var rawValue: String {
        switch self {
        case .studyInstanceUID: "study-instance-uid"
        case .accessionNumber: "accession-number"
        case .person(let user): Self.personPrefix + user
        }
    }

    package init?(rawValue: String) {
        switch rawValue {
        case "study-instance-uid": self = .studyInstanceUID
        case "accession-number": self = .accessionNumber
        default:
            guard rawValue.hasPrefix(Self.personPrefix) else { return nil }
            self = .person(String(rawValue.dropFirst(Self.personPrefix.count)))
        }
    }
}
