// Reports as rows.

import Database
import Vocabulary

enum ReportTable {
    private static let columns = [
        "task_id", "version", "findings", "impression", "state", "author", "author_name", "reviewer", "reviewer_name",
        "saved_at", "preliminary_at", "final_at", "preliminary_findings", "preliminary_impression", "sr_instance",
        "pdf_instance", "superseded_sr", "image_count",
    ]

    private static let statement =
        "INSERT INTO report (\(columns.joined(separator: ", "))) "
        + "VALUES (\(columns.map { _ in "?" }.joined(separator: ", "))) ON CONFLICT (task_id) DO UPDATE SET "
        + columns.dropFirst().map { "\($0) = excluded.\($0)" }.joined(separator: ", ") + " WHERE report.version = ?"

    /// `false` when another version than `version` is kept.
    static func store(_ report: Report, over version: Int, in transaction: Transaction) throws -> Bool {
        let kept: Int? = try transaction.row("SELECT version FROM report WHERE task_id = ?", report.task)
            .map { try $0["version"] }
        guard kept ?? 0 == version else { return false }
        let values: [(any DatabaseBindable)?] = [
            report.task, report.version, report.text.findings, report.text.impression, report.state,
            report.author?.user, report.author?.displayName, report.reviewer?.user, report.reviewer?.displayName,
            report.savedAt, report.preliminaryAt, report.finalAt, report.preliminaryText?.findings,
            report.preliminaryText?.impression, report.srInstance, report.pdfInstance, report.supersededSR,
            report.imageCount,
        ]
        return try transaction.execute(statement, arguments: values + [version]) == 1
    }

    static func setInstances(
        sr: SOPInstanceUID, pdf: SOPInstanceUID?, of task: TaskID, in transaction: Transaction
    ) throws {
        try transaction.execute(
            "UPDATE report SET sr_instance = ?, pdf_instance = ? WHERE task_id = ?", sr, pdf, task)
    }

    static func keepSigned(
        _ report: Report, by person: Person, at time: Timestamp, in transaction: Transaction
    ) throws {
        try transaction.execute(
            """
            INSERT INTO report_version
                (task_id, version, state, findings, impression, signed_by, signed_by_name, signed_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            report.task, report.version, report.state, report.text.findings, report.text.impression, person.user,
            person.displayName, time)
    }
}

extension Report {
    init(row: Row) throws {
        self.init(task: try row["task_id"])
        version = try row["version"]
        text = ReportText(findings: try row["findings"], impression: try row["impression"])
        state = try row["state"]
        author = try Person(row: row, user: "author", name: "author_name")
        reviewer = try Person(row: row, user: "reviewer", name: "reviewer_name")
        savedAt = try row["saved_at"]
        preliminaryAt = try row[optional: "preliminary_at"]
        finalAt = try row[optional: "final_at"]
        if let findings: String = try row[optional: "preliminary_findings"] {
            preliminaryText = ReportText(findings: findings, impression: try row["preliminary_impression"])
        }
        srInstance = try row[optional: "sr_instance"]
        pdfInstance = try row[optional: "pdf_instance"]
        supersededSR = try row[optional: "superseded_sr"]
        imageCount = try row[optional: "image_count"]
    }
}

extension SignedReport {
    init(row: Row) throws {
        self.init(
            task: try row["task_id"], version: try row["version"], state: try row["state"],
            text: ReportText(findings: try row["findings"], impression: try row["impression"]),
            signer: Person(user: try row["signed_by"], displayName: try row["signed_by_name"]),
            signedAt: try row["signed_at"])
    }
}

extension Person {
    init?(row: Row, user: String, name: String) throws {
        guard let account: String = try row[optional: user] else { return nil }
        self.init(user: account, displayName: try row[optional: name] ?? account)
    }
}
